"""Engine.IO vectors 1 to 27 of the protocol notes, sent raw to the conformance server; named after their numbers."""

import json
import time

import pytest
import websocket

from engine_wire import RS, ConformanceServer, assert_closes, next_message, read_held


@pytest.fixture(scope="module")
def server():
    one = ConformanceServer("engine").start()
    yield one
    one.stop()


def test_vector_01_polling_handshake(server):
    answer = server.get("?EIO=4&transport=polling")
    assert answer.status == 200 and answer.body.startswith("0{")
    handshake = json.loads(answer.body[1:])
    assert list(handshake) == ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"]
    assert handshake["upgrades"] == ["websocket"]
    assert (handshake["pingInterval"], handshake["pingTimeout"], handshake["maxPayload"]) == (300, 200, 1_000_000)
    assert len(handshake["sid"]) == 20
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert answer.headers["cache-control"] == "no-store"


def test_vector_02_websocket_handshake(server):
    one = server.open_socket()
    handshake = json.loads(one.recv()[1:])
    assert list(handshake) == ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"]
    assert handshake["upgrades"] == []
    one.close()


@pytest.mark.parametrize(
    "query, status, code, message",
    [
        ("?transport=polling", 400, 5, "Unsupported protocol version"),
        ("?EIO=abc&transport=polling", 400, 5, "Unsupported protocol version"),
        ("?EIO=4", 400, 0, "Transport unknown"),
        ("?EIO=4&transport=abc", 400, 0, "Transport unknown"),
        ("?EIO=4&transport=polling&sid=zzz", 400, 1, "Session ID unknown"),
        ("?EIO=4&transport=polling&sid=__proto__", 400, 1, "Session ID unknown"),
        ("?EIO=4&transport=polling&sid=", 400, 1, "Session ID unknown"),
        ("?EIO=4&transport=polling&sid=" + "a" * 5000, 400, 1, "Session ID unknown"),
        ("?EIO=4&transport=websocket", 400, 3, "Bad request"),
    ],
)
def test_vectors_03_to_07_refusals(server, query, status, code, message):
    answer = server.get(query)
    assert (answer.status, answer.body) == (status, f'{{"code":{code},"message":"{message}"}}')
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_vector_05_bad_handshake_method(server, method):
    answer = server.request(method, "?EIO=4&transport=polling", "4hello")
    assert (answer.status, answer.json()) == (400, {"code": 2, "message": "Bad handshake method"})


def test_trap_22_missing_version_is_refused_before_the_upgrade(server):
    for query in ("?transport=websocket", "?EIO=3&transport=websocket"):
        with pytest.raises(websocket.WebSocketBadStatusException) as refusal:
            websocket.create_connection(f"ws://127.0.0.1:{server.port}{server.path}{query}", timeout=5)
        assert refusal.value.status_code == 400
        assert refusal.value.resp_body == b"Unsupported protocol version"


@pytest.mark.parametrize(
    "body, echo",
    [
        ("4hello", "4hello"),
        (f"4test1{RS}4test2{RS}4test3", f"4test1{RS}4test2{RS}4test3"),
        (f"4hello{RS}bAQIDBA==", f"4hello{RS}bAQIDBA=="),
        ("b", "b"),
        ("4€ ünï\n\\x1e", "4€ ünï\n\\x1e"),
    ],
)
def test_vectors_09_to_11_messages_over_polling(server, body, echo):
    sid = server.handshake()
    answer = server.post(sid, body.encode())
    assert (answer.status, answer.body) == (200, "ok")
    assert server.poll(sid).body == echo


def test_vector_12_binary_over_websocket(server):
    one = server.connected_socket()
    one.send_binary(bytes([1, 2, 3, 4]))
    assert next_message(one) == bytes([1, 2, 3, 4])
    one.send_binary(b"")
    assert next_message(one) == b""
    one.close()


@pytest.mark.parametrize("body", [b"abc", b"", b"4a\x1e", b"\x1e4a", b"b=", b"4\xff\xfe", b"9"])
def test_vector_13_unreadable_post(server, body):
    sid = server.handshake()
    assert server.post(sid, body).status == 400
    answer = server.poll(sid)
    assert (answer.status, answer.json()["code"]) == (400, 1)


@pytest.mark.parametrize("text", ["abc", "", "9"])
def test_vector_14_unreadable_frame(server, text):
    one = server.connected_socket()
    one.send(text)
    assert_closes(one)


def test_vector_15_two_polls_at_once(server):
    sid = server.handshake()
    first = server.begin_poll(sid)
    # The second may be the first to arrive: which of the two is held is the network's choice.
    second = None
    while second is None or (second.status == 200 and second.body.split(RS)[-1] != "1"):
        second = server.poll(sid)
    held, refused = sorted([read_held(first), second], key=lambda answer: answer.status)
    assert (refused.status, refused.body) == (400, "")
    assert held.status == 200 and held.body.split(RS)[-1] == "1"
    assert server.poll(sid).status == 400


def test_vector_16_aborted_poll(server):
    sid = server.handshake()
    held = server.begin_poll(sid)
    held.close()
    deadline = time.monotonic() + 0.25  # before the heartbeat could end it: 300 + 200 ms
    answer = server.post(sid, "4x")
    while answer.status == 200 and time.monotonic() < deadline:
        answer = server.post(sid, "4x")
    assert (answer.status, answer.json()["code"]) == (400, 1)


def test_vector_17_heartbeat_over_polling(server):
    sid = server.handshake()
    for _ in range(3):
        assert server.poll(sid).body == "2"
        assert server.post(sid, "3").body == "ok"


def test_vector_18_heartbeat_over_websocket(server):
    one = server.connected_socket()
    for _ in range(3):
        assert one.recv() == "2"
        one.send("3")
    one.close()


def test_vector_19_no_pong_over_polling(server):
    sid = server.handshake()
    assert server.poll(sid).body == "2"
    answer = server.poll(sid)  # held until the session ends
    assert answer.body == "1"
    assert server.poll(sid).json()["code"] == 1


def test_vector_19_no_pong_over_websocket(server):
    one = server.connected_socket()
    assert one.recv() == "2"
    one.send("4chatty")  # trap 2: only a pong counts
    assert one.recv() == "4chatty"
    assert_closes(one)


def test_trap_03_abandoned_session_dies(server):
    sid = server.handshake()
    answer = server.post(sid, "4x")
    while answer.status == 200:
        answer = server.post(sid, "4x")  # nobody polls, and only a pong would count
    assert answer.json()["code"] == 1


def test_vector_20_close_over_polling(server):
    sid = server.handshake()
    held = server.begin_poll(sid)
    assert server.post(sid, "1").body == "ok"
    assert read_held(held).body == "6"
    assert server.poll(sid).json()["code"] == 1


def test_vector_21_close_over_websocket(server):
    one = server.connected_socket()
    one.send("1")
    assert_closes(one)


def upgraded(server):
    sid = server.handshake()
    one = server.open_socket(sid)
    one.send("2probe")
    assert one.recv() == "3probe"
    one.send("5")
    return sid, one


def test_vector_22_probe_ends_held_poll(server):
    sid = server.handshake()
    held = server.begin_poll(sid)
    one = server.open_socket(sid)
    one.send("2probe")
    assert one.recv() == "3probe"
    assert read_held(held).body == "6"
    again = server.begin_poll(sid)  # trap 15: the client may open another one
    assert read_held(again).body == "6"
    one.close()


def test_vector_23_messages_after_upgrade(server):
    _, one = upgraded(server)
    one.send("4hello")
    assert next_message(one) == "4hello"
    one.close()


def test_trap_16_messages_flow_while_upgrading(server):
    sid = server.handshake()
    one = server.open_socket(sid)
    one.send("2probe")
    assert one.recv() == "3probe"
    assert server.post(sid, "4while").body == "ok"
    # The echo waits for a poll; none comes, so it leaves over the WebSocket behind the swap.
    one.send("5")
    assert next_message(one) == "4while"
    one.close()


def test_vector_24_poll_after_upgrade(server):
    sid, one = upgraded(server)
    one.send("4marker")
    assert next_message(one) == "4marker"
    answer = server.poll(sid)
    assert (answer.status, answer.json()) == (400, {"code": 3, "message": "Bad request"})
    assert server.post(sid, "4x").json()["code"] == 3
    one.send("4still")
    assert next_message(one) == "4still"
    one.close()


def test_trap_19_poll_right_behind_the_upgrade(server):
    """The suite sends `5` and polls at once: that poll must not be held or answered 200, whichever loop is first."""
    for _ in range(20):
        sid, one = upgraded(server)
        answer = server.poll(sid)
        assert (answer.status, answer.json()["code"]) == (400, 3)
        one.send("4x")
        assert next_message(one) == "4x"
        one.close()


def test_vector_25_second_websocket(server):
    sid, one = upgraded(server)
    one.send("4a")
    assert next_message(one) == "4a"
    assert_closes(server.open_socket(sid))
    one.send("4b")
    assert next_message(one) == "4b"
    one.close()


def test_vector_26_ping_from_the_client(server):
    one = server.connected_socket()
    one.send("2")
    assert_closes(one)


def test_vector_27_octet_stream(server):
    sid = server.handshake()
    answer = server.post(sid, b"\x01\x02", headers={"Content-Type": "application/octet-stream"})
    assert answer.status == 400
    assert server.poll(sid).json()["code"] == 1


def test_trap_14_payload_is_counted_in_bytes(server):
    sid = server.handshake()
    assert server.post(sid, "4" + "a" * 999_999).body == "ok"
    assert len(server.poll(sid).body) == 1_000_000
    assert server.post(sid, ("4" + "€" * 333_334).encode()).status == 413
    assert server.post(sid, "4still open").body == "ok"
    one = server.connected_socket()
    one.send("4" + "a" * 1_000_000)
    assert_closes(one)


def test_trap_17_a_failed_candidate_leaves_the_session_alone(server):
    sid = server.handshake()
    for first in ("4hello", "2", "abc", "3probe"):
        one = server.open_socket(sid)
        one.send(first)
        assert_closes(one)
    assert server.post(sid, "4alive").body == "ok"
    assert server.poll(sid).body == "4alive"


def test_trap_25_prefix_match(server):
    server_path, server.path = server.path, "/engine.io/default/"
    try:
        assert server.get("?EIO=4&transport=polling").status == 200
    finally:
        server.path = server_path


def frame(first, payload, masked=True):
    mask = b"\x01\x02\x03\x04"
    body = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)) if masked else payload
    return bytes([first, (0x80 if masked else 0) | len(payload)]) + (mask if masked else b"") + body


@pytest.mark.parametrize(
    "name, raw, code",
    [
        ("unmasked", frame(0x81, b"4x", masked=False), 1002),
        ("reserved bit", frame(0xC1, b"4x"), 1002),
        ("reserved opcode", frame(0x83, b"4x"), 1002),
        ("fragmented ping", frame(0x09, b"x"), 1002),
        ("continuation without start", frame(0x80, b"x"), 1002),
        ("text inside a fragmented text", frame(0x01, b"4a") + frame(0x81, b"4b"), 1002),
        ("invalid UTF-8", frame(0x81, b"4\xff"), 1007),
        ("tiny fragments", frame(0x01, b"4") + frame(0x00, b"a") * 300, 1009),
        ("close with one byte", frame(0x88, b"\x03"), 1002),
        ("close with a reserved code", frame(0x88, b"\x03\xed"), 1002),
    ],
)
def test_trap_62_websocket_corners(server, name, raw, code):
    one = server.connected_socket()
    one.sock.sendall(raw)
    while True:
        answer = one.recv_frame()
        if answer.opcode == websocket.ABNF.OPCODE_CLOSE:
            break
    assert int.from_bytes(answer.data[:2], "big") == code
    one.close()


def test_websocket_fragments_and_control_frames_between(server):
    one = server.connected_socket()
    one.sock.sendall(frame(0x01, b"4he") + frame(0x89, b"hi") + frame(0x80, b"llo"))
    pong = one.recv_frame()
    assert (pong.opcode, pong.data) == (websocket.ABNF.OPCODE_PONG, b"hi")
    assert next_message(one) == "4hello"
    one.close()


def test_trap_67_announced_lengths_are_not_believed(server):
    one = server.connected_socket()
    one.sock.sendall(bytes([0x82, 0xFF]) + (1 << 62).to_bytes(8, "big") + b"\0\0\0\0")
    assert_closes(one)
