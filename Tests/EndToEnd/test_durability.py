"""`kill -9` at any moment loses no acknowledged reading.

A relay between daemon and broker reads the MQTT packets, so that "acknowledged" means what it says: the PUBACK of that
message went over the wire. An independent publisher keeps a stream of numbered QoS 1 messages going all the time.
"""

import sqlite3
import threading

import paho.mqtt.client as mqtt
import pytest

from mqtt_wire import Acknowledgements
from waiting import PATIENCE, until

# Acknowledgements to let pass before the kill of each round: early, in the middle of a batch, and late.
KILL_AFTER = [1, 40, 150, 400, 7, 250]


# Messages that can be committed but not acknowledged when the kill comes: one batch (batchMessagesMax in
# Sources/Ingest/Limits.swift). Debian's mosquitto hands out its whole queue after a reconnect, whatever
# max_inflight_messages says.
BATCH_MAX = 1024


class Stream:
    """Publishes rpm = 1, 2, 3 … with QoS 1, at most `window` of them on their way at once."""

    def __init__(self, port, window=50):
        self.count = 0
        self._room = threading.Semaphore(window)
        self._stop = threading.Event()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.on_publish = lambda *_: self._room.release()
        self._client.max_inflight_messages_set(window)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._stop.is_set():
            if self._room.acquire(timeout=1):
                self.count += 1
                self._client.publish("machines/m/rpm", str(self.count), qos=1)

    def finish(self):
        """Stops; returns how many were published, all of them taken by the broker."""
        self._stop.set()
        self._thread.join(PATIENCE)
        for _ in range(50):
            assert self._room.acquire(timeout=PATIENCE), "the broker has not taken all messages"
        self._client.disconnect()
        self._client.loop_stop()
        return self.count


def stored(daemon):
    rows = daemon.query("SELECT seq, rpm FROM history WHERE machine = 'm' ORDER BY seq")
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1)), "a hole in seq"
    return [int(row["rpm"]) for row in rows]


@pytest.mark.timeout(300)
def test_kill_loses_no_acknowledged_reading(daemon, broker, relay):
    acknowledged = Acknowledgements()
    between = relay(broker.port, acknowledged)
    one = daemon("--mqtt", f"mqtt://127.0.0.1:{between.port}", "--history", "1000000")
    broker.wait_subscriber()
    stream = Stream(broker.port)
    try:
        for kill_after in KILL_AFTER:
            before = len(acknowledged.all())
            assert acknowledged.wait_count(before + kill_after, PATIENCE), one.stderr
            one.kill()
            sure = {int(payload) for payload in acknowledged.all()}
            missing = sure - set(stored(one))
            assert not missing, f"acknowledged but not stored: {sorted(missing)[:20]}"
            one.start()
    finally:
        published = stream.finish()
    assert len(acknowledged.all()) > sum(KILL_AFTER)
    # At least once: nothing that was published is missing in the end. A message that was committed but not acknowledged
    # when the kill came is delivered again and stored twice: at most one batch of them, and what the relay had in its
    # hands of the one before.
    one.wait_seq("m", published, seconds=60)
    wanted = set(range(1, published + 1))
    until(lambda: wanted <= set(stored(one)), "everything that was published", seconds=60)
    doubled = len(stored(one)) - published
    print(f"{published} published, {len(KILL_AFTER)} kills, {doubled} stored twice")
    assert doubled <= 2 * len(KILL_AFTER) * BATCH_MAX


def test_nothing_is_acknowledged_while_the_store_is_held(daemon, broker, relay):
    """The other half of the promise: no PUBACK before the commit, here held up by another process's write lock."""
    acknowledged = Acknowledgements()
    between = relay(broker.port, acknowledged)
    one = daemon("--mqtt", f"mqtt://127.0.0.1:{between.port}")
    broker.wait_subscriber()
    broker.publish("machines/m/rpm", "1")
    assert acknowledged.wait_count(1, PATIENCE)
    holder = sqlite3.connect(one.database, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        broker.publish("machines/m/rpm", "2")
        assert not acknowledged.wait_count(2, seconds=1), "acknowledged although nothing can have been committed"
        holder.execute("ROLLBACK")
    finally:
        holder.close()
    assert acknowledged.wait_count(2, PATIENCE), one.stderr
    assert stored(one) == [1, 2]
