"""Socket.IO vectors 28 to 44 of the protocol notes, sent raw to the conformance server; named after their numbers."""

import json

import pytest

from engine_wire import RS, ConformanceServer, assert_closes, next_message


@pytest.fixture(scope="module")
def server():
    one = ConformanceServer("socket").start()
    yield one
    one.stop()


@pytest.fixture
def raw(server):
    one = server.connected_socket()
    yield one
    one.close()


@pytest.fixture
def joined(raw):
    raw.send("40")
    assert next_message(raw).startswith('40{"sid":"')
    assert next_message(raw) == '42["auth",{}]'
    return raw


def test_vector_28_connect(joined):
    pass


def test_vector_29_connect_with_auth(raw):
    raw.send('40{"token":"123"}')
    assert len(json.loads(next_message(raw)[2:])["sid"]) == 20
    assert next_message(raw) == '42["auth",{"token":"123"}]'


@pytest.mark.parametrize(
    "packet, auth",
    [
        ("40/custom,", "{}"),
        ("40/custom", "{}"),
        ('40/custom,{"token":"abc"}', '{"token":"abc"}'),
    ],
)
def test_vectors_30_31_custom_namespace(raw, packet, auth):
    raw.send(packet)
    assert next_message(raw).startswith('40/custom,{"sid":"')
    assert next_message(raw) == f'42/custom,["auth",{auth}]'


def test_vector_32_unknown_namespace(raw):
    raw.send("40/random")
    assert next_message(raw) == '44/random,{"message":"Invalid namespace"}'
    raw.send("40")
    assert next_message(raw).startswith("40{")


@pytest.mark.parametrize(
    "packet",
    [
        "4abc",
        "42{}",
        "42[]",
        '42abc["message-with-ack"]',
        '42["connect"]',
        "40[]",
        '40"text"',
        "44{}",
        "43[1]",
        "451-[",
        "45-[1]",
        "4511-[1]",
        "42[1",
        '42["x",1]x',
    ],
)
def test_vectors_34_42_43_undecodable(joined, packet):
    joined.send(packet)
    assert_closes(joined)


def test_vector_34_undecodable_before_connect(raw):
    raw.send("4abc")
    assert_closes(raw)


def test_vector_35_connect_timeout(raw):
    """No namespace within the 1,000 ms of the suite; the heartbeat is kept up meanwhile."""
    try:
        while True:
            next_message(raw)
    except Exception as end:  # the library's word for a closed connection
        assert type(end).__name__ == "WebSocketConnectionClosedException"


def test_vector_36_disconnect(joined):
    joined.send("41")
    assert joined.recv() == "2"


def test_vector_37_namespaces_end_alone(joined):
    joined.send("40/custom")
    assert next_message(joined).startswith("40/custom,")
    assert next_message(joined) == '42/custom,["auth",{}]'
    joined.send("41/custom")
    joined.send('42["message","x"]')
    assert next_message(joined) == '42["message-back","x"]'


@pytest.mark.parametrize(
    "arguments",
    [
        '1,"2",{"3":[true]}',
        '12345678901234567890,1.5e-7,-0,{"b":1,"a":{"z":null,"y":[]}}',
        '"a/b €\u2028","\\ud800","\\"\\\\\\n\\u0001"',
        '{"_placeholder":true,"num":0}',
        "[[[[[[]]]]]]",
    ],
)
def test_vector_38_echo_is_byte_equal(joined, arguments):
    joined.send(f'42["message",{arguments}]')
    assert next_message(joined) == f'42["message-back",{arguments}]'


PLACEHOLDERS = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'


def test_vector_39_binary_event(joined):
    joined.send(f'452-["message",{PLACEHOLDERS}]')
    joined.send_binary(b"\1\2\3")
    joined.send_binary(b"\4\5\6")
    assert next_message(joined) == f'452-["message-back",{PLACEHOLDERS}]'
    assert [joined.recv(), joined.recv()] == [b"\1\2\3", b"\4\5\6"]


def test_vector_40_ack(joined):
    joined.send('42456["message-with-ack",1,"2",{"3":[false]}]')
    assert next_message(joined) == '43456[1,"2",{"3":[false]}]'
    joined.send('420["message-with-ack"]')  # trap 37: 0 is an id
    assert next_message(joined) == "430[]"


def test_vector_41_binary_ack(joined):
    joined.send(f'452-789["message-with-ack",{PLACEHOLDERS}]')
    joined.send_binary(b"\1\2\3")
    joined.send_binary(b"\4\5\6")
    assert next_message(joined) == f"462-789[{PLACEHOLDERS}]"
    assert [joined.recv(), joined.recv()] == [b"\1\2\3", b"\4\5\6"]


def test_trap_46_text_between_attachments_is_fatal(joined):
    joined.send(f'452-["message",{PLACEHOLDERS}]')
    joined.send('42["message","x"]')
    assert_closes(joined)


def test_trap_47_placeholders_are_not_trusted(server):
    for number in ("1", "-1", '"0"', "null", "0.5"):
        one = server.connected_socket()
        one.send("40")
        one.send(f'451-["message",{{"_placeholder":true,"num":{number}}}]')
        one.send_binary(b"x")
        assert_closes(one)


def test_binary_without_a_header(joined):
    joined.send_binary(b"x")
    assert_closes(joined)


def test_trap_38_unknown_acks_are_ignored(joined):
    joined.send("4399[1]")
    joined.send("4399[1]")
    joined.send('42["message","x"]')
    assert next_message(joined) == '42["message-back","x"]'


@pytest.mark.parametrize("packets", [["40", "40"], ['42["x"]'], ["40", "4abc"]])
def test_vector_44_violations_over_polling(server, packets):
    sid = server.handshake()
    for packet in packets:
        assert server.post(sid, packet).body == "ok"
    answer = server.poll(sid)
    while answer.status == 200 and answer.body.startswith("40"):  # what was sent before the violation still comes
        answer = server.poll(sid)
    assert answer.body == f"6{RS}1"
    assert server.poll(sid).json()["code"] == 1


def test_trap_49_binary_at_any_depth(joined):
    joined.send('451-["message",[{"a":{"b":{"_placeholder":true,"num":0}}}]]')
    joined.send_binary(b"deep")
    assert next_message(joined) == '451-["message-back",[{"a":{"b":{"_placeholder":true,"num":0}}}]]'
    assert joined.recv() == b"deep"


def test_depth_is_bounded(joined):
    joined.send('42["message",' + "[" * 100_000)
    assert_closes(joined)
