"""An independent sensor fleet: publishes numbered readings with QoS 1 at a steady rate, and notes what the broker took.

It speaks MQTT 3.1.1 by itself, a few bytes per message, so that it keeps up with thousands of messages a second beside
the programs under test. Number n is the reading `{"rpm":n,…}` of machine `m{n % machines}`.
"""

import socket
import struct
import threading
import time

from waiting import PATIENCE, until

# Seconds between two groups of messages.
TICK = 0.02

# Packet identifiers in use at once; there are 65,535.
WINDOW = 4_000


def _text(text):
    data = text.encode()
    return struct.pack("!H", len(data)) + data


def _packet(first, body):
    length, size = b"", len(body)
    while True:
        size, byte = divmod(size, 128)
        length += bytes([byte | (0x80 if size else 0)])
        if not size:
            return bytes([first]) + length + body


class Publisher:
    """`timed(machine)`: whether the readings of this machine carry a source time."""

    def __init__(self, port, per_second, machines=8, timed=lambda machine: machine % 2 == 0):
        self.port = port
        self.per_second = per_second
        self.machines = machines
        self.timed = timed
        self.count = 0
        self.reconnects = 0
        self._lock = threading.Condition()
        # Packet identifier -> (number, packet); in the order of sending.
        self._open = {}
        self._acknowledged = bytearray(1)
        self.taken = 0
        self._socket = None
        self._stop = threading.Event()
        self._failure = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def machine(self, number):
        return number % self.machines

    def acknowledged(self):
        """The numbers that the broker has taken."""
        with self._lock:
            return {number for number in range(1, self.count + 1) if self._acknowledged[number]}

    def wait_acknowledged(self, more):
        """Waits until the broker has taken so many more."""
        with self._lock:
            wanted = self.taken + more
            taken = self._lock.wait_for(lambda: self.taken >= wanted, timeout=PATIENCE)
        assert taken, f"the broker does not take {more} more messages: {self._failure}"

    def finish(self):
        """Sends no more; when the broker has taken everything, returns how many that were."""
        self._stop.set()
        self._thread.join(PATIENCE)
        until(lambda: not self._open or (self._resume() and False), "everything acknowledged by the broker")
        with self._lock:
            assert self.taken == self.count
        self._socket.close()
        return self.count

    def _run(self):
        due, last = 0.0, time.monotonic()
        while not self._stop.is_set():
            now = time.monotonic()
            # What a broken connection has kept is caught up with, but not more than a second of it.
            due = min(due + (now - last) * self.per_second, self.per_second)
            last = now
            if self._resume():
                group = min(int(due), WINDOW - len(self._open))
                if group > 0:
                    due -= group
                    self._send(group)
            self._stop.wait(TICK)

    def _send(self, group):
        with self._lock:
            packets = []
            for number in range(self.count + 1, self.count + group + 1):
                identifier = number % 65_535 + 1
                assert identifier not in self._open
                packet = _packet(0x32, self._body(number, identifier))
                self._open[identifier] = (number, packet)
                packets.append(packet)
            self._acknowledged.extend(bytes(group))
            self.count += group
            connection = self._socket
        try:
            connection.sendall(b"".join(packets))
        except OSError as error:
            self._lose(connection, error)

    def _body(self, number, identifier):
        machine = self.machine(number)
        stamp = f',"ts":{1_795_000_000_000 + number}' if self.timed(machine) else ""
        payload = f'{{"rpm":{number},"torque":120.5,"pressure":6.02{stamp}}}'
        return _text(f"machines/m{machine}/telemetry") + struct.pack("!H", identifier) + payload.encode()

    def _resume(self):
        """Connects, and sends again what was not acknowledged. Whether it is connected now."""
        if self._socket is not None:
            return True
        try:
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            connection.sendall(_packet(0x10, _text("MQTT") + b"\x04\x02\x00\x00" + _text("independent-publisher")))
            if connection.recv(4) != b"\x20\x02\x00\x00":
                raise OSError("the broker did not accept the connection")
            with self._lock:
                again = [b"\x3a" + packet[1:] for _, packet in self._open.values()]
                self._socket = connection
                self.reconnects += 1
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()
            connection.sendall(b"".join(again))
            return True
        except OSError as error:
            self._failure = error
            return False

    def _read(self, connection):
        """PUBACKs: 40 02 and the identifier."""
        rest = b""
        connection.settimeout(None)
        try:
            while data := connection.recv(65_536):
                data = rest + data
                whole = len(data) // 4 * 4
                rest = data[whole:]
                with self._lock:
                    for at in range(0, whole, 4):
                        assert data[at : at + 2] == b"\x40\x02", data[at : at + 4]
                        number, _ = self._open.pop(data[at + 2] << 8 | data[at + 3], (None, None))
                        if number is not None:
                            self._acknowledged[number] = 1
                            self.taken += 1
                    self._lock.notify_all()
        except OSError as error:
            self._failure = error
        self._lose(connection, self._failure)

    def _lose(self, connection, error):
        with self._lock:
            self._failure = error
            if self._socket is connection:
                self._socket = None
                connection.close()
