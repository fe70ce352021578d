"""Recordings through the whole pipeline: the three public ones with their counts, small ones with their oddities."""

import collections
import csv
import datetime
import json
import math
import os
import pathlib

import pytest
import requests

from daemon import ROOT, run_to_end
from test_command_line import EX_USAGE, assert_one_line_error
from waiting import PATIENCE, until

PLACES = [os.environ.get("TELEMETRYD_DATA"), "/work/shared/data", ROOT.parent / "shared/data", ROOT / "shared/data"]
DATA = next((pathlib.Path(place) for place in PLACES if place and pathlib.Path(place).is_dir()), None)

MAZAK = "nist-sms-mazak-20180730.csv"
MILL = "ai4i2020.csv"
ENGINES = "cmapss-fd001.csv"
# One mapping each, as in the sample configuration.
MAPPING = {
    MAZAK: "metric=item,value=value,rpm=S2rpm|Srpm",
    MILL: "machine=mill,interval=1s,rpm=Rotational speed,torque=Torque",
    ENGINES: "machine=unit{unit},timestamp=cycle,rpm=Nf_rpm,pressure[psia]=P30_psia",
}
BAR_PER_PSI = 0.06894757293168361

needs_data = pytest.mark.skipif(DATA is None, reason="the recordings are not here: set TELEMETRYD_DATA to their folder")


def rows_of(name):
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def milliseconds(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (moment - epoch) // datetime.timedelta(milliseconds=1)


def gaps_and_jumps(times):
    """Of one machine's times in the order of the file: gaps of over three usual steps, backward jumps, the largest."""
    steps = [later - earlier for earlier, later in zip(times, times[1:])]
    forward = sorted(step for step in steps if step > 0)
    usual = forward[len(forward) // 2] if forward else 0
    backward = [-step for step in steps if step < 0]
    return sum(step > 3 * usual for step in forward), len(backward), max(backward, default=0)


def ends(daemon, count=1):
    """The log's last words on each recording, by file, once `count` of them have ended."""

    def look():
        events = [json.loads(line) for line in daemon.stderr.splitlines() if line.startswith("{")]
        ended = {event["file"]: event for event in events if event["message"].startswith("recording ended")}
        failed = [event for event in events if "cannot be read any further" in event["message"]]
        assert not failed, failed
        return len(ended) >= count and ended

    return until(look, f"the end of {count} recordings\n{daemon.stderr[-2000:]}", seconds=90)


def counts(event):
    return {name: int(event[name]) for name in ("rows", "stored", "duplicates", "refused", "gaps", "backward")}


@pytest.fixture
def play(daemon):
    """Starts a daemon that plays these, and waits for their ends."""

    def start(*recordings, options=()):
        arguments = [argument for recording in recordings for argument in ("--replay", recording)]
        one = daemon("--log-format", "json", "--history", "25000", *arguments, *options)
        return one, ends(one, len(recordings))

    return start


@needs_data
def test_the_three_public_recordings_side_by_side(play):
    one, ended = play(*(f"{DATA / name},speed=max,{mapping}" for name, mapping in MAPPING.items()))
    stored = {row["machine"]: row["n"] for row in one.query("SELECT machine, count(*) n FROM history GROUP BY machine")}
    check_mazak(one, counts(ended[MAZAK]), stored)
    check_mill(one, counts(ended[MILL]), stored)
    check_engines(one, counts(ended[ENGINES]), stored)
    assert len(stored) == 2 + 1 + 100
    # Flat out they are history: charts have it, and nobody believes that these machines are running.
    assert not [entry for entry in one.machines().values() if entry["state"] == "live"]


def check_mazak(one, ended, stored):
    """A real shop day: an event log, texts among the numbers, two clocks."""
    rows = rows_of(MAZAK)
    assert len(rows) == 34_640
    assert sum(row["value"].upper() == "UNAVAILABLE" for row in rows) == 783
    numbers = [row for row in rows if number(row["value"]) is not None]
    times = collections.defaultdict(list)
    for row in rows:
        times[row["machine"]].append(milliseconds(row["timestamp"]))
    found = [gaps_and_jumps(of_one) for of_one in times.values()]
    assert sum(jumps for _, jumps, _ in found) == 21
    assert max(largest for _, _, largest in found) // 100 == 329
    assert ended == {
        "rows": 34_640,
        "stored": len(numbers),
        "duplicates": 0,
        "refused": 34_640 - len(numbers),
        "gaps": sum(gaps for gaps, _, _ in found),
        "backward": 21,
    }
    for machine in ("Mazak01", "Mazak03"):
        own = [row for row in numbers if row["machine"] == machine]
        assert stored[machine] == len(own)
        speeds = [float(row["value"]) for row in own if row["item"] in ("S2rpm", "Srpm")]
        kept = one.query("SELECT rpm FROM history WHERE machine = ? AND rpm IS NOT NULL ORDER BY seq", machine)
        assert [row["rpm"] for row in kept] == speeds, "in the order of the file, exactly"
        [last] = one.query("SELECT timestamp FROM history WHERE machine = ? ORDER BY seq DESC LIMIT 1", machine)
        assert milliseconds(last["timestamp"]) == milliseconds(own[-1]["timestamp"])
    ledger = one.machines()["Mazak01"].get("ledger")
    if ledger is not None:
        assert ledger["received"] == ledger["stored"] + ledger["duplicates"] + sum(ledger["rejected"].values())


def check_mill(one, ended, stored):
    """No times and no machine, units in the header, names that are none of ours."""
    rows = rows_of(MILL)
    assert ended == {"rows": 10_000, "stored": 10_000, "duplicates": 0, "refused": 0, "gaps": 0, "backward": 0}
    assert stored["mill"] == 10_000
    kept = one.query("SELECT timestamp, rpm, torque, pressure, extra FROM history WHERE machine = 'mill' ORDER BY seq")
    for place in (0, 77, 9_999):
        row, reading = rows[place], kept[place]
        assert milliseconds(reading["timestamp"]) == place * 1000
        assert reading["rpm"] == float(row["Rotational speed [rpm]"])
        assert reading["torque"] == float(row["Torque [Nm]"])
        assert reading["pressure"] is None
        assert json.loads(reading["extra"])["PWF"] == int(row["PWF"])


def check_engines(one, ended, stored):
    """A fleet, one engine after the other, with cycles for time and an absolute pressure in psi."""
    rows = rows_of(ENGINES)
    assert ended == {"rows": 20_631, "stored": 20_631, "duplicates": 0, "refused": 0, "gaps": 0, "backward": 0}
    cycles = collections.Counter(f"unit{row['unit']}" for row in rows)
    assert {machine: n for machine, n in stored.items() if machine in cycles} == cycles
    own = [row for row in rows if row["unit"] == "7"]
    kept = one.query("SELECT timestamp, rpm, pressure FROM history WHERE machine = 'unit7' ORDER BY seq")
    assert [milliseconds(reading["timestamp"]) for reading in kept] == [int(row["cycle"]) * 1000 for row in own]
    assert [reading["rpm"] for reading in kept] == [float(row["Nf_rpm"]) for row in own]
    for row, reading in zip(own, kept):
        assert math.isclose(reading["pressure"], float(row["P30_psia"]) * BAR_PER_PSI, rel_tol=1e-12)


EVENTS = """\
timestamp,machine,item,value,code,message
2018-07-30T14:22:42.083Z,Mill01,hydra_cond,Normal,,
2018-07-30T14:22:43.000Z,Mill01,S2rpm,250,,
2018-07-30T14:22:44.000Z,Mill01,S2rpm,UNAVAILABLE,,
2018-07-30T14:22:43.500Z,Mill01,S2load,12.5,,
2018-07-30T14:22:45.000Z,Mill01,Srpm,270,,
2018-07-30T14:22:43.200Z,Mill03,S2rpm,1800,1042,"AIR, low"
"""


def test_a_small_event_log_and_where_its_refused_lines_are(play, tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text(EVENTS)
    pairs = ["metric=item", "value=value", "rpm=S2rpm|Srpm"]
    mapping = [argument for pair in pairs for argument in ("--replay-map", pair)]
    one, ended = play(f"{path},speed=max", options=mapping)
    assert counts(ended["shop.csv"]) == {
        "rows": 6, "stored": 4, "duplicates": 0, "refused": 2, "gaps": 0, "backward": 1,
    }
    rows = one.query("SELECT machine, seq, timestamp, rpm, extra FROM history ORDER BY machine, seq")
    assert [tuple(row.values()) for row in rows] == [
        ("Mill01", 1, "2018-07-30T14:22:43.000Z", 250.0, None),
        ("Mill01", 2, "2018-07-30T14:22:43.500Z", None, '{"S2load":12.5}'),
        ("Mill01", 3, "2018-07-30T14:22:45.000Z", 270.0, None),
        ("Mill03", 1, "2018-07-30T14:22:43.200Z", 1800.0, None),
    ]
    told = one.get("/api/rejected").text
    assert "shop.csv:2" in told and "`hydra_cond` is not a number but `Normal`" in told


def test_at_a_speed_the_charts_move_and_it_begins_anew(daemon, tmp_path):
    """Shifted to now: a recording of 2018 makes live machines, with stamps of today, at ten times its pace."""
    path = tmp_path / "old.csv"
    lines = [f"2018-07-30T14:22:0{place // 10}.{place % 10}00Z,{place}" for place in range(100)]
    path.write_text("timestamp,rpm\n" + "\n".join(lines) + "\n")
    began = datetime.datetime.now(datetime.timezone.utc)
    one = daemon("--replay", f"{path},speed=10,loop,machine=press1")
    one.wait_seq("press1", 150)
    assert one.machines()["press1"]["state"] == "live"
    readings = one.readings("press1", limit=1000)["readings"]
    stamps = [milliseconds(reading["timestamp"]) for reading in readings]
    assert milliseconds(began.isoformat()) <= stamps[0]
    assert stamps[-1] <= milliseconds(datetime.datetime.now(datetime.timezone.utc).isoformat())
    assert stamps[:100] == [stamps[0] + 10 * place for place in range(100)], "a tenth of the recording's steps"
    assert [reading["rpm"] for reading in readings[100:103]] == [0, 1, 2], "the loop"


def test_our_own_export_plays_again(daemon, play, tmp_path):
    one = daemon("--simulate", "press1,press2", "--simulate-interval", "5ms", "--history", "60")
    one.wait_seq("press1", 70)
    one.stop()
    select = "SELECT machine, timestamp, rpm, torque, pressure FROM history ORDER BY machine, seq"
    wanted = one.query(select)
    for name in ("all.csv", "all.ndjson"):
        path = tmp_path / name
        format_options = ["--format", path.suffix[1:], "--output", str(path)]
        done = run_to_end("export", "--all", *format_options, "--database", str(one.database))
        assert done.returncode == 0, done.stderr
        other, ended = play(f"{path},speed=max")
        assert counts(ended[name])["refused"] == 0
        assert other.query(select) == wanted


@pytest.mark.parametrize(
    "option, code, part",
    [
        ("nowhere.csv", 1, "No such file"),
        ("words.csv", 1, "must name the columns"),
        ("good.csv,rpm=speed", 1, "no column `speed`"),
        ("good.csv,speed=1000", EX_USAGE, "1 to 100"),
        ("good.csv,lop", EX_USAGE, "`lop`"),
    ],
)
def test_what_cannot_be_played_is_one_line(tmp_path, option, code, part):
    (tmp_path / "words.csv").write_text("this is,no table\n1,2\n")
    (tmp_path / "good.csv").write_text("rpm\n1\n")
    options = ["--port", "0", "--database", str(tmp_path / "t.sqlite"), "--public", str(ROOT / "public")]
    result = run_to_end("--replay", option, *options, cwd=tmp_path)
    assert_one_line_error(result, code, part)


def test_faults_by_schedule_and_on_demand(daemon):
    simulated = ["--simulate", "press1,press2", "--simulate-interval", "20ms"]
    one = daemon(*simulated, "--simulate-fault", "press1:clockjump@0+1h")
    one.wait_seq("press1", 3)
    one.wait_seq("press2", 3)
    ahead = milliseconds(one.readings("press1")["readings"][-1]["timestamp"])
    right = milliseconds(one.readings("press2")["readings"][-1]["timestamp"])
    assert ahead - right > 240_000

    def fault(machine, kind):
        wish = {"fault": kind, "duration": "1h"}
        return requests.post(f"{one.url}/api/simulator/{machine}/fault", json=wish, timeout=PATIENCE)

    answer = fault("press2", "flatline")
    assert answer.status_code in (200, 202, 204), answer.text
    until(lambda: len({reading["rpm"] for reading in one.readings("press2", limit=20)["readings"]}) == 1, "a flat line")
    for machine, kind in [("press9", "leak"), ("press1", "leek")]:
        answer = fault(machine, kind)
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
