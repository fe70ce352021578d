#!/usr/bin/env python3
"""Do sockets that stop reading delay those that read? Measured within one run, with the standard library alone.

    swift build -c release --product peer-server
    Benchmarks/slow-readers/measure.py .build/release/peer-server

Each round measures two windows on a server of its own: READERS sockets alone, and the same READERS while STOPPED more
sockets of the same room have stopped reading. Printed are the milliseconds from the server's `emit` to the reader, and
the ratio of the 99th percentiles, which issue 3 wants to be at most 2. Exits with 1 if their median is above.
"""

import argparse
import base64
import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import time

# Small, so that a socket that stops reading is felt by the server and not only by the kernel.
STOPPED_RCVBUF_BYTES = 4096


class Socket:
    """One Socket.IO client over WebSocket, as little of it as is needed."""

    def __init__(self, port, rcvbuf=None):
        self.raw = socket.socket()
        if rcvbuf:
            self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        self.raw.connect(("127.0.0.1", port))
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.raw.sendall((
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.input:
            self.input += self.raw.recv(65536)
        self.input = self.input.split(b"\r\n\r\n", 1)[1]
        self.send("40")
        self.await_text("40")

    def send(self, text):
        payload = text.encode()
        assert len(payload) < 65536
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
        self.raw.sendall(b"\x81" + length + bytes(4) + payload)  # masked with zeros

    def emit(self, *values):
        self.send("420" + json.dumps(values))
        self.await_text("430")

    def texts(self):
        """What has been received completely."""
        data, at = self.input, 0
        while len(data) - at >= 2:
            length, head = data[at + 1], 2
            if length > 125:
                head = 4 if length == 126 else 10
                if len(data) - at < head:
                    break
                length = int.from_bytes(data[at + 2 : at + head], "big")
            if len(data) - at < head + length:
                break
            yield data[at + head : at + head + length]
            at += head + length
        self.input = data[at:]

    def read(self):
        data = self.raw.recv(1 << 18)
        if not data:
            raise ConnectionError("the server has closed the connection of a reader")
        self.input += data

    def await_text(self, beginning):
        while True:
            for text in list(self.texts()):
                if text.startswith(beginning.encode()):
                    return text
            self.read()


def latencies(readers, seconds):
    """Nanoseconds of each event that comes to each reader within so many seconds."""
    selector = selectors.DefaultSelector()
    for one in readers:
        one.raw.setblocking(False)
        selector.register(one.raw, selectors.EVENT_READ, one)
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(0.1):
            key.data.read()
            now = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            for text in key.data.texts():
                if text.startswith(b'42["tick",{"t_ns":'):
                    found.append(now - int(text.split(b":", 2)[1].split(b",", 1)[0]))
    for one in readers:
        one.raw.setblocking(True)
    return found


def resident_mb(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def quantile(values, share):
    return sorted(values)[int(share * (len(values) - 1))] / 1e6


def measure(options):
    """One round: the two windows, as (p50, p99) each, the growth in MB between them, and how many stopped ones are
    left."""
    server = subprocess.Popen([options.server, "0"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline().split()[1])
        readers = [Socket(port) for _ in range(options.readers)]
        for one in readers:
            one.emit("join", "all")
        source = Socket(port)
        source.send("42" + json.dumps(["stream", {
            "room": "all", "everyMilliseconds": 1000 // options.hz, "padding": options.bytes,
            "conflate": not options.plain}]))
        latencies(readers, 1)
        alone = latencies(readers, options.seconds)
        before = resident_mb(server.pid)
        stopped = [Socket(port, STOPPED_RCVBUF_BYTES) for _ in range(options.stopped)]
        for one in stopped:
            one.emit("join", "all")
        latencies(readers, 1)
        beside = latencies(readers, options.seconds)
        growth = resident_mb(server.pid) - before
        source.send('420["count","all"]')
        left = json.loads(source.await_text("430")[3:])[1] - options.readers
        return [(quantile(one, 0.5), quantile(one, 0.99)) for one in (alone, beside)], growth, left
    finally:
        server.kill()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("server", help="peer-server, best a release build")
    parser.add_argument("--readers", type=int, default=40)
    parser.add_argument("--stopped", type=int, default=40)
    parser.add_argument("--hz", type=int, default=50, help="events a second")
    parser.add_argument("--bytes", type=int, default=8000, help="of padding in each event")
    parser.add_argument("--seconds", type=float, default=5, help="length of a window")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plain", action="store_true", help="events that are not conflated: who stops is let go")
    options = parser.parse_args()
    ratios = []
    print("round  alone p50    p99 | beside p50    p99 ms | ratio of p99 | growth MB | stopped ones left")
    for number in range(1, options.rounds + 1):
        ((p50, p99), (p50_beside, p99_beside)), growth, left = measure(options)
        ratios.append(p99_beside / p99)
        print(f"{number:5} {p50:10.2f} {p99:6.2f} |{p50_beside:11.2f} {p99_beside:6.2f}    |{ratios[-1]:13.2f} |"
              f"{growth:10.1f} |{left:5}", flush=True)
    median = statistics.median(ratios)
    print(f"median ratio of the 99th percentiles: {median:.2f}")
    sys.exit(0 if median <= 2 else 1)


if __name__ == "__main__":
    main()
