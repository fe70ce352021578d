"""Sockets that stop reading: the process stays within its bounds, and the others get everything. The figures of time
are in Benchmarks/slow-readers, since no test may depend on them."""

import os
import socket

import pytest
import websocket

from peers import OrderlyClient, PeerServer
from waiting import PATIENCE, Log

SLOW = 20
# Of peer-server: what may wait for one client before it is disconnected.
OUTBOUND_BYTES_HARD = 512 * 1024
# What an allocator keeps, code that is paged in, buffers of the kernel's that are none of the process's: all the rest.
SLACK_BYTES = 24 * 1024 * 1024
PADDING = "x" * 10_000
ROUNDS = 40
BATCH = 10


def resident_bytes(process):
    with open(f"/proc/{process.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.fixture
def server():
    one = PeerServer().start()
    yield one
    one.stop()


def answer(one, beginning):
    while not (said := one.recv()).startswith(beginning):
        pass
    return said


@pytest.fixture
def slow(server):
    """Sockets in the room "slow" that read no more; their own names."""
    options = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    url = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    sockets, names = [], []
    for _ in range(SLOW):
        one = websocket.create_connection(url, timeout=PATIENCE, sockopt=options)
        sockets.append(one)
        one.send("40")
        names.append(answer(one, "40").split('"sid":"')[1].split('"')[0])
        one.send('421["join","slow"]')
        answer(one, "431")
    yield names
    for one in sockets:
        one.shutdown()


@pytest.fixture
def reader(server):
    """A socket in the same room that reads; it watches who leaves and speaks to the room."""
    one = OrderlyClient(reconnection=False)
    one.log, one.gone = Log(), Log()
    one.on("note", lambda number, padding: one.log.append(number))
    one.on("gone", lambda told: one.gone.append((told["id"], told["reason"])))
    one.connect(server.url, transports=["websocket"], wait_timeout=PATIENCE)
    one.call("join", "slow", timeout=PATIENCE)
    one.call("watch", timeout=PATIENCE)
    yield one
    one.shutdown()


def flood(server, reader, **how):
    """Sends far more to the room than it may keep, in portions that a reader can follow.
    Returns the most memory that the process grew by."""
    before = resident_bytes(server.process)
    most = before
    for number in range(ROUNDS):
        message = {"event": "note", "values": [number, PADDING], "count": BATCH, **how}
        reader.call("tell", ({"to": ["slow"], "withMe": True}, message), timeout=PATIENCE)
        # It hears the first of each portion at least, and then it has read all before.
        reader.log.wait(lambda entries, number=number: entries and entries[-1] == number, f"portion {number}")
        most = max(most, resident_bytes(server.process))
    return most - before


def assert_bounded(growth):
    offered = SLOW * ROUNDS * BATCH * len(PADDING)
    bound = SLOW * OUTBOUND_BYTES_HARD + SLACK_BYTES
    assert bound < offered / 2, "the test proves nothing"
    assert growth < bound, f"{growth / 1e6:.1f} MB"


def test_who_does_not_read_is_let_go_and_costs_no_more_than_its_bound(server, slow, reader):
    growth = flood(server, reader)
    assert sorted(reader.gone.wait_count(SLOW, "they go")) == sorted((name, "slow consumer") for name in slow)
    assert reader.log.wait_count(ROUNDS * BATCH, "everything") == [
        number for number in range(ROUNDS) for _ in range(BATCH)]
    assert_bounded(growth)


def test_conflated_events_keep_only_the_newest_for_who_does_not_read(server, slow, reader):
    growth = flood(server, reader, conflate="one value")
    assert reader.gone.all() == [], "nobody is let go"
    assert reader.call("count", "slow", timeout=PATIENCE)[1] == SLOW + 1
    assert_bounded(growth)
