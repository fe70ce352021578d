#!/usr/bin/env python3
"""Measures telemetryd against the floors of issue 6 and prints the table: target, figure, verdict.

    make bench            every row, medians of three rounds, floor and program in turn
    make bench QUICK=1    the same rows with one short round each, in under five minutes

Needs only the standard library; the tools in C are built from ../shared/bench (BENCH_SOURCES) where that is there. A
row that cannot be measured is printed with the reason. CPU time is compared, not wall time, and only within one run.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import subprocess
import tempfile
import time

import rows_fanout
import rows_ingest
from peers import Bench
from report import Row

PARTS = {
    "crowds": rows_fanout.crowds,
    "rooms": rows_fanout.many_rooms,
    "fleet": rows_fanout.fleet,
    "connections": rows_fanout.connections,
    "ingest": rows_ingest.ingest,
    "acknowledged": rows_ingest.acknowledged,
    "together": rows_ingest.together,
    "codecs": rows_ingest.codecs,
    "store": rows_ingest.full_store,
    "idle": rows_ingest.idle,
    "machines": rows_ingest.growing_fleet,
    "saturation": rows_fanout.saturation,
    "slow": rows_fanout.slow_readers,
}


@dataclasses.dataclass
class Plan:
    rounds: int
    long_rounds: int
    seconds: int
    saturation_hz: tuple
    codec: str | None
    store_machines: int = 5000

    def run_codec(self):
        done = subprocess.run([self.codec], stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout)


def build_tools(sources, folder):
    """The tools in C; what cannot be built is missing afterwards, and the rows say so."""
    if not pathlib.Path(sources, "Makefile").exists():
        print(f"The measuring tools in C are not at {sources} (variable BENCH_SOURCES): most rows need them.")
        return folder
    for name in ("fanout", "limit", "mqttload", "mqttfloor", "sqlitefloor"):
        subprocess.run(["make", "-s", "-C", sources, f"OUT={folder}", f"{folder}/{name}"], check=False)
    return folder


def measure(name, part, bench, plan):
    """The rows of a part. A part that fails is a row that was not measured; the others go on."""
    rows = []
    try:
        for row in part(bench, plan):
            rows.append(row)
            print(row.text(), flush=True)
    except Exception as error:  # whatever it is, it must not hide the rows behind it
        rows.append(Row(f"{name}: the rest", "", 0, reason=f"{type(error).__name__}: {error}"))
        print(rows[-1].text(), flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--daemon", default=".build/release/telemetryd")
    parser.add_argument("--sources", default="../shared/bench", help="where the tools in C are")
    parser.add_argument("--out", default=".build/bench", help="for the tools and the JSON")
    parser.add_argument("--codec", help="CodecBenchmark, built")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help=f"some of {','.join(PARTS)}")
    parser.add_argument("--rounds", type=int)
    options = parser.parse_args()
    out = pathlib.Path(options.out).absolute()
    out.mkdir(parents=True, exist_ok=True)
    tools = build_tools(os.path.abspath(options.sources), out / "tools")
    codec = options.codec if options.codec and pathlib.Path(options.codec).exists() else None
    if options.quick:
        plan = Plan(1, 1, 2, (500, 2000, 4000), codec, 500)
    else:
        plan = Plan(3, 3, 5, (250, 500, 1000, 2000, 3000, 4000, 6000, 8000), codec)
    plan.rounds = options.rounds or plan.rounds
    began = time.monotonic()
    rows = []
    with tempfile.TemporaryDirectory(dir=out) as folder:
        bench = Bench(os.path.abspath(options.daemon), tools, folder)
        for name, part in PARTS.items():
            if not options.only or name in options.only.split(","):
                rows += measure(name, part, bench, plan)
    seconds = round(time.monotonic() - began)
    write(rows, out, options, seconds)
    counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in ("met", "MISSED", "not measured")}
    print(f"{counts['met']} met, {counts['MISSED']} missed, {counts['not measured']} not measured; {seconds} s")


def write(rows, out, options, seconds):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H%M%SZ")
    path = out / f"bench-{now}.json"
    commit = subprocess.run(["git", "rev-parse", "HEAD"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    path.write_text(json.dumps({
        "time": now, "commit": commit, "quick": options.quick, "seconds": seconds, "kernel": platform.release(),
        "cores": os.cpu_count(), "rows": [row.document() for row in rows]}, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")


if __name__ == "__main__":
    main()
