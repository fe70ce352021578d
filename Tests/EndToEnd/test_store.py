"""Interface section 4: a ring per machine in one SQLite file, as other programs see it."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

from daemon import EXECUTABLE, clean_environment, run_to_end
from waiting import until

ISO_8601 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


def publish(broker, machine, count, first=1):
    """Publishes readings that all take the same room; rpm counts up from `first`, 10000 + n."""
    lines = [f'{{"rpm":{10000 + n},"torque":120.5,"pressure":6.02}}' for n in range(first, first + count)]
    broker.publish_lines(f"machines/{machine}/telemetry", lines)


def file_size(daemon):
    """Bytes of the database once a daemon that ended has put the write-ahead log into it."""
    return daemon.database.stat().st_size


@pytest.fixture
def full_ring(daemon, broker):
    """A daemon with N = 100 that has had 300 readings of one machine, and is stopped."""
    one = daemon("--mqtt", broker.url, "--history", "100")
    broker.wait_subscriber()
    publish(broker, "press1", 300)
    one.wait_seq("press1", 300)
    one.stop()
    return one


def test_a_ring_holds_exactly_the_newest_and_the_file_stops_growing(full_ring, broker):
    one = full_ring
    before = file_size(one)
    one.start()
    publish(broker, "press1", 700, first=301)
    one.wait_seq("press1", 1000)
    one.stop()
    rows = one.query("SELECT seq, rpm FROM history WHERE machine = 'press1' ORDER BY seq")
    assert [row["seq"] for row in rows] == list(range(901, 1001))
    assert [row["rpm"] for row in rows] == [10000 + n for n in range(901, 1001)]
    assert file_size(one) <= before, "the file grows although every slot is there"
    assert not list(one.folder.glob("*-wal")), "the write-ahead log was left behind"


def test_the_public_views(full_ring):
    [machine] = full_ring.query("SELECT * FROM machines")
    assert list(machine) == ["machine", "epoch", "first_seq", "last_seq", "first_seen", "last_seen"]
    assert machine["machine"] == "press1"
    assert (machine["first_seq"], machine["last_seq"]) == (201, 300)
    assert machine["epoch"]
    newest = full_ring.query("SELECT * FROM history ORDER BY seq DESC LIMIT 1")[0]
    assert list(newest) == ["machine", "seq", "timestamp", "received", "rpm", "torque", "pressure", "extra"]
    assert newest["rpm"] == 10300 and newest["torque"] == 120.5 and newest["pressure"] == 6.02
    assert newest["extra"] is None
    for value in (newest["timestamp"], newest["received"], machine["first_seen"], machine["last_seen"]):
        assert ISO_8601.match(value), value


def test_sequence_and_epoch_survive_a_restart(full_ring, broker):
    one = full_ring.start()
    epoch = one.query("SELECT epoch FROM machines")[0]["epoch"]
    answer = one.readings("press1")
    assert answer["epoch"] == epoch
    assert [reading["seq"] for reading in answer["readings"]] == list(range(201, 301))
    publish(broker, "press1", 1, first=301)
    assert one.wait_seq("press1", 301) == 301
    assert one.readings("press1")["epoch"] == epoch


def test_changing_the_size_keeps_the_newest_that_fit(full_ring, broker):
    one = full_ring
    one.arguments[-1] = "40"
    one.start()
    kept = [reading["seq"] for reading in one.readings("press1")["readings"]]
    assert kept == list(range(261, 301))
    one.stop()
    one.arguments[-1] = "60"
    one.start()
    publish(broker, "press1", 30, first=301)
    one.wait_seq("press1", 330)
    one.stop()
    rows = one.query("SELECT seq, rpm FROM history ORDER BY seq")
    assert [row["seq"] for row in rows] == list(range(271, 331))
    assert [row["rpm"] for row in rows] == [10000 + row["seq"] for row in rows]


@pytest.mark.parametrize("damage", ["garbage", "header", "middle"])
def test_a_damaged_database_is_moved_aside_and_named(full_ring, damage):
    one = full_ring
    original = one.database.read_bytes()
    if damage == "garbage":
        broken = b"this is no database at all\n" * 400
    elif damage == "header":
        broken = b"\0" * 512 + original[512:]
    else:
        broken = original[:4096] + b"\xa5" * (len(original) - 4096)
    one.database.write_bytes(broken)
    one.start()
    aside = list(one.folder.glob("*.corrupt-*"))
    assert len([path for path in aside if path.stat().st_size == len(broken)]) == 1, aside
    assert one.database.name in one.stderr
    assert one.get("/healthz").status_code == 200
    assert one.machines() == {}


def test_extra_metrics_are_kept_and_missing_ones_are_absent(daemon, broker):
    one = daemon("--mqtt", broker.url)
    broker.wait_subscriber()
    sent = '{"rpm":1480.0,"zeta":2,"alpha":0.1,"timestamp":"2026-11-21T09:41:26.123456Z"}'
    broker.publish("machines/m/telemetry", sent)
    one.wait_seq("m", 1)
    text = one.get("/api/machines/m/readings").text
    expected = '{"machine":"m","seq":1,"timestamp":"2026-11-21T09:41:26.123Z","rpm":1480,"alpha":0.1,"zeta":2}'
    assert expected in text
    [row] = until(lambda: one.query("SELECT * FROM history"), "the row in the view")
    assert row["torque"] is None and row["pressure"] is None
    assert row["extra"] == '{"alpha":0.1,"zeta":2}'
    assert row["timestamp"] == "2026-11-21T09:41:26.123Z"


def test_readings_beyond_the_age_go_in_the_file_and_in_the_api(daemon):
    one = daemon("--simulate", "a", "--simulate-interval", "20ms", "--history", "100000", "--keep", "2s")
    one.wait_seq("a", 1)
    first = until(lambda: (seq := one.readings("a", limit=1)["firstSeq"]) > 50 and seq, "the oldest readings to go")
    [row] = one.query("SELECT first_seq, last_seq, (SELECT count(*) FROM history) AS count FROM machines")
    assert row["first_seq"] >= first and row["count"] == row["last_seq"] - row["first_seq"] + 1
    answer = one.readings("a", since=1, limit=1)
    assert answer["lost"] == answer["firstSeq"] - 2
    last = one.last_seq("a")
    one.restart()
    assert one.wait_seq("a", last + 1) > last
    assert run_to_end("verify", "--database", str(one.database)).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv")
def test_a_folder_that_may_not_be_written_is_one_line():
    """As an ordinary user, who cannot write where root put the database."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        executable = pathlib.Path(folder) / "telemetryd"
        shutil.copy(EXECUTABLE, executable)
        answer = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(executable)]
            + ["--simulate", "a", "--port", "0", "--public", folder, "--database", f"{folder}/telemetry.sqlite"],
            env=clean_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert answer.returncode == 1, answer
        assert len(answer.stderr.strip().splitlines()) == 1, answer.stderr
        assert f"{folder}/telemetry.sqlite" in answer.stderr and "Permission denied" in answer.stderr
