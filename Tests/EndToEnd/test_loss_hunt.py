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

from daemon import EXECUTABLE, clean_environment, run_to_end
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


FLEET, RING = 10, 4_000


@pytest.fixture
def fleet(daemon):
    """The stopped daemon of a database with ten full rings, in which rpm is the sequence."""
    one = daemon("--simulate", "m0", "--history", str(RING))
    one.wait_seq("m0", 1)
    one.stop()
    with sqlite3.connect(one.database) as connection:
        connection.execute("DELETE FROM reading")
        connection.execute("DELETE FROM machine")
        keys = range(1, FLEET + 1)
        connection.executemany("INSERT INTO machine VALUES (?, ?, 0)", [(key, f"m{key}") for key in keys])
        connection.executemany(
            "INSERT INTO reading (machine, slot, seq, timestamp, received, rpm) VALUES (?, ?, ?, ?, ?, ?)",
            [(key, seq % RING, seq, seq, seq, seq) for key in keys for seq in range(1, RING + 1)],
        )
    connection.close()
    return one


def back_to_version_one(database):
    """As the first release left it: the migration is due again."""
    connection = sqlite3.connect(database, isolation_level=None)
    statements = [
        "DROP TABLE ledger",
        "DROP TABLE label",
        "DROP TABLE unit",
        *(f"DROP TABLE {name}" for name in ("message", "handover", "alarm_rule", "alarm_state", "alarm_event")),
        *(f"DROP TABLE {name}" for name in ("pin", "pinned_reading")),
        "ALTER TABLE reading DROP COLUMN flags",
        "DELETE FROM grdb_migrations WHERE identifier <> '1 rings'",
    ]
    migrated = connection.execute("SELECT count(*) FROM grdb_migrations").fetchone()[0] > 1
    for statement in statements if migrated else []:
        connection.execute(statement)
    connection.close()


@pytest.mark.timeout(120 + 15 * ROUNDS)
def test_kill_while_migrating_or_changing_the_size_loses_nothing(fleet):
    """Killed as soon as the log has some bytes more, in a start that migrates and lays the rings out anew."""
    chance = random.Random(SEED)
    kept = RING
    log = fleet.database.with_name(fleet.database.name + "-wal")
    ended = collections.Counter()
    for number in range(ROUNDS + 1):
        if number % 2 == 0:
            back_to_version_one(fleet.database)
        size = RING - RING // 25 * (number + 1) if number % 3 != 2 else 2 * RING
        # One in three gets as far as it will.
        after = int(1_500_000 * chance.random() ** 2) if number % 3 else 2**60
        process = subprocess.Popen(
            [EXECUTABLE, "--simulate", "other", "--simulate-interval", "60m", "--port", "0"]
            + ["--database", str(fleet.database), "--history", str(size)],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.set_blocking(process.stdout.fileno(), False)
        deadline = time.monotonic() + PATIENCE
        while (log.stat().st_size if log.exists() else 0) <= after and not process.stdout.read():
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline, f"neither ready nor {after} bytes in the log"
        process.kill()
        process.communicate()
        rows = fleet.query("SELECT machine, seq, rpm FROM history WHERE machine <> 'other' ORDER BY machine, seq")
        now = len(rows) // FLEET
        ended["laid out anew" if now < kept else "as before"] += 1
        assert now in (kept, min(kept, size))
        kept = now
        wanted = [(f"m{key}", seq, seq) for key in range(1, FLEET + 1) for seq in range(RING - kept + 1, RING + 1)]
        assert sorted((row["machine"], row["seq"], row["rpm"]) for row in rows) == sorted(wanted)
        answer = run_to_end("verify", "--database", str(fleet.database), seconds=60)
        assert answer.returncode == 0, answer.stdout + answer.stderr
    print(f"seed {SEED}: {ROUNDS + 1} kills while starting: {dict(ended)}")
