"""What the cards say of their own values: how old they are and why, what was lost, whose clock is wrong."""

import datetime
import json
import threading

import pytest
import requests

from tab import GATEWAY_AWAY
from waiting import PATIENCE

FACT = "name => document.querySelector(`[data-fact='${name}']`).textContent"


class Sensor:
    """Sends readings of one machine until it is stopped; what it sends can change in between."""

    def __init__(self, url, machine, pause=0.2, ahead=0.0):
        self.values = {"rpm": 1000, "torque": 10, "pressure": 3, "amps": 4.5}
        self.ahead = datetime.timedelta(seconds=ahead)
        self.target = f"{url}/api/machines/{machine}/readings"
        self.pause = pause
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        with requests.Session() as session:
            while not self.stopping.is_set():
                time = datetime.datetime.now(datetime.timezone.utc) + self.ahead
                reading = {**self.values, "timestamp": time.isoformat()}
                session.post(self.target, json=reading, timeout=PATIENCE).raise_for_status()
                self.stopping.wait(self.pause)

    def stop(self):
        self.stopping.set()
        self.thread.join(timeout=PATIENCE)


@pytest.fixture
def sensor():
    started = []

    def start(url, machine, **options):
        started.append(Sensor(url, machine, **options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def wait_value(tab, card, state):
    tab.page.wait_for_function(
        "([card, state]) => document.getElementById(`${card}-card`).dataset.value === state", arg=[card, state]
    )


def text(tab, selector):
    return tab.page.inner_text(selector)


def wait_fact(tab, name, pattern):
    tab.page.wait_for_function(f"([name, like]) => new RegExp(like).test(({FACT})(name))", arg=[name, pattern])


def test_one_silent_value_among_live_ones_and_a_machine_that_says_it_is_gone(daemon, broker, sensor, page):
    one = daemon("--mqtt", broker.url)
    broker.wait_subscriber()
    press = sensor(one.url, "press")
    one.wait_seq("press", 10)
    tab = page(one.url)
    for card in ("rpm", "torque", "pressure", "timestamp"):
        wait_value(tab, card, "live")
    assert text(tab, "#extra-cards").split() == ["amps", "4.5"]
    wait_fact(tab, "ring", "^keeps last ")

    press.values.pop("torque")
    wait_value(tab, "torque", "stale")
    assert text(tab, "#torque-card .badge").startswith("STALE ")
    assert text(tab, "#torque-card .why").startswith("none for ")
    assert "10" in text(tab, "#torque-value"), "the last value stays"
    for card in ("rpm", "pressure"):
        assert tab.page.get_attribute(f"#{card}-card", "data-value") in ("live", "late")
    tab.screenshot("one-value-stale")

    press.stop()
    broker.publish("machines/press/status", "offline")
    for card in ("rpm", "torque", "pressure", "timestamp"):
        wait_value(tab, card, "offline")
    assert text(tab, "#rpm-card .badge").startswith("OFFLINE ")
    assert text(tab, "#rpm-card .why") == "offline: MQTT status"
    tab.screenshot("offline")


def test_what_an_outage_cost(daemon, relay, page):
    one = daemon("--simulate", "press", "--simulate-interval", "50ms", "--history", "30")
    between = relay(one.port)
    tab = page(f"http://127.0.0.1:{between.port}")
    tab.allow(*GATEWAY_AWAY)
    wait_value(tab, "rpm", "live")
    between.cut()
    wait_value(tab, "rpm", "stale")
    assert text(tab, "#rpm-card .why") == "no connection to the gateway"
    one.wait_seq("press", one.last_seq("press") + 60)
    between.mend()
    tab.page.wait_for_function(
        "() => /readings recovered, [0-9]+ were overwritten/.test(document.querySelector('#notice').textContent)"
    )
    wait_value(tab, "rpm", "live")


def test_clocks_that_are_wrong_are_told_and_do_not_age_values(daemon, sensor, page):
    one = daemon("--simulate", "other")
    sensor(one.url, "press", ahead=90)
    one.wait_seq("press", 5)
    tab = page(one.url)
    tab.page.add_init_script("const now = Date.now; Date.now = () => now() + 3_600_000;")
    tab.page.goto(f"{one.url}/?machine=press")
    wait_fact(tab, "device-clock", "^this device's clock is (1 h 00|59) min ahead of the gateway$")
    wait_fact(tab, "machine-clock", "^the machine's clock is 1 min (2[0-9]|30) s ahead of the gateway$")
    wait_value(tab, "rpm", "live")
    assert tab.page.get_attribute("#link-state", "data-state") == "live"


def test_a_thinned_stream_says_so(daemon, page):
    one = daemon("--simulate", "press", "--simulate-interval", "50ms")
    tab = page(one.url)
    passed = {"readings": 0}

    def thin(socket):
        server = socket.connect_to_server()

        def from_server(message):
            if "machineData" in str(message):
                passed["readings"] += 1
                if passed["readings"] % 10 != 0:
                    return
            socket.send(message)

        server.on_message(from_server)

    tab.page.route_web_socket("**/socket.io/**", thin)
    tab.page.goto(f"{one.url}/?transport=websocket")
    wait_fact(tab, "thinned", "^1 of [0-9]+ shown, peaks kept$")
    held = json.loads(tab.page.evaluate("() => JSON.stringify(window.telemetryd.seqs())"))
    assert len(held) > 10


def test_units_for_the_viewer_and_numbers_as_the_browser_writes_them(daemon, sensor, page):
    one = daemon("--simulate", "other")
    sensor(one.url, "press")
    one.wait_seq("press", 2)
    tab = page(f"{one.url}/?machine=press", locale="de-DE")
    wait_value(tab, "pressure", "live")
    tab.page.keyboard.press("u")
    tab.page.select_option("#units-pressure", "psi")
    tab.page.select_option("#units-speed", "rad/s")
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_function("() => document.querySelector('#rpm-value').textContent === '104,7'")
    assert text(tab, "#pressure-card .figure").split() == ["44", "psi"]
    assert "units=rad" in tab.page.url
    # The tile of the fleet, from the address and from what is remembered.
    tab.page.goto(one.url)
    tile = "#fleet-tiles .tile:last-child"
    tab.page.wait_for_function(f"() => document.querySelector('{tile} .tile-value')?.textContent === '104,7'")
    assert "psi" in text(tab, tile)
    assert "psi" in tab.page.url, "a link that is sent shows the same"
