"""Just enough of MQTT 3.1.1 and 5 to see, on the wire, which QoS 1 messages a subscriber has acknowledged."""

import threading

CONNECT, PUBLISH, PUBACK = 1, 3, 4


class _Direction:
    """Cuts one direction of a connection into packets."""

    def __init__(self):
        self.buffer = b""

    def packets(self, data):
        self.buffer += data
        at = 0
        while (end := self._end(at)) is not None:
            start, end = end
            yield self.buffer[at], self.buffer[start:end]
            at = end
        self.buffer = self.buffer[at:]

    def _end(self, at):
        """Where the body of the packet at this place starts and ends; None: it is not all there."""
        length, shift, at = 0, 0, at + 1
        while True:
            if len(self.buffer) <= at:
                return None
            byte = self.buffer[at]
            length |= (byte & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if byte < 0x80:
                break
        return (at, at + length) if len(self.buffer) >= at + length else None


class Acknowledgements:
    """The payloads whose PUBACK went from the subscriber to the broker. Feed it to a Relay as listener."""

    def __init__(self):
        self._changed = threading.Condition()
        self._directions = {}
        self._versions = {}
        self._open = {}
        self._acknowledged = []

    def __call__(self, connection, from_client, data):
        with self._changed:
            direction = self._directions.setdefault((connection, from_client), _Direction())
            for first, body in direction.packets(data):
                self._on_packet(connection, from_client, first, body)
            self._changed.notify_all()

    def _on_packet(self, connection, from_client, first, body):
        kind = first >> 4
        if kind == CONNECT and from_client:
            # Protocol name (length + text), then the level: 4 is MQTT 3.1.1, 5 is MQTT 5.
            self._versions[connection] = body[2 + int.from_bytes(body[:2], "big")]
        elif kind == PUBLISH and not from_client and (first >> 1) & 3 == 1:
            at = 2 + int.from_bytes(body[:2], "big")
            identifier = int.from_bytes(body[at : at + 2], "big")
            at += 2
            if self._versions.get(connection) == 5:
                at += 1 + body[at]  # Properties; those of these tests are shorter than 128 bytes.
            self._open[connection, identifier] = bytes(body[at:])
        elif kind == PUBACK and from_client:
            payload = self._open.pop((connection, int.from_bytes(body[:2], "big")), None)
            if payload is not None:
                self._acknowledged.append(payload)

    def wait_count(self, count, seconds):
        """Waits until this many messages have been acknowledged in all; returns whether they were."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._acknowledged) >= count, timeout=seconds)

    def all(self, start=0):
        with self._changed:
            return self._acknowledged[start:]
