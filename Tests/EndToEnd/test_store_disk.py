"""A disk that is full, in earnest: a file system of 32 MB that fills up while readings come in.

docs/decisions/0003-full-disk.md says what the gateway does then.
"""

import contextlib
import os
import subprocess

import pytest

from daemon import Daemon, run_to_end
from mqtt_wire import Acknowledgements
from publisher import Publisher
from waiting import until

DISK_BYTES = 32 * 1024 * 1024


@pytest.fixture
def disk(tmp_path):
    """A small file system of its own; gone with the test."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk):
    """Takes all the room there is; returns what to remove to give it back."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), open(ballast, "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return ballast


class DiskDaemon(Daemon):
    """Its database lies on the disk in question, its log does not."""

    def __init__(self, folder, disk, *arguments):
        super().__init__(folder, *arguments)
        self.database = disk / "telemetry.sqlite"


def numbers(payloads):
    return {int(payload[7 : payload.index(b",")]) for payload in payloads}


def stored(daemon):
    return {int(row["rpm"]) for row in daemon.query("SELECT rpm FROM history")}


@pytest.mark.timeout(240)
def test_a_full_disk_loses_nothing_and_the_gateway_goes_on_by_itself(tmp_path, disk, broker, relay, viewer):
    acknowledgements = Acknowledgements()
    between = relay(broker.port, acknowledgements)
    url = f"mqtt://127.0.0.1:{between.port}"
    one = DiskDaemon(tmp_path, disk, "--mqtt", url, "--history", "1000000").start()
    try:
        broker.wait_subscriber()
        publisher = Publisher(broker.port, 2_000)
        assert acknowledgements.wait_count(2_000, 60), one.stderr
        client = viewer(one.url)
        client.join("m1")
        ballast = fill(disk)

        until(lambda: one.get("/readyz").status_code == 503, "the gateway says that it cannot store", seconds=60)
        assert "database cannot be written" in one.stderr
        assert one.get("/healthz").status_code == 200
        assert "disk is full" in one.get("/readyz").json()["store"]["detail"]
        # The broker takes on, the gateway does not: what it cannot store it does not acknowledge.
        publisher.wait_acknowledged(4_000)
        assert numbers(acknowledgements.all()) <= stored(one)
        # People see what there is, over connections that stay.
        assert one.readings("m1", limit=1)["readings"]
        client.barrier()
        assert not client.of("gone")

        ballast.unlink()
        until(lambda: one.get("/readyz").status_code == 200, "the gateway goes on by itself", seconds=60)
        assert "database can be written again" in one.stderr
        count = publisher.finish()
        until(lambda: stored(one) == set(range(1, count + 1)), "everything that the broker took", seconds=60)
        client.barrier()
        assert not client.of("gone")
        one.stop()
        assert numbers(acknowledgements.all()) <= stored(one)
        rows = one.query("SELECT min(seq) AS first, max(seq) AS last, count(*) AS count FROM history GROUP BY machine")
        assert all(row["first"] == 1 and row["last"] == row["count"] for row in rows), "a hole in seq"
        answer = run_to_end("verify", "--database", str(one.database))
        assert answer.returncode == 0, answer.stdout + answer.stderr
    finally:
        if one.running:
            one.kill()


@pytest.mark.timeout(240)
def test_killed_on_a_full_disk_it_starts_there_and_goes_on(tmp_path, disk, broker, relay):
    acknowledgements = Acknowledgements()
    between = relay(broker.port, acknowledgements)
    url = f"mqtt://127.0.0.1:{between.port}"
    one = DiskDaemon(tmp_path, disk, "--mqtt", url, "--history", "1000000").start()
    try:
        broker.wait_subscriber()
        publisher = Publisher(broker.port, 2_000)
        assert acknowledgements.wait_count(1_000, 60), one.stderr
        ballast = fill(disk)
        until(lambda: one.get("/readyz").status_code == 503, "the gateway says that it cannot store", seconds=60)
        one.kill()
        assert numbers(acknowledgements.all()) <= stored(one)
        one.start()
        assert one.readings("m1", limit=1)["readings"]
        ballast.unlink()
        count = publisher.finish()
        until(lambda: stored(one) == set(range(1, count + 1)), "everything that the broker took", seconds=60)
        one.stop()
        answer = run_to_end("verify", "--database", str(one.database))
        assert answer.returncode == 0, answer.stdout + answer.stderr
    finally:
        if one.running:
            one.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_disk_that_takes_no_writes_is_said_in_one_line(tmp_path, disk):
    one = DiskDaemon(tmp_path, disk, "--simulate", "a")
    one.start()
    one.wait_seq("a", 1)
    one.stop()
    before = one.database.read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    answer = run_to_end("--simulate", "a", "--port", "0", "--database", str(one.database))
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1 and str(one.database) in answer.stderr, answer.stderr
    assert one.database.read_bytes() == before
    assert [path.name for path in disk.iterdir() if "corrupt" in path.name] == []
    # Whoever only reads can do that.
    answer = run_to_end("verify", "--database", str(one.database))
    assert answer.returncode == 0, answer.stdout + answer.stderr
