"""A hunt for lost readings: `kill -9` at random moments under a load of thousands of readings a second.

Who acknowledged what is noted by two who know nothing of each other: the publisher, of the broker; and a relay, of the
daemon. After each end of the daemon its database must be whole and have everything it acknowledged; in the end it must
have everything the broker took.

In CI it is a few rounds. `make loss-hunt` runs 20 (LOSS_ROUNDS=…, LOSS_SEED=… to repeat one).
"""

import collections
import os
import random
import sqlite3
import subprocess
import time

import pytest

from broker import Broker
from daemon import EXECUTABLE, run_to_end
from mqtt_wire import Acknowledgements
from publisher import Publisher
from waiting import PATIENCE, until

ROUNDS = int(os.environ.get("LOSS_ROUNDS", "3"))
SEED = int(os.environ.get("LOSS_SEED", "20261121"))

# Messages a second, one reading each.
RATE = int(os.environ.get("LOSS_RATE", "5000"))

# Of the daemon's acknowledgements, between a start and the end of a round: from the first batch to some seconds.
MOMENTS = (1, 10, 400, 3_000, 12_000)


def assert_whole(daemon):
    """By `telemetryd verify`, and by our own look at the sequences. Only for a daemon that does not run."""
    if "verify" in run_to_end("--help").stdout:
        answer = run_to_end("verify", "--database", str(daemon.database), seconds=60)
        assert answer.returncode == 0, answer.stdout + answer.stderr
    rows = daemon.query(
        "SELECT machine, min(seq) AS first, max(seq) AS last, count(*) AS count FROM history GROUP BY machine"
    )
    for row in rows:
        assert row["first"] == 1 and row["count"] == row["last"], f"holes in seq: {row}"


class Hunt:
    """One daemon between broker and publisher, and the book of who acknowledged what."""

    def __init__(self, daemon, broker, relay):
        self.acknowledgements = Acknowledgements()
        self.between = relay(broker.port, self.acknowledgements)
        url = f"mqtt://127.0.0.1:{self.between.port}"
        self.daemon = daemon("--mqtt", url, "--history", "1000000", "--log-level", "warning")
        broker.wait_subscriber()
        self.publisher = Publisher(broker.port, RATE)
        # Numbers that the daemon has acknowledged, and how many acknowledgements that took.
        self.sure = set()
        self.seen = 0

    def stored(self):
        """How often each number is in the database."""
        return collections.Counter(int(row["rpm"]) for row in self.daemon.query("SELECT rpm FROM history"))

    def assert_nothing_lost(self):
        new = self.acknowledgements.all(self.seen)
        self.seen += len(new)
        self.sure.update(int(payload[7 : payload.index(b",")]) for payload in new)
        missing = self.sure - set(self.stored())
        assert not missing, f"{len(missing)} acknowledged and not stored: {sorted(missing)[:20]}"

    def wait_acknowledged(self, more):
        count = len(self.acknowledgements.all()) + more
        assert self.acknowledgements.wait_count(count, 60), self.daemon.stderr

    def wait_checkpoint(self):
        """Returns at the moment at which the daemon starts to write into the database file itself."""
        before, deadline = self.daemon.database.stat().st_mtime_ns, time.monotonic() + 60
        while self.daemon.database.stat().st_mtime_ns == before:
            assert time.monotonic() < deadline, "no checkpoint"

    def finish(self):
        """Everything that the broker took is there in the end.

        Returns how many that were, and the numbers that are there twice. A reading that is committed but not
        acknowledged when the end comes is delivered again.
        """
        count = self.publisher.finish()
        until(lambda: len(self.stored()) >= count, f"all {count} readings", seconds=120)
        self.daemon.stop()
        assert_whole(self.daemon)
        self.assert_nothing_lost()
        stored = self.stored()
        assert set(stored) == set(range(1, count + 1))
        return count, [number for number, times in stored.items() if times > 1]


@pytest.fixture
def hunt(daemon, broker, relay):
    return Hunt(daemon, broker, relay)


@pytest.mark.timeout(120 + 30 * ROUNDS)
def test_kill_at_any_moment_loses_nothing(hunt):
    chance = random.Random(SEED)
    for number in range(ROUNDS):
        if number % 3 == 1:
            hunt.wait_checkpoint()
        else:
            low, high = chance.choice(list(zip(MOMENTS, MOMENTS[1:])))
            hunt.wait_acknowledged(chance.randint(low, high))
        hunt.daemon.kill()
        assert_whole(hunt.daemon)
        hunt.assert_nothing_lost()
        hunt.daemon.start()
    count, twice = hunt.finish()
    print(f"seed {SEED}: {count} readings, {ROUNDS} kills, {hunt.seen} acknowledged, {len(twice)} stored twice")
    known = [number for number in twice if hunt.publisher.timed(hunt.publisher.machine(number))]
    assert not known, f"delivered again with their source time, and stored again: {known[:20]}"


@pytest.mark.timeout(120 + 15 * ROUNDS)
def test_sigterm_and_a_restarted_broker_lose_nothing(hunt, broker):
    chance = random.Random(SEED)
    for number in range(max(2, ROUNDS // 3)):
        hunt.wait_acknowledged(chance.randint(100, 3_000))
        if number % 2 == 0:
            hunt.daemon.stop()
            assert_whole(hunt.daemon)
            hunt.assert_nothing_lost()
            hunt.daemon.start()
        else:
            broker.stop()
            broker.start()
    hunt.wait_acknowledged(100)
    count, twice = hunt.finish()
    print(f"seed {SEED}: {count} readings, {hunt.publisher.reconnects - 1} broker restarts, {len(twice)} stored twice")
