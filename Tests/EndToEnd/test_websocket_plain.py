"""GET /ws/machines/{machine}: a WebSocket without Socket.IO, with an independent client (websocket-client)."""

import json
import socket

import pytest
import requests
import websocket

from waiting import PATIENCE


def post(gateway, machine, first, count):
    """Stores readings with rpm = first, first + 1, …"""
    body = json.dumps([{"rpm": number} for number in range(first, first + count)])
    headers = {"Content-Type": "application/json"}
    url = f"{gateway.url}/api/machines/{machine}/readings"
    answer = requests.post(url, data=body, headers=headers, timeout=PATIENCE)
    assert answer.status_code == 202, answer.text


@pytest.fixture
def gateway(daemon):
    one = daemon("--simulate", "sim", "--simulate-interval", "20ms", "--history", "20000")
    post(one, "press", 1, 3)
    return one


@pytest.fixture
def stream(gateway):
    """Opens streams: `stream("press?since=0")`."""
    opened = []

    def connect(path, **options):
        url = f"ws://127.0.0.1:{gateway.port}/ws/machines/{path}"
        opened.append(websocket.create_connection(url, timeout=PATIENCE, **options))
        return opened[-1]

    yield connect
    for one in opened:
        one.shutdown()


def take(one, count):
    return [json.loads(one.recv()) for _ in range(count)]


def test_readings_come_as_they_are_stored(gateway, stream):
    one = stream("press")
    assert one.getheaders()["telemetryd-epoch"] == gateway.readings("press")["epoch"]
    post(gateway, "press", 4, 2)
    readings = take(one, 2)
    assert [reading["seq"] for reading in readings] == [4, 5]
    assert list(readings[0]) == ["machine", "seq", "timestamp", "rpm"]


def test_a_replay_goes_on_live_without_gap_or_double(gateway, stream):
    """While readings come every 20 ms; and far behind, where the replay takes many pieces."""
    gateway.wait_seq("sim", 20)
    live = stream("sim?since=0")
    assert [reading["seq"] for reading in take(live, 60)] == list(range(1, 61))
    for first in range(4, 6_004, 1_000):
        post(gateway, "press", first, 1_000)
    behind = stream("press?since=2")
    post(gateway, "press", 6_004, 10)
    assert [reading["rpm"] for reading in take(behind, 6_011)] == list(range(3, 6_014))


def test_where_a_replay_begins(gateway, stream):
    epoch = gateway.readings("press")["epoch"]
    assert take(stream(f"press?since=2&epoch={epoch}"), 1)[0]["seq"] == 3
    assert take(stream("press?since=2&epoch=another"), 1)[0]["seq"] == 1
    ahead = stream("press?since=1000000")
    post(gateway, "press", 4, 1)
    assert take(ahead, 1)[0]["seq"] == 4


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/ws/machines/nobody", {}, 404),
        ("/ws/machines/.x", {}, 400),
        ("/ws/machines/press?since=x", {}, 400),
        ("/ws/other", {}, 404),
        ("/ws/machines/press", {"Origin": "http://elsewhere.example"}, 403),
        ("/ws/machines/press", {"Sec-WebSocket-Version": "8"}, 426),
        ("/ws/machines/press", {"Sec-WebSocket-Key": "short"}, 400),
        ("/ws/machines/press", {"Upgrade": None, "Connection": None}, 426),
    ],
)
def test_refusals_come_before_the_upgrade(gateway, path, headers, status):
    asked = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    with requests.Session() as session:
        answer = session.get(gateway.url + path, headers=asked, timeout=PATIENCE)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert session.get(gateway.url + "/healthz", timeout=PATIENCE).status_code == 200


def test_pages_of_the_gateway_may_and_connections_may_have_served_before(gateway):
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as wire:
        file = wire.makefile("rb")
        wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        length = head(file)["content-length"]
        file.read(int(length))
        wire.sendall(
            b"GET /ws/machines/press?since=0 HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert head(file)["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        first = file.read(2)
        assert first[0] == 0x81
        assert json.loads(file.read(first[1]))["seq"] == 1


def head(file):
    """The header fields of the next answer, names in lower case."""
    file.readline()
    fields = {}
    while (line := file.readline()) not in (b"\r\n", b""):
        name, _, text = line.decode().partition(":")
        fields[name.lower()] = text.strip()
    return fields


def test_ping_and_close(gateway, stream):
    one = stream("press")
    one.ping("are you there")
    opcode, data = one.recv_data(control_frame=True)
    assert (opcode, data) == (websocket.ABNF.OPCODE_PONG, b"are you there")
    one.send_close(status=1000)
    opcode, data = one.recv_data(control_frame=True)
    assert opcode == websocket.ABNF.OPCODE_CLOSE and data[:2] == (1000).to_bytes(2, "big")


def close_code(one):
    while True:
        opcode, data = one.recv_data(control_frame=True)
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")


def test_what_clients_say_is_limited(gateway, stream):
    talker = stream("press")
    talker.send("hello")
    for _ in range(40):
        talker.send("x")
    assert close_code(talker) == 1008
    shouter = stream("press")
    shouter.send("x" * 5_000)
    assert close_code(shouter) == 1009
    liar = stream("press")
    liar.sock.sendall(bytes([0x81, 0x01, 0x41]))  # not masked
    assert close_code(liar) == 1002


def test_a_client_that_does_not_read_costs_nobody_and_gets_the_newest(gateway, stream):
    names = [f"extra_metric_with_a_long_name_{number:02}" for number in range(10, 70)]
    header = ",".join(["rpm", *names])
    rows = "".join(f"{number}" + ",1" * len(names) + "\n" for number in range(1_000))
    slow = stream("press", sockopt=((socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536),))
    quick = stream("press")
    # About 2 KB each: 16 MB are more than the kernel holds for a connection.
    total = 3
    for _ in range(8):
        answer = requests.post(
            f"{gateway.url}/api/machines/press/readings",
            data=f"{header}\n{rows}",
            headers={"Content-Type": "text/csv"},
            timeout=PATIENCE,
        )
        assert answer.status_code == 202, answer.text
        total += 1_000
        assert take(quick, 1_000)[-1]["seq"] == total
    seqs = []
    while not seqs or seqs[-1] < total:
        seqs.append(take(slow, 1)[0]["seq"])
    assert seqs == sorted(set(seqs)), "in order, none twice"
    assert len(seqs) < total - 3, "thinned"
    text = gateway.get("/metrics").text
    assert "telemetryd_stream_thinned_readings_total 0\n" not in text
    assert "telemetryd_stream_sockets 2\n" in text


def test_an_end_says_going_away(gateway, stream):
    one = stream("press")
    gateway.process.terminate()
    assert close_code(one) == 1001
    assert gateway.process.wait(PATIENCE) == 0
