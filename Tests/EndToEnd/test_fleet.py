"""The fleet page: many machines in a real browser."""

import re

from tab import GATEWAY_AWAY
from waiting import until

NAMES = "() => [...document.querySelectorAll('#fleet-tiles .tile-name')].map((one) => one.textContent)"

# Tiles of the simulated machines that are in view, and whose value has changed since `before` was set.
ALL_MOVE = """() => {
    const shown = [...document.querySelectorAll('#fleet-tiles .tile')].filter((tile) => tile.querySelector('.spark'));
    const text = (tile) => tile.querySelector('.tile-value').textContent;
    window.before ??= new Map(shown.map((tile) => [tile, text(tile)]));
    const isNew = (tile) => /[0-9]/.test(text(tile)) && text(tile) !== window.before.get(tile);
    return shown.length > 0 && shown.every(isNew);
}"""


def fleet_of(count):
    return ",".join(f"press{number}" for number in range(1, count + 1))


def wait_names(tab, wanted):
    tab.page.wait_for_function(f"wanted => JSON.stringify(({NAMES})()) === JSON.stringify(wanted)", arg=wanted)


def hears(tab, enough):
    """Waits for frames: those of a page come to us only while we talk to it."""
    until(lambda: tab.page.evaluate("0") == 0 and enough(), "readings of the tiles in view")


def test_of_300_machines_only_those_in_view_cost_anything(daemon, page):
    one = daemon("--simulate", fleet_of(300))
    tab = page(one.url)
    machines = set()

    def heard(frame):
        if found := re.search(r'"machineData",\{"machine":"(\w+)"', str(frame)):
            machines.add(found[1])

    tab.page.on("websocket", lambda socket: socket.on("framereceived", heard))
    tab.page.goto(f"{one.url}/?transport=websocket")
    tab.page.wait_for_function("() => document.querySelectorAll('#fleet-tiles .tile').length === 300")
    hears(tab, lambda: "press1" in machines)
    tab.page.wait_for_function(ALL_MOVE)
    assert tab.page.evaluate(NAMES) == fleet_of(300).split(",")
    in_view = tab.page.evaluate("() => document.querySelectorAll('#fleet-tiles .spark').length")
    assert 20 <= in_view <= 60, "a canvas for each tile in view, and for no other"
    assert len(machines) <= 60 and "press300" not in machines, machines
    tab.screenshot("fleet")

    tab.page.locator("#fleet-tiles .tile").last.scroll_into_view_if_needed()
    hears(tab, lambda: "press300" in machines)
    tab.page.wait_for_function(
        "() => /[0-9]/.test(document.querySelector('#fleet-tiles .tile:last-child .tile-value').textContent)"
    )
    assert tab.page.evaluate("() => document.querySelectorAll('#fleet-tiles .spark').length") <= 60


def test_abnormal_first_filter_search_and_keys(daemon, broker, page):
    simulated = fleet_of(12).split(",")
    one = daemon("--simulate", ",".join(simulated), "--simulate-interval", "200ms", "--mqtt", broker.url)
    broker.wait_subscriber()
    for machine in ("silent", "gone"):
        broker.publish(f"machines/{machine}/telemetry", '{"rpm":1000,"torque":10,"pressure":3}')
    broker.publish("machines/gone/status", "offline")
    tab = page(one.url)
    wait_names(tab, ["gone", "silent", *simulated])
    gone = tab.page.locator("#fleet-tiles .tile").first
    assert re.match(r"gone \d+ (s|min) offline", re.sub(r"\s+", " ", gone.inner_text()), re.IGNORECASE)
    assert "1000" in gone.inner_text(), "the last value stays"
    tab.page.wait_for_function(
        """wanted => {
            const counts = document.querySelector('#fleet-filters').textContent.replace(/\\s+/g, ' ');
            return wanted.every((text) => counts.includes(text));
        }""",
        arg=["14 machines", "1 offline", "1 stale", "12 live"],
    )
    tab.screenshot("fleet-abnormal")

    tab.page.get_by_role("button", name="offline").click()
    wait_names(tab, ["gone"])
    assert "filter=offline" in tab.page.url
    tab.page.reload()
    wait_names(tab, ["gone"])
    tab.page.get_by_role("button", name="machines").click()
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("ss1")
    wait_names(tab, ["press1", "press10", "press11", "press12"])
    assert "q=ss1" in tab.page.url

    tab.page.keyboard.press("Tab")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        tab.page.keyboard.press(key)
    focused = tab.page.evaluate("() => document.activeElement.dataset.machine")
    assert focused == "press10"
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_function("() => document.querySelector('#current-machine-label').textContent === 'press10'")
    assert "machine=press10" in tab.page.url
    tab.page.go_back()
    wait_names(tab, ["press1", "press10", "press11", "press12"])


def test_a_cut_is_seen_on_every_tile_and_mended(daemon, relay, page):
    one = daemon("--simulate", fleet_of(10), "--simulate-interval", "200ms")
    between = relay(one.port)
    tab = page(f"http://127.0.0.1:{between.port}")
    tab.allow(*GATEWAY_AWAY)
    tab.page.wait_for_function(ALL_MOVE)
    between.cut()
    every_tile_is_old = """() => [...document.querySelectorAll('#fleet-tiles .tile')].every((tile) =>
        tile.hasAttribute('data-old') && /^[0-9]+ s$/.test(tile.querySelector('.tile-age').textContent)
        && /[0-9]/.test(tile.querySelector('.tile-value').textContent))"""
    tab.page.wait_for_function(every_tile_is_old)
    tab.screenshot("fleet-disconnected")
    between.mend()
    tab.page.evaluate("delete window.before")
    tab.page.wait_for_function(ALL_MOVE)
    tab.page.wait_for_function("() => document.querySelector('#fleet-tiles [data-old]') === null")
