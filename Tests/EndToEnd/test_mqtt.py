"""Interface sections 2 and 3 with mosquitto and mosquitto_pub."""

import json

import paho.mqtt.client as mqtt
import pytest

from broker import Broker
from waiting import until


@pytest.fixture
def gateway(daemon, broker):
    one = daemon("--mqtt", broker.url)
    broker.wait_subscriber()
    return one


def test_json_and_scalars(gateway, broker):
    broker.publish("machines/press1/telemetry", '{"rpm":1480.2,"torque":120.5,"pressure":6.02}')
    broker.publish("machines/press1/rpm", "1500.5")
    broker.publish("machines/press1/temperature", "41")
    gateway.wait_seq("press1", 3)
    first, second, third = gateway.readings("press1")["readings"]
    assert (first["rpm"], first["torque"], first["pressure"]) == (1480.2, 120.5, 6.02)
    assert second["rpm"] == 1500.5 and "torque" not in second
    assert third["temperature"] == 41 and "rpm" not in third


def test_an_array_is_several_readings_in_order(gateway, broker):
    broker.publish("machines/m/telemetry", json.dumps([{"rpm": 1}, {"rpm": 2}, {"rpm": 3}]))
    gateway.wait_seq("m", 3)
    assert [reading["rpm"] for reading in gateway.readings("m")["readings"]] == [1, 2, 3]


@pytest.mark.parametrize(
    "stamp, expected",
    [
        ('"2026-11-21T10:41:26.5+01:00"', "2026-11-21T09:41:26.500Z"),
        ("1763718086", "2025-11-21T09:41:26.000Z"),
        ("1763718086123", "2025-11-21T09:41:26.123Z"),
    ],
)
def test_source_time_is_kept(gateway, broker, stamp, expected):
    broker.publish("machines/m/telemetry", f'{{"ts":{stamp},"values":{{"rpm":1}}}}')
    gateway.wait_seq("m", 1)
    assert gateway.readings("m")["readings"][0]["timestamp"] == expected


def test_refused_input_stops_nothing(gateway, broker):
    bad = [
        "",
        "{",
        "nonsense",
        "{}",
        '{"rpm":"fast"}',
        '{"rpm":1e999}',
        "[" * 40 + "]" * 40,
        '{"rpm":1,"timestamp":"soon"}',
    ]
    for payload in bad:
        broker.publish("machines/m/telemetry", payload)
    broker.publish("machines/m/rpm", "NaN")
    broker.publish("machines/bad name/rpm", "1")
    broker.publish("machines/m/telemetry", json.dumps({"rpm": 1, "padding": "x" * 70_000}))
    broker.publish("machines/m/rpm", "42")
    gateway.wait_seq("m", 1)
    [reading] = gateway.readings("m")["readings"]
    assert reading["rpm"] == 42
    assert list(gateway.machines()) == ["m"]


def test_a_retained_message_fills_an_empty_ring_only(daemon, broker):
    broker.publish("machines/m/telemetry", '{"rpm":7}', "-r")
    one = daemon("--mqtt", broker.url)
    one.wait_seq("m", 1)
    broker.publish("machines/m/telemetry", '{"rpm":8}')
    one.wait_seq("m", 2)
    one.stop()
    # Subscribing again brings the retained message once more; the ring is not empty any longer.
    one.start()
    broker.publish("machines/m/telemetry", '{"rpm":9}')
    one.wait_seq("m", 3)
    assert [reading["rpm"] for reading in one.readings("m")["readings"]] == [7, 8, 9]


def test_a_third_machine_appears_in_an_open_page_within_a_second(daemon, broker, page):
    one = daemon("--simulate", "machineA,machineB", "--mqtt", broker.url)
    broker.wait_subscriber()
    tab = page(one.url)
    option = "name => [...document.querySelectorAll('#machine-select option')].some(o => o.value === name)"
    tab.page.wait_for_function(option, arg="machineB")
    tab.page.evaluate(
        """() => { const select = document.querySelector('#machine-select');
            window.appeared = new Promise((resolve) => {
                const look = () => [...select.options].some((o) => o.value === 'pump7') && resolve(performance.now());
                new MutationObserver(look).observe(select, {childList: true, subtree: true});
            }); }"""
    )
    began = tab.page.evaluate("performance.now()")
    broker.publish("machines/pump7/telemetry", '{"rpm":1000,"torque":10,"pressure":3}')
    took = tab.page.evaluate("window.appeared") - began
    print(f"a new machine shows after {took:.0f} ms, mosquitto_pub's own start included")
    assert took < 1000
    tab.page.select_option("#machine-select", "pump7")
    tab.page.wait_for_function(
        "() => document.querySelector('#rpm-value').textContent.replace(/\\D/g, '').startsWith('1000')"
    )
    tab.screenshot("third-machine")


def test_online_and_offline(gateway, broker, viewer):
    one = viewer(gateway.url)
    broker.publish("machines/m/rpm", "1")
    gateway.wait_seq("m", 1)
    one.join("m")
    broker.publish("machines/m/status", "offline", "-r")
    told = one.wait_where("machineStatus", lambda status: status["state"] == "offline", "the machine is offline")
    assert told["machine"] == "m" and told["reason"]
    assert gateway.machines()["m"]["state"] == "offline"
    broker.publish("machines/m/status", "online", "-r")
    broker.publish("machines/m/rpm", "2")
    until(lambda: gateway.machines()["m"]["state"] == "live", "the machine is live again")


def test_broker_absent_at_start(daemon, tmp_path):
    late = Broker(tmp_path / "late")
    one = daemon("--mqtt", late.url)
    assert one.get("/healthz").status_code == 200
    late.start()
    try:
        late.wait_subscriber()
        late.publish("machines/m/rpm", "1")
        one.wait_seq("m", 1)
    finally:
        late.stop()


def test_broker_restart(gateway, broker):
    broker.publish("machines/m/rpm", "1")
    gateway.wait_seq("m", 1)
    broker.stop()
    assert gateway.get("/healthz").status_code == 200
    broker.start()
    broker.wait_subscriber()
    broker.publish("machines/m/rpm", "2")
    gateway.wait_seq("m", 2)
    assert [reading["rpm"] for reading in gateway.readings("m")["readings"]] == [1, 2]


def test_restart_of_the_daemon_misses_nothing(gateway, broker):
    """The session at the broker is persistent: what comes while the daemon is away is queued for it."""
    broker.publish("machines/m/rpm", "1")
    gateway.wait_seq("m", 1)
    epoch = gateway.readings("m")["epoch"]
    gateway.stop()
    broker.publish_lines("machines/m/rpm", ["2", "3", "4"])
    gateway.start()
    gateway.wait_seq("m", 4)
    broker.publish("machines/m/rpm", "5")
    gateway.wait_seq("m", 5)
    answer = gateway.readings("m")
    assert answer["epoch"] == epoch
    assert [(reading["seq"], reading["rpm"]) for reading in answer["readings"]] == [(n, n) for n in range(1, 6)]


def test_a_connection_that_is_cut_is_made_again(daemon, broker, relay):
    between = relay(broker.port)
    one = daemon("--mqtt", f"mqtt://127.0.0.1:{between.port}")
    broker.wait_subscriber()
    for number in range(1, 4):
        broker.publish("machines/m/rpm", str(number))
        one.wait_seq("m", number)
        between.cut()
        between.mend()
    broker.publish("machines/m/rpm", "4")
    one.wait_seq("m", 4)
    assert [reading["rpm"] for reading in one.readings("m")["readings"]] == [1, 2, 3, 4]


def test_two_sources_at_once_and_an_independent_publisher(daemon, broker):
    """A client library that is not mosquitto's, beside the simulator."""
    one = daemon("--simulate", "sim", "--mqtt", broker.url)
    broker.wait_subscriber()
    publisher = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    publisher.connect("127.0.0.1", broker.port)
    publisher.loop_start()
    try:
        sent = [publisher.publish("machines/m/rpm", str(number), qos=1) for number in range(200)]
        for message in sent:
            message.wait_for_publish(20)
    finally:
        publisher.disconnect()
        publisher.loop_stop()
    one.wait_seq("m", 200)
    one.wait_seq("sim", 1)
    assert [reading["rpm"] for reading in one.readings("m")["readings"]] == list(range(200))
