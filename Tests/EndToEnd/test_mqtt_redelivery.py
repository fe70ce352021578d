"""What the broker sends again after a `kill -9` is counted and not stored twice, when a reading says its own time."""

import threading

import paho.mqtt.client as mqtt
import pytest

from mqtt_wire import Acknowledgements
from waiting import PATIENCE, until

# Acknowledgements to let pass before the kill of each round.
KILL_AFTER = [1, 60, 200]

BEGIN_MS = 1_763_717_286_000


class Stream:
    """Publishes readings number 1, 2, 3 … with a time of their own, at most `window` of them on their way."""

    def __init__(self, port, qos, window=50):
        self.count, self._window = 0, window
        self._room = threading.Semaphore(window)
        self._stop = threading.Event()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.on_publish = lambda *_: self._room.release()
        self._client.max_inflight_messages_set(window)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._run, args=(qos,), daemon=True)
        self._thread.start()

    def _run(self, qos):
        while not self._stop.is_set():
            if self._room.acquire(timeout=1):
                self.count += 1
                payload = f'{{"ts":{BEGIN_MS + self.count},"rpm":{self.count}}}'
                self._client.publish("machines/m/telemetry", payload, qos=qos)

    def finish(self):
        """Stops; returns how many were published, all of them taken by the broker."""
        self._stop.set()
        self._thread.join(PATIENCE)
        for _ in range(self._window):
            assert self._room.acquire(timeout=PATIENCE), "the broker has not taken all messages"
        self._client.disconnect()
        self._client.loop_stop()
        return self.count


def stored(daemon):
    rows = daemon.query("SELECT seq, rpm FROM history WHERE machine = 'm' ORDER BY seq")
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1)), "a hole in seq"
    return [int(row["rpm"]) for row in rows]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("qos, version", [(1, "3.1.1"), (2, "3.1.1"), (2, "5")])
def test_nothing_is_lost_and_nothing_stored_twice(daemon, broker, relay, qos, version):
    acknowledged = Acknowledgements()
    between = relay(broker.port, acknowledged)
    url = f"mqtt://127.0.0.1:{between.port}"
    one = daemon("--mqtt", url, "--mqtt-version", version, "--history", "100000")
    broker.wait_subscriber()
    stream = Stream(broker.port, qos)
    try:
        for kill_after in KILL_AFTER:
            before = len(acknowledged.all())
            assert acknowledged.wait_count(before + kill_after, PATIENCE), one.stderr
            one.kill()
            kept = stored(one)
            sure = {int(payload.split(b'"rpm":')[1][:-1]) for payload in acknowledged.all()}
            assert not sure - set(kept), "acknowledged but not stored"
            one.start()
    finally:
        published = stream.finish()
    until(lambda: len(stored(one)) >= published, f"all {published} readings; {len(stored(one))} are there", seconds=60)
    # Once each: also what was committed and not acknowledged when the kill came. In order, since the broker keeps it.
    assert stored(one) == list(range(1, published + 1))
