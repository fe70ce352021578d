"""The frame of the page: views and their URLs, keys, kiosk, embedding, and a tab that was asleep."""

import http.server
import json
import threading

import pytest

from tab import GATEWAY_AWAY
from waiting import until

IS_LIVE = "() => document.querySelector('#link-state').dataset.state === 'live'"
IS_DISCONNECTED = "() => document.querySelector('#link-state').dataset.state === 'disconnected'"
SHOWS = "name => document.querySelector('#current-machine-label').textContent.trim() === name"

# What a view is to somebody who looks: its name in the body, and which sections are to be seen.
LOOK = """() => ({
    view: document.body.dataset.view,
    shown: [...document.querySelectorAll('.view')].filter((one) => one.checkVisibility()).map((one) => one.id),
    current: document.querySelector('#views [aria-current]')?.dataset.view ?? null,
})"""

# Readings that pass while a tab sleeps: more than one answer to a join holds.
MISSED = 650


def wait_shown(tab, name):
    tab.page.wait_for_function(SHOWS, arg=name)


def look(tab):
    return tab.page.evaluate(LOOK)


def wait_look(tab, view, *shown):
    """Waits until exactly these sections are to be seen."""
    wanted = {"view": view, "shown": list(shown), "current": view}
    tab.page.wait_for_function(f"wanted => JSON.stringify(({LOOK})()) === JSON.stringify(wanted)", arg=wanted)


def search(tab):
    return tab.page.evaluate("location.search")


@pytest.fixture
def two(daemon):
    return daemon("--simulate", "machineA,machineB", "--simulate-interval", "100ms")


def test_the_url_is_the_view(two, page):
    """Reload, back and a sent link show what was seen."""
    tab = page(two.url)
    wait_shown(tab, "machineA")
    wait_look(tab, "fleet", "fleet-view", "machine-view")
    assert search(tab) == "?view=fleet&machine=machineA"

    tab.page.select_option("#machine-select", "machineB")
    wait_shown(tab, "machineB")
    chosen = search(tab)
    tab.page.reload()
    wait_shown(tab, "machineB")
    wait_look(tab, "fleet", "fleet-view", "machine-view")
    assert search(tab) == chosen

    tab.page.click("#views [data-view=machine]")
    tab.page.wait_for_function("() => document.body.dataset.view === 'machine'")
    assert search(tab) == "?machine=machineB"
    for view, heading in [("alarms", "Alarms"), ("data", "Data"), ("handover", "Hand-over")]:
        tab.page.click(f"#views [data-view={view}]")
        wait_shown(tab, heading)
        assert search(tab) == f"?view={view}"
        wait_look(tab, view, f"{view}-view")
    tab.page.reload()
    wait_shown(tab, "Hand-over")
    for heading in ["Data", "Alarms", "machineB"]:
        tab.page.go_back()
        wait_shown(tab, heading)
    wait_look(tab, "machine", "machine-view")
    tab.page.go_back()
    tab.page.wait_for_function("() => document.body.dataset.view === 'fleet'")
    wait_shown(tab, "machineB")
    tab.page.go_back()
    wait_shown(tab, "machineA")

    sent = page(f"{two.url}/?machine=machineB")
    wait_shown(sent, "machineB")
    sent.page.wait_for_function(IS_LIVE)
    wait_look(sent, "machine", "machine-view")


def test_one_machine_is_opened_and_many_are_a_fleet(daemon, page):
    one = page(daemon("--simulate", "press1").url)
    wait_shown(one, "press1")
    wait_look(one, "machine", "machine-view")

    many = page(daemon("--simulate", ",".join(f"press{number}" for number in range(1, 10))).url)
    wait_shown(many, "Fleet")
    many.page.wait_for_function(IS_LIVE)
    wait_look(many, "fleet", "fleet-view")
    assert many.page.evaluate("window.telemetryd.state().machine") is None, "nobody is said to watch a machine"
    many.page.select_option("#machine-select", "press7")
    wait_shown(many, "press7")
    assert search(many) == "?machine=press7"
    many.page.go_back()
    wait_shown(many, "Fleet")
    many.page.wait_for_function("() => window.telemetryd.state().machine === null")


def test_every_key_does_what_the_list_says(two, page):
    tab = page(f"{two.url}/?machine=machineA")
    tab.page.wait_for_function(IS_LIVE)
    # A machine is in the list from its first reading on, and a new list comes at most once a second.
    tab.page.wait_for_function("() => document.querySelectorAll('#machine-select option').length === 2")
    # The keys of the charts come with the charts.
    tab.page.wait_for_selector("#machine-view:not([aria-busy])")
    tab.page.keyboard.press("?")
    listed = tab.page.eval_on_selector_all("#help[open] kbd", "all => all.map((one) => one.textContent)")
    assert {"?", "k", "[", "]", "Space", "1", "2", "3", "4", "5", "Esc"} <= set(listed)
    tab.page.keyboard.press("3")
    assert look(tab)["view"] == "machine", "a dialog has the keys for itself"
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_function("() => !document.querySelector('#help').open")

    for key, name in [("]", "machineB"), ("]", "machineA"), ("[", "machineB"), ("3", "Alarms"), ("4", "Data")]:
        tab.page.keyboard.press(key)
        wait_shown(tab, name)
    tab.page.keyboard.press("5")
    wait_shown(tab, "Hand-over")
    tab.page.keyboard.press("2")
    wait_shown(tab, "machineB")
    tab.page.keyboard.press("1")
    tab.page.wait_for_function("() => document.body.dataset.view === 'fleet'")

    # Not every body wants single keys (WCAG 2.1.4): the choice is remembered.
    tab.page.click("#help-open")
    tab.page.uncheck("#help-keys-on")
    tab.page.click("#help-close")
    tab.page.reload()
    tab.page.wait_for_function(IS_LIVE)
    tab.page.keyboard.press("3")
    tab.page.keyboard.press("k")
    assert look(tab)["view"] == "fleet" and tab.page.get_attribute("body", "data-kiosk") is None


def test_a_kiosk_shows_itself_and_comes_back(two, page):
    tab = page(f"{two.url}/?machine=machineA")
    tab.allow(*GATEWAY_AWAY)
    tab.page.wait_for_function(IS_LIVE)
    tab.page.keyboard.press("k")
    tab.page.wait_for_selector("body[data-kiosk]")
    assert search(tab) == "?machine=machineA&kiosk"
    tab.page.wait_for_selector("body[data-kiosk]:not([data-stirred])")
    for hidden in ["#views", "#machine-select", "#help-open", "#kiosk-close"]:
        assert not tab.page.is_visible(hidden), hidden
    for kept in ["#current-machine-label", "#link-title", "#clock"]:
        assert tab.page.is_visible(kept), kept
    sizes = tab.page.eval_on_selector_all(
        "#machine-view .card .value, #current-machine-label, #clock",
        "all => all.filter((one) => one.offsetHeight > 0).map((one) => parseFloat(getComputedStyle(one).fontSize))",
    )
    assert len(sizes) >= 6 and min(sizes) >= 48, sizes
    assert tab.page.evaluate("getComputedStyle(document.querySelector('main')).cursor") == "none"
    tab.screenshot("kiosk")

    # The gateway comes back with the same version, then with another one.
    tab.page.evaluate("window.isSamePage = true")
    two.stop()
    tab.page.wait_for_function(IS_DISCONNECTED)
    tab.screenshot("kiosk-disconnected")
    two.start()
    tab.page.wait_for_function(IS_LIVE)
    assert tab.page.evaluate("window.isSamePage") is True
    tab.page.route("**/api/gateway", lambda route: route.fulfill(body=json.dumps({"version": "next"})))
    two.stop()
    tab.page.wait_for_function(IS_DISCONNECTED)
    two.start()
    tab.page.wait_for_function("() => window.isSamePage === undefined")
    tab.page.wait_for_function(IS_LIVE)
    assert search(tab) == "?machine=machineA&kiosk"

    tab.page.mouse.move(300, 300)
    tab.page.wait_for_selector("#kiosk-close", state="visible")
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_selector("#machine-select", state="visible")
    assert search(tab) == "?machine=machineA"


@pytest.fixture
def foreign_site():
    """Serves pages of another origin: `foreign_site(html)` gives the URL."""
    started = []

    def serve(html):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in started:
        server.shutdown()
        server.server_close()


def test_one_card_in_somebody_elses_page(two, page, foreign_site):
    source = f"{two.url}/?embed=machineB&metric=torque"
    site = foreign_site(
        f"""<!doctype html><title>Intranet</title><link rel="icon" href="data:,">
        <iframe name="card" src="{source}" width="480" height="300"></iframe>
        <iframe name="whole" src="{two.url}/?machine=machineB" width="480" height="300"></iframe>"""
    )
    tab = page(site)
    tab.allow(r"frame-ancestors")
    frame = tab.page.frame("card")
    frame.wait_for_function("() => /\\d/.test(document.querySelector('#torque-value').textContent)")
    first = frame.inner_text("#torque-value")
    frame.wait_for_function("first => document.querySelector('#torque-value').textContent.trim() !== first", arg=first)
    seen = frame.eval_on_selector_all(
        ".card, .trend, .top, #views, #link-state, form, button",
        "all => all.filter((one) => one.offsetHeight > 0).map((one) => one.id || one.className)",
    )
    assert seen == ["torque-card", "torque-figure"]
    assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    link = frame.locator("#embed-link")
    assert link.evaluate("one => one.href") == f"{two.url}/?machine=machineB"
    assert link.get_attribute("target") == "_blank"
    tab.screenshot("embed")
    # The whole page, with its controls, is nobody else's to frame.
    assert tab.page.frame("whole").query_selector("#machine-select") is None
    gateway = two.url.split("/")[2]
    assert all(url.split("/")[2] == gateway for url in tab.foreign), tab.foreign
    # The frame goes on asking its gateway, which is its own host.
    tab.host = gateway
    tab.foreign.clear()


def test_a_tab_that_slept_comes_back_whole(daemon, page):
    one = daemon("--simulate", "machineA", "--simulate-interval", "5ms", "--history", "5000")
    tab = page(one.url)
    tab.page.wait_for_function(IS_LIVE)
    first = tab.page.evaluate("window.telemetryd.seqs()")[0]
    session = tab.context.new_cdp_session(tab.page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    asleep_at = one.last_seq("machineA")
    newest = until(lambda: max(one.last_seq("machineA"), asleep_at + MISSED) == one.last_seq("machineA")
                   and one.last_seq("machineA"), "readings pass")  # fmt: skip
    session.send("Page.setWebLifecycleState", {"state": "active"})
    tab.page.wait_for_function(
        "last => window.telemetryd.state().lastSeq > last && window.telemetryd.state().holes === 0", arg=newest
    )
    held = tab.page.evaluate("window.telemetryd.seqs()")
    assert held[0] <= first and held == list(range(held[0], held[-1] + 1)), "a hole in seq"
