"""The trends in a real browser: choosing a stretch of time, reading it, pausing, saving."""

import csv
import io
import re
import struct
import time
from datetime import datetime, timezone
from urllib.parse import parse_qs

import pytest

from tab import GATEWAY_AWAY
from waiting import until

CHARTS = ["rpm", "torque", "pressure"]

# Two hours of readings once a second that the tests put into the ring, with a gap and one peak.
PAST_SECONDS = 7200
GAP = range(3000, 3300)
PEAK = 1777

WINDOW_TEXT = "() => document.querySelector('#trend-window').textContent"

# What the slider over each chart says: "14:03:07.250, RPM 1480.5 rev/min".
READOUTS = """names => names.map((name) =>
    document.querySelector(`#${name}-figure .overlay`).getAttribute('aria-valuetext'))"""

# Columns of the first chart in which the line is drawn, as shares of the plot's width: the line is the only blue there.
LINE_COLUMNS = """() => {
    const canvas = document.querySelector('#rpm-trend');
    const ratio = canvas.width / canvas.clientWidth;
    const left = Math.round(52 * ratio);
    const width = canvas.width - Math.round(54 * ratio);
    const { data } = canvas.getContext('2d').getImageData(left, 0, width, canvas.height);
    const drawn = [];
    for (let x = 0; x < width; x += 1) {
        for (let y = 0; y < canvas.height; y += 1) {
            const at = (y * width + x) * 4;
            if (data[at + 3] > 128 && data[at + 2] - data[at] > 100) {
                drawn.push(x / width);
                break;
            }
        }
    }
    return drawn;
}"""


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def post(one, machine, readings):
    for start in range(0, len(readings), 500):
        answer = one.session.post(
            f"{one.url}/api/machines/{machine}/readings", json=readings[start : start + 500], timeout=20
        )
        assert answer.status_code == 202 and not answer.json()["rejected"], answer.text


@pytest.fixture
def gateway(daemon):
    import requests

    def start(*arguments):
        one = daemon("--simulate", "other", *arguments)
        one.session = requests.Session()
        return one

    return start


@pytest.fixture
def past(gateway):
    """A gateway that holds two hours of `press`."""
    one = gateway("--history", "20000")
    now = time.time()
    readings = [
        {
            "rpm": 1400 + second % 50,
            "torque": 120 + (second % 70) / 10,
            "pressure": 6 + (second % 90) / 100,
            "temp": 40 + second % 11,
            "timestamp": iso(now - second),
        }
        for second in range(PAST_SECONDS, 0, -1)
        if second not in GAP
    ]
    readings[2000]["rpm"] = PEAK
    post(one, "press", readings)
    return one


def open_page(page, one, search, **options):
    tab = page(f"{one.url}/{search}", timezone_id="UTC", locale="en-GB", **options)
    tab.page.wait_for_function("() => window.telemetryd?.state().count > 0")
    wait_panels(tab)
    return tab


def wait_panels(tab):
    """Whatever the page loads later is there: nothing moves any more, and nothing is missed when the line is cut."""
    for panel in ("#machine-alarms", "#people-panel"):
        tab.page.wait_for_selector(f"{panel} > *", state="attached")


def in_url(tab):
    query = tab.page.evaluate("location.search.slice(1)")
    return {name: values[0] for name, values in parse_qs(query).items()}


def place(tab, name, share, height=0.5):
    """A place on the page, given a share of a chart's plot."""
    box = tab.page.locator(f"#{name}-trend").bounding_box()
    return box["x"] + 52 + share * (box["width"] - 54), box["y"] + height * box["height"]


def range_of(tab):
    """The window in the URL, seconds since 1970; None: there is none."""
    names = in_url(tab)
    if "from" not in names:
        return None
    return tuple(datetime.fromisoformat(names[name]).timestamp() for name in ("from", "to"))


def wait_range(tab, condition, what):
    """Waits until the URL has a window for which the condition holds."""

    def look():
        found = range_of(tab)
        return found is not None and condition(*found) and found

    return until(look, what)


def drag(tab, name, start, end, **options):
    tab.page.mouse.move(*place(tab, name, start))
    tab.page.mouse.down(**options)
    tab.page.mouse.move(*place(tab, name, (start + end) / 2))
    tab.page.mouse.move(*place(tab, name, end))
    tab.page.mouse.up(**options)


def test_a_long_window_is_thinned_with_its_peak_and_read_like_the_api(past, page):
    tab = open_page(page, past, "?machine=press&window=all")
    tab.page.wait_for_function(
        "() => /thinned: [0-9,.]+ of 6,900 readings, peaks kept/.test("
        "document.querySelector('#trend-window').textContent)"
    )
    tab.page.wait_for_function("peak => document.querySelector('#rpm-range').textContent.includes(peak)", arg=str(PEAK))

    # The gap is where nothing was sent, and nowhere else.
    drawn = tab.page.evaluate(LINE_COLUMNS)
    holes = [(a, b) for a, b in zip(drawn, drawn[1:], strict=False) if b - a > 0.01]
    assert len(holes) == 1, holes
    width = holes[0][1] - holes[0][0]
    assert abs(width - len(GAP) / PAST_SECONDS) < 0.01, width
    tab.page.wait_for_function("() => document.querySelector('#rpm-trend').ariaLabel.includes(', 1 gap')")
    tab.screenshot("trends-thinned")

    # One instant in all charts, with the values that the API has for it.
    tab.page.mouse.move(*place(tab, "torque", 0.3))
    tab.page.wait_for_function("() => document.querySelector('#torque-figure .at').textContent !== ''")
    readouts = tab.page.evaluate(READOUTS, CHARTS)
    times = {text.split(",")[0] for text in readouts}
    assert len(times) == 1, readouts
    clock = times.pop()
    found = [one for one in past.readings("press", limit=10_000)["readings"] if clock in one["timestamp"]]
    assert len(found) == 1, (clock, found)
    shown = [float(re.search(r" (-?[0-9.]+) ", text)[1]) for text in readouts]
    assert shown == [found[0][name] for name in CHARTS]

    # Zoomed in the readings come whole, and the live tail is joined without a seam.
    drag(tab, "rpm", 0.25, 0.3)
    tab.page.wait_for_function("() => !document.querySelector('#trend-window').textContent.includes('thinned')")
    start, end = range_of(tab)
    assert 300 < end - start < 420
    with tab.page.expect_download() as download:
        tab.page.click("#trend-more summary")
        tab.page.click("#trend-csv")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert rows[0] == ["timestamp", "machine", "seq", "rpm [rev/min]", "torque [N·m]", "pressure [bar]", "temp"]
    expected = past.readings("press", **{"from": iso(start), "to": iso(end)}, limit=10_000)["readings"]
    assert [[int(row[2]), row[0], *map(float, row[3:])] for row in rows[1:]] == [
        [one["seq"], one["timestamp"], one["rpm"], one["torque"], one["pressure"], one["temp"]] for one in expected
    ]
    assert re.fullmatch(r"press_\d{8}T\d{6}Z_\d{8}T\d{6}Z\.csv", download.value.suggested_filename)


def test_zoom_pan_and_back_by_mouse(past, page):
    tab = open_page(page, past, "?machine=press&window=1h")
    drag(tab, "torque", 0.2, 0.6)
    start, end = wait_range(tab, lambda a, b: True, "a window in the URL")
    assert abs((end - start) - 0.4 * 3600) < 40, "what was drawn is what is shown"

    # All charts show it: the first reading is the same in each.
    tab.page.mouse.move(*place(tab, "pressure", 0.5))
    tab.page.wait_for_function("() => document.querySelector('#rpm-figure .at').textContent !== ''")
    clocks = {text.split(",")[0] for text in tab.page.evaluate(READOUTS, CHARTS)}
    middle = datetime.fromtimestamp((start + end) / 2, timezone.utc)
    assert len(clocks) == 1
    clock = datetime.strptime(clocks.pop(), "%H:%M:%S.%f").replace(tzinfo=timezone.utc)
    apart = clock - middle.replace(year=1900, month=1, day=1)
    assert abs(apart.total_seconds()) < 10, "the instant under the pointer"

    tab.page.mouse.wheel(0, -200)
    near_start, near_end = wait_range(tab, lambda a, b: b - a < (end - start) * 0.7, "the wheel zooms in")
    assert start < near_start < near_end < end, "around the pointer"
    tab.page.keyboard.down("Shift")
    drag(tab, "rpm", 0.3, 0.6)
    tab.page.keyboard.up("Shift")
    moved = wait_range(tab, lambda a, b: a < near_start - 1, "shift and drag pans")
    assert abs((moved[1] - moved[0]) - (near_end - near_start)) < 0.1

    tab.page.reload()
    tab.page.wait_for_function("() => window.telemetryd?.state().count > 0")
    assert range_of(tab) == moved, "a reload shows the same"
    tab.page.click("#trend-live")
    tab.page.wait_for_function("() => document.querySelector('#trend-window').textContent.startsWith('last hour')")
    assert "from" not in in_url(tab) and in_url(tab)["window"] == "1h"
    tab.page.go_back()
    tab.page.wait_for_function("() => !document.querySelector('#trend-window').textContent.startsWith('last')")
    assert range_of(tab) == moved, "the back button goes back to the window"


def test_by_keyboard_alone_and_pause_goes_on_collecting(daemon, page):
    one = daemon("--simulate", "machineA", "--simulate-interval", "50ms")
    one.wait_seq("machineA", 40)
    tab = open_page(page, one, "?machine=machineA")
    tab.page.keyboard.press("Space")
    tab.page.wait_for_function("() => /paused, [0-9]+ new/.test(document.querySelector('#trend-behind').textContent)")
    # The last pixel column still takes readings that belong to it.
    tab.page.wait_for_function(
        "() => Number(/paused, ([0-9]+) new/.exec(document.querySelector('#trend-behind').textContent)[1]) >= 20"
    )
    before = tab.page.evaluate(WINDOW_TEXT)
    picture = tab.page.evaluate("document.querySelector('#rpm-trend').toDataURL()")
    last = tab.page.evaluate("window.telemetryd.seqs().at(-1)")
    tab.page.wait_for_function("last => window.telemetryd.seqs().at(-1) >= last + 40", arg=last)
    assert tab.page.evaluate(WINDOW_TEXT) == before
    assert tab.page.evaluate("document.querySelector('#rpm-trend').toDataURL()") == picture, "a paused view moves"
    tab.page.wait_for_function(
        "() => Number(/paused, ([0-9]+) new/.exec(document.querySelector('#trend-behind').textContent)[1]) >= 40"
    )
    tab.screenshot("trends-paused")
    assert in_url(tab)["pause"] == "1"

    # Tab reaches the chart, arrows read it, plus and minus zoom, Shift and an arrow pan.
    for _ in range(60):
        if tab.page.evaluate("document.activeElement.className === 'overlay'"):
            break
        tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.closest('figure').id") == "rpm-figure"
    tab.page.keyboard.press("End")
    tab.page.wait_for_function("() => /RPM [0-9]/.test(document.activeElement.ariaValueText)")
    newest = tab.page.evaluate("document.activeElement.ariaValueText")
    tab.page.keyboard.press("ArrowLeft")
    tab.page.wait_for_function("newest => document.activeElement.ariaValueText < newest", arg=newest)
    for _ in range(8):
        tab.page.keyboard.press("+")
    near = wait_range(tab, lambda a, b: b - a < 3, "plus zooms in")
    tab.page.keyboard.press("Shift+ArrowLeft")
    wait_range(tab, lambda a, b: a < near[0], "Shift and arrow pans")
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Space")
    tab.page.wait_for_function("() => document.querySelector('#trend-behind').textContent === ''")
    tab.page.wait_for_function("() => document.querySelector('#trend-window').textContent.startsWith('last')")
    until(lambda: not {"from", "to", "pause"} & set(in_url(tab)), "a live window is not in the URL")
    held = tab.page.evaluate("window.telemetryd.seqs()")
    assert held == list(range(held[0], held[0] + len(held))), "the pause lost readings"


def test_a_gap_that_was_overwritten_stays_a_gap(gateway, relay, page):
    one = gateway("--history", "100")
    began = time.time() - 55
    reading = lambda tenth: {"rpm": 1000, "torque": 5, "pressure": 1, "timestamp": iso(began + tenth / 10)}
    post(one, "press", [reading(tenth) for tenth in range(50)])
    between = relay(one.port)
    tab = page(f"http://127.0.0.1:{between.port}/?machine=press&window=2m", timezone_id="UTC")
    tab.allow(*GATEWAY_AWAY)
    tab.page.wait_for_function("() => window.telemetryd?.state().count === 50")
    wait_panels(tab)
    between.cut()
    tab.page.wait_for_function("() => document.querySelector('#link-state').dataset.state === 'disconnected'")
    post(one, "press", [reading(tenth) for tenth in range(50, 400)])
    between.mend()
    tab.page.wait_for_function("() => window.telemetryd.state().lastSeq === 400")
    assert tab.page.evaluate("window.telemetryd.state().lost") == 250
    tab.page.click("#trend-pause")
    drawn = tab.page.evaluate(LINE_COLUMNS)
    holes = [b - a for a, b in zip(drawn, drawn[1:], strict=False) if b - a > 0.02]
    assert len(holes) == 1 and abs(holes[0] - 25 / 120) < 0.02, holes
    tab.screenshot("trends-gap")


def test_an_alarm_shows_the_window_it_has_kept(gateway, page):
    one = gateway("--history", "100")
    rule = {"machine": "press", "metric": "rpm", "kind": "high", "limit": 1800, "priority": "high", "text": "too fast"}
    assert one.session.put(f"{one.url}/api/alarms/rules/fast", json=rule, timeout=20).ok
    began = time.time() - 30
    at = lambda tenth, rpm: {"rpm": rpm, "torque": 5, "pressure": 1, "timestamp": iso(began + tenth / 10)}
    post(one, "press", [at(tenth, 1000 + tenth % 7) for tenth in range(50)] + [at(50, PEAK + 200)])
    events = until(lambda: one.get("/api/alarms/history?machine=press").json()["events"], "the alarm")
    post(one, "press", [at(tenth, 1000 + tenth % 7) for tenth in range(51, 250)])
    assert max(kept["rpm"] for kept in one.readings("press")["readings"]) < 1100, "the ring has lost the peak"
    tab = open_page(page, one, f"?machine=press&alarm={events[-1]['episode']}")
    tab.page.wait_for_function(
        "peak => document.querySelector('#rpm-range').textContent.includes(peak)", arg=str(PEAK + 200)
    )
    assert "too fast" in tab.page.evaluate(WINDOW_TEXT)
    tab.screenshot("trends-alarm")
    tab.page.click("#trend-live")
    tab.page.wait_for_function("() => document.querySelector('#trend-window').textContent.startsWith('last')")
    assert not {"alarm", "from", "to"} & set(in_url(tab))


def test_picture_table_units_and_another_metric(past, page):
    tab = open_page(page, past, "?machine=press&window=5m&units=kPa")
    tab.page.wait_for_function("() => document.querySelector('#pressure-figure .unit').textContent === 'kPa'")
    tab.page.click("#trend-more summary")
    tab.page.get_by_label("temp").check()
    tab.page.wait_for_selector("#extra-temp-trend")
    assert in_url(tab)["extras"] == "temp"
    tab.page.click("#trend-table-button")
    tab.page.wait_for_function("() => document.querySelectorAll('#trend-table tbody tr').length >= 200")
    rows = tab.page.eval_on_selector_all(
        "#trend-table tr", "all => all.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    assert rows[0] == ["Time", "Seq", "rpm (rev/min)", "torque (N·m)", "pressure (kPa)", "temp"]
    newest = past.readings("press", limit=1)["readings"][0]
    assert rows[1][1] == str(newest["seq"]) and rows[1][0] in newest["timestamp"].replace("Z", "")
    shown = [float(text) for text in rows[1][2:]]
    assert shown == pytest.approx([newest["rpm"], newest["torque"], newest["pressure"] * 100, newest["temp"]])

    tab.page.keyboard.press("Escape")
    with tab.page.expect_download() as download:
        tab.page.click("#pressure-figure .png")
    picture = download.value.path().read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) == (2400, 960) and len(picture) > 10_000
    assert re.fullmatch(r"press_pressure_\d{8}T\d{6}Z_\d{8}T\d{6}Z\.png", download.value.suggested_filename)
    (tab.screenshots / "trends-picture.png").write_bytes(picture)
    tab.screenshot("trends-table")

    tab.page.reload()
    tab.page.wait_for_selector("#extra-temp-trend")


def test_two_fingers_zoom_and_one_reads(past, page):
    tab = open_page(
        page, past, "?machine=press&window=15m", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    tab.page.locator("#rpm-trend").scroll_into_view_if_needed()
    touches = tab.context.new_cdp_session(tab.page)

    def touch(kind, *shares):
        points = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(place(tab, "rpm", s) for s in shares)]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.5)
    tab.page.wait_for_function("() => /[0-9]/.test(document.querySelector('#torque-figure .at').textContent)")
    touch("touchEnd")
    touch("touchStart", 0.4)
    touch("touchStart", 0.4, 0.5)
    for step in range(1, 6):
        touch("touchMove", 0.4 - step * 0.04, 0.5 + step * 0.04)
    touch("touchEnd")
    start, end = wait_range(tab, lambda a, b: True, "two fingers zoom")
    assert abs((end - start) - 900 * 0.1 / 0.5) < 20, end - start
    tab.screenshot("trends-phone-zoomed")
