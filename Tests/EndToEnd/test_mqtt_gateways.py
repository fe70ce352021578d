"""Several gateways at one broker, several brokers at one gateway; what a gateway tells of itself."""

import paho.mqtt.client as mqtt
import pytest

from broker import Broker
from waiting import Log, until


@pytest.fixture
def listener():
    """Listens: `listener(port, topic)` gives a Log of (topic, payload, retained)."""
    clients = []

    def listen(port, topic):
        seen, granted = Log(), Log()
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        client.on_message = lambda _, __, message: seen.append((message.topic, message.payload, bool(message.retain)))
        client.on_subscribe = lambda *_: granted.append(True)
        client.connect("127.0.0.1", port)
        client.subscribe(topic, qos=1)
        client.loop_start()
        clients.append(client)
        granted.wait(lambda all_: all_, "the subscription")
        return seen

    yield listen
    for client in clients:
        client.disconnect()
        client.loop_stop()


def test_each_reading_comes_to_one_gateway_of_a_group(daemon, broker):
    options = ["--mqtt", broker.url, "--mqtt-share", "hall", "--mqtt-version", "5"]
    left, right = daemon(*options), daemon(*options)
    # Two subscriptions each: readings for one of the group, status for both.
    broker.log.wait(lambda lines: sum("Sending SUBACK" in line for line in lines) >= 4, "four subscriptions")
    broker.publish_lines("machines/m/rpm", [str(number) for number in range(200)])
    until(lambda: left.last_seq("m") + right.last_seq("m") >= 200, "all readings at one of the two")
    values = [reading["rpm"] for one in (left, right) for reading in one.readings("m")["readings"]]
    assert sorted(values) == list(range(200)), "a reading is missing, or at both"
    assert left.last_seq("m") > 0 and right.last_seq("m") > 0
    broker.publish("machines/m/status", "offline", "-r")
    for one in (left, right):
        until(lambda one=one: one.machines()["m"]["state"] == "offline", "the status is known everywhere")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_its_state_is_retained_and_its_will_is_done(daemon, broker, listener, version):
    state = "telemetryd/hall-1/state"
    seen = listener(broker.port, state)

    def wait_states(*payloads):
        expected = [(state, payload, False) for payload in payloads]
        seen.wait(lambda all_: all_ == expected, f"states {payloads}")

    one = daemon("--mqtt", broker.url, "--mqtt-id", "hall-1", "--mqtt-version", version)
    wait_states(b"online")
    one.kill()
    wait_states(b"online", b"offline")
    one.start()
    wait_states(b"online", b"offline", b"online")
    late = listener(broker.port, state)
    late.wait(lambda all_: all_ == [(state, b"online", True)], "the retained state")
    one.stop()
    wait_states(b"online", b"offline", b"online", b"offline")


def test_several_brokers_at_once(daemon, broker, tmp_path):
    second = Broker(tmp_path / "second").start()
    try:
        one = daemon("--mqtt", broker.url, "--mqtt", second.url)
        broker.wait_subscriber()
        second.wait_subscriber()
        broker.publish("machines/a/rpm", "1")
        second.publish("machines/b/rpm", "2")
        one.wait_seq("a", 1)
        one.wait_seq("b", 1)
        # Each keeps what comes while the gateway is away, and one broker's end does not touch the other.
        one.stop()
        broker.publish("machines/a/rpm", "3")
        second.publish("machines/b/rpm", "4")
        one.start()
        one.wait_seq("a", 2)
        one.wait_seq("b", 2)
        second.stop()
        broker.publish("machines/a/rpm", "5")
        one.wait_seq("a", 3)
    finally:
        second.stop()


def test_the_whole_path_is_kept(daemon, broker):
    one = daemon("--mqtt", broker.url, "--mqtt-topic", "{site}/_/{line}/{machine}/raw/{metric}")
    broker.wait_subscriber()
    broker.publish("essen/hall 2/7/press1/raw/rpm", "1")
    one.wait_seq("press1", 1)
    broker.publish("essen/hall 2/7/press1/raw/torque", "2")
    one.wait_seq("press1", 2)
    expected = {"line": "7", "site": "essen", "topic": "essen/hall 2/7/press1/raw/{metric}"}
    until(lambda: one.machines()["press1"].get("labels") == expected, "the labels of the machine")
    # They are in the database, and there again before the first message.
    one.stop()
    broker.stop()
    one.start()
    assert one.machines()["press1"]["labels"] == expected
