#!/usr/bin/env python3
"""What the dashboard costs a browser, against the targets of issue 5, point 10.

    make build setup-test
    .venv/bin/python Benchmarks/dashboard/measure.py [--executable FILE] [--minutes 10] [--json FILE]

Drives Debian's Chromium without a screen, on loopback. CPU is the thread time of the page's main thread (script, layout
and painting commands, not the raster threads), so other load on the machine does not count; paint and value times are
wall time and do. Each row is printed with its target and a verdict; the exit code is 1 if one is missed.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Opened this often, each time with an empty cache; the median counts.
OPENINGS = 5

# Seconds over which CPU is measured, after this many in which the page settles.
CPU_SECONDS = 30
SETTLE_SECONDS = 5

# Readings that pass while the tab sleeps: an hour of one machine at 1 Hz.
SLEPT_READINGS = 3600

FLEET = 300

# Notes when the first figure stands in the first card, and how much has moved without anybody asking for it.
WATCH = """
globalThis.measured = { value: null, shift: 0, shifts: [] };
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        measured.shift += entry.value;
        for (const { node } of entry.sources) measured.shifts.push(node?.id || node?.className || node?.nodeName);
    }
}).observe({ type: "layout-shift", buffered: true });
new MutationObserver(() => {
    const isLive = document.querySelector("#link-state")?.dataset.state === "live";
    const text = document.querySelector("#rpm-value")?.textContent ?? "";
    if (measured.value === null && isLive && /[0-9]/.test(text)) measured.value = performance.now();
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"""


class Gateway:
    """A telemetryd with simulated machines, in a folder of its own."""

    def __init__(self, executable, *arguments):
        self.folder = tempfile.TemporaryDirectory()
        environment = {name: value for name, value in os.environ.items() if name not in ("HOST", "PORT")}
        command = [executable, *arguments, "--port", "0", "--database", f"{self.folder.name}/telemetry.sqlite"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        ready = self.process.stdout.readline()
        if "http" not in ready:
            raise SystemExit(f"{' '.join(command)} did not start")
        self.url = ready.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.folder.cleanup()


class Rows:
    """The figures, each with its target."""

    def __init__(self):
        self.rows = []

    def add(self, what, figure, target, unit, digits=3, note=""):
        verdict = "met" if figure < target else "MISSED"
        self.rows.append({"what": what, "figure": figure, "target": target, "unit": unit, "verdict": verdict})
        suffix = f"  ({note})" if note else ""
        print(f"{what:<58} {figure:>9.{digits}f} {unit:<7} < {target:<6g} {verdict}{suffix}", flush=True)


def metrics(session):
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def measured_tab(page):
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return session


def wait_live(page):
    page.wait_for_function("() => document.querySelector('#link-state').dataset.state === 'live'", timeout=60_000)


def share(page, session, seconds):
    """Main-thread CPU of a page, as a share of one core."""
    page.wait_for_timeout(SETTLE_SECONDS * 1000)
    before, began = metrics(session)["ThreadTime"], time.monotonic()
    page.wait_for_timeout(seconds * 1000)
    return 100 * (metrics(session)["ThreadTime"] - before) / (time.monotonic() - began)


def opening(browser, gateway, rows):
    """First paint, first live value and layout shift, of the first page and of a machine's."""
    for path, name in [("/", "first page"), ("/?machine=machineA", "machine")]:
        paints, values, shifts, moved = [], [], [], set()
        for _ in range(OPENINGS):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.add_init_script(WATCH)
            page.goto(gateway.url + path)
            page.wait_for_function("() => measured.value !== null", timeout=60_000)
            page.wait_for_timeout(2000)
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            seen = page.evaluate("measured")
            values.append(seen["value"])
            shifts.append(seen["shift"])
            moved |= {str(one) for one in seen["shifts"]}
            context.close()
        rows.add(f"{name}: first paint", statistics.median(paints) / 1000, 0.2, "s")
        rows.add(f"{name}: first live value", statistics.median(values) / 1000, 0.5, "s")
        rows.add(f"{name}: layout shift", max(shifts), 0.02, "", note=", ".join(sorted(moved)[:6]))


def watching(browser, gateway, rows, minutes):
    """Three charts at 10 Hz, for long."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{gateway.url}/?machine=machineA")
    session = measured_tab(page)
    wait_live(page)
    rows.add("three charts at 10 Hz: main thread", share(page, session, CPU_SECONDS), 10, "% core", digits=1)
    if minutes <= 0:
        return
    # The buffers of one window are full after it has passed once.
    page.wait_for_timeout(60_000)
    session.send("HeapProfiler.collectGarbage")
    first = metrics(session)
    page.wait_for_timeout(minutes * 60_000)
    session.send("HeapProfiler.collectGarbage")
    last = metrics(session)
    growth = (last["JSHeapUsedSize"] - first["JSHeapUsedSize"]) / 1024
    note = f"{first['JSHeapUsedSize'] / 2**20:.2f} MiB at first"
    rows.add(f"heap, growth in {minutes:g} min", growth, 256, "KiB", digits=0, note=note)
    rows.add(f"document, growth in {minutes:g} min", last["Nodes"] - first["Nodes"], 100, "nodes", digits=0)
    page.close()


def fleet(browser, executable, rows):
    machines = ",".join(f"press{number}" for number in range(1, FLEET + 1))
    with Gateway(executable, "--simulate", machines, "--simulate-interval", "1s") as gateway:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(gateway.url)
        session = measured_tab(page)
        wait_live(page)
        page.wait_for_function(f"() => document.querySelectorAll('#fleet-tiles > *').length >= {FLEET}", timeout=60_000)
        cost = share(page, session, CPU_SECONDS)
        rows.add(f"fleet of {FLEET} at 1 Hz: main thread", cost, 25, "% core", digits=1)
        page.close()


def hidden(browser, executable, rows):
    arguments = ["--simulate", "machineA", "--simulate-interval", "10ms", "--history", "10000"]
    with Gateway(executable, *arguments) as gateway:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(gateway.url)
        wait_live(page)
        session = measured_tab(page)
        session.send("Page.setWebLifecycleState", {"state": "frozen"})
        before = page.evaluate("telemetryd.state().lastSeq")
        answer = browser.new_context().request
        while (newest := answer.get(f"{gateway.url}/api/machines").json()[0]["lastSeq"]) < before + SLEPT_READINGS:
            time.sleep(0.5)
        session.send("Page.setWebLifecycleState", {"state": "active"})
        began = time.monotonic()
        page.wait_for_function(
            "last => telemetryd.state().lastSeq >= last && telemetryd.state().holes === 0", arg=newest, timeout=60_000
        )
        took = time.monotonic() - began
        rows.add(f"tab asleep for {newest - before} readings: whole again", took, 1, "s")
        page.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executable", default=str(ROOT / ".build/release/telemetryd"))
    parser.add_argument("--minutes", type=float, default=10, help="for how long the heap must stay flat; 0 skips it")
    parser.add_argument("--json", type=pathlib.Path, help="also write the rows there")
    options = parser.parse_args()
    os.environ.setdefault("TELEMETRYD_PUBLIC", str(ROOT / "public"))
    rows = Rows()
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=sandbox)
        machines = ["--simulate", "machineA,machineB", "--simulate-interval", "100ms"]
        with Gateway(options.executable, *machines) as gateway:
            opening(browser, gateway, rows)
            watching(browser, gateway, rows, options.minutes)
        fleet(browser, options.executable, rows)
        hidden(browser, options.executable, rows)
        browser.close()
    if options.json:
        options.json.write_text(json.dumps(rows.rows, indent=2) + "\n", encoding="utf-8")
    return 1 if any(row["verdict"] != "met" for row in rows.rows) else 0


if __name__ == "__main__":
    sys.exit(main())
