"""python-socketio's client against our library (peer-server), over each transport: every feature that it has."""

import asyncio
import concurrent.futures
import threading

import engineio.packet
import engineio.payload
import pytest
import socketio

from peers import OrderlyClient, PeerServer
from waiting import PATIENCE, Log, until

# python-engineio takes no more than 16 packets in the answer to one poll, from whatever server; this is its knob.
engineio.payload.Payload.max_decode_packets = 10_000

TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}


@pytest.fixture(scope="module")
def server():
    # A client that leaves waits for the answer to its poll: that comes with a ping at the latest.
    one = PeerServer("", "2", "20").start()
    yield one
    one.stop()


@pytest.fixture(params=TRANSPORTS)
def transports(request):
    return TRANSPORTS[request.param]


class Client:
    """A client of python-socketio that keeps what it is told, in one list: (namespace, event, values…)."""

    def __init__(self, reconnection=False):
        self.log = Log()
        self.client = OrderlyClient(
            reconnection=reconnection, reconnection_delay=0.05, reconnection_delay_max=0.2, randomization_factor=0.02)

    def listen(self, *events, namespace="/"):
        for event in events:
            self.client.on(event, self._keep(namespace, event), namespace=namespace)
        return self

    def _keep(self, namespace, event):
        return lambda *values: self.log.append((namespace, event, *values))

    def connect(self, url, transports, namespaces=("/",), auth=None, **options):
        self.client.connect(
            url, transports=transports, namespaces=list(namespaces), auth=auth, wait_timeout=PATIENCE, **options)
        return self

    def ask(self, event, *values, namespace="/"):
        return self.client.call(event, values or None, namespace=namespace, timeout=PATIENCE)

    def emit(self, event, *values, namespace="/"):
        self.client.emit(event, values or None, namespace=namespace)

    def of(self, event, namespace="/"):
        return [entry[2:] for entry in self.log.all() if entry[:2] == (namespace, event)]

    def wait(self, event, count=1, namespace="/"):
        """The values of the first such events."""

        def enough(entries):
            found = [entry[2:] for entry in entries if entry[:2] == (namespace, event)]
            return found[:count] if len(found) >= count else None

        return self.log.wait(enough, f"{count} times {event!r}")

    @property
    def id(self):
        return self.client.get_sid("/")

    def leave(self):
        """Says good-bye, when all before has been sent: while a request is under way this client just goes."""
        self._await_sent()
        self.client.disconnect()

    def drop(self):
        """Ends the connection and waits for nothing."""
        self._await_sent()
        self.client.eio.disconnect(abort=True)
        self.client.shutdown()

    def _await_sent(self):
        engine = self.client.eio
        until(lambda: engine.state != "connected" or engine.queue.unfinished_tasks == 0, "all is sent")


@pytest.fixture
def make():
    """Makes clients, which are ended with the test: `make()`."""
    made = []

    def one(**options):
        made.append(Client(**options))
        return made[-1]

    yield one
    for client in made:
        client.drop()


@pytest.fixture
def connect(server, make, transports):
    """Connects clients: `connect(namespaces=[…], auth=…)`."""
    return lambda **options: make().connect(server.url, transports, **options)


@pytest.fixture
def watcher(server, make):
    """Hears how others leave."""
    one = make().listen("going", "gone").connect(server.url, ["websocket"])
    one.ask("watch")
    return one


def test_ends_on_the_transport_asked_for(connect, transports):
    one = connect()
    assert one.client.transport() == transports[-1]
    assert one.ask("whoami")["sid"] == one.id
    assert one.client.eio.sid != one.id, "the session's secret is not the socket's name"


def test_acknowledgements_from_the_server(connect):
    one = connect()
    values = [1, -0.5, "zwei €\u2028\U0001f600\x1e", True, None, [1, [2]], {"a": {"b c": []}}]
    assert one.ask("echo", values) == values
    assert one.ask("echo", "several", 2, "values") == ("several", 2, "values")
    assert one.ask("echo", 9007199254740993, 18446744073709551615, 1e300) == (
        9007199254740993, 18446744073709551615, 1e300)
    assert one.ask("echo") is None
    answers = Log()
    for number in range(20):
        one.client.emit("echo", number, callback=answers.append)
    assert answers.wait_count(20, "answers") == list(range(20))
    with pytest.raises(socketio.exceptions.TimeoutError):
        one.client.call("nobody listens", timeout=0.05)
    answers = Log()
    one.client.emit("answer twice", callback=answers.append)
    one.ask("echo", 0)
    assert answers.all() == ["first"]


def test_acknowledgements_to_the_server(connect):
    one = connect()
    one.client.on("question", lambda *values: tuple(reversed(values)))
    assert one.ask("ask me", 1, {"two": b"\x02"}) == ({"two": b"\x02"}, 1)
    one.client.on("question", lambda *values: None)
    assert one.ask("ask me", 1) is None
    assert one.ask("ask me within", 15000, 1) == {"answer": []}


def test_binary(connect):
    one = connect().listen("said")
    everything = bytes(range(256))
    value = {"deep": [everything, "text", {"er": b""}], "number": 1}
    assert one.ask("echo", value, b"\x00") == (value, b"\x00")
    assert one.ask("echo", [bytes([number]) for number in range(10)]) == [bytes([number]) for number in range(10)]
    assert one.ask("echo", {"_placeholder": True, "num": 0}) == {"_placeholder": True, "num": 0}
    one.emit("say", everything, "between", b"\x01\x02")
    assert one.wait("said") == [(everything, "between", b"\x01\x02")]


def test_bursts_keep_their_order(connect, transports):
    one = connect().listen("item")
    # The client puts up to 16 packets into one body, and any number of them one after the other.
    for number in range(200):
        one.emit("item", bytes(number % 7) if number % 4 == 0 else number)
    assert one.ask("items") == [number % 7 if number % 4 == 0 else number for number in range(200)]
    one.emit("burst", 200)
    expected = [(bytes(number),) if number % 3 == 0 else (number,) for number in range(200)]
    assert one.wait("item", 200) == expected


def test_namespaces(connect):
    one = connect(namespaces=["/", "/a", "/b"])
    assert one.ask("whoami", namespace="/a")["namespace"] == "/a"
    assert one.ask("whoami", namespace="/b")["namespace"] == "/b"
    assert len({one.client.get_sid(namespace) for namespace in ("/", "/a", "/b")}) == 3
    one.emit("item", 1, namespace="/a")
    assert (one.ask("items", namespace="/a"), one.ask("items", namespace="/b")) == ([1], [])


def test_namespace_classes(server, make, transports):
    class Custom(socketio.ClientNamespace):
        def on_connect(self):
            log.append("connect")

        def on_said(self, *values):
            log.append(values)

        def on_question(self, value):
            return value + 1

        def on_disconnect(self, reason):
            log.append(reason)

    log = Log()
    one = make()
    one.client.register_namespace(Custom("/room-class"))
    one.connect(server.url, transports, namespaces=["/room-class"])
    assert one.ask("ask me", 41, namespace="/room-class") == 42
    one.emit("say", 1, 2, namespace="/room-class")
    log.wait(lambda entries: (1, 2) in entries, "said")
    one.client.disconnect()
    log.wait_count(3, "the end")
    assert log.all() == ["connect", (1, 2), "client disconnect"]


def test_auth_and_handshake(connect, make, server, transports):
    auth = {"token": "t", "bytes": "ü", "nested": {"list": [1]}}
    one = connect(auth=auth)
    known = one.ask("handshake")
    assert known["auth"] == auth and known["address"] == "127.0.0.1"
    other = make().connect(
        server.url + "?plant=a%26b", transports, auth=lambda: {"made": True}, headers={"X-Plant": "north"})
    known = other.ask("handshake")
    assert known["auth"] == {"made": True}
    assert known["query"]["plant"] == "a&b" and known["headers"]["x-plant"] == "north"


def test_refusals_and_their_data(connect, make, server, transports):
    with pytest.raises(socketio.exceptions.ConnectionError, match="/private"):
        make().connect(server.url, transports, namespaces=["/private"])
    for auth, told in [
        (None, {"message": "no token", "data": {"code": 401, "hints": ["say it"]}}),
        ({"token": "wrong"}, {"message": "unknown token"}),
    ]:
        one = make().listen("connect_error", namespace="/private")
        with pytest.raises(socketio.exceptions.ConnectionError):
            one.connect(server.url, transports, namespaces=["/", "/private"], auth=auth)
        assert one.wait("connect_error", namespace="/private") == [(told,)]
    one = make().listen("connect_error", namespace="/nobody")
    with pytest.raises(socketio.exceptions.ConnectionError):
        one.connect(server.url, transports, namespaces=["/nobody"])
    assert one.wait("connect_error", namespace="/nobody") == [({"message": "Invalid namespace"},)]
    let_in = connect(namespaces=["/private"], auth={"token": "open sesame"})
    assert let_in.ask("data", namespace="/private")["user"] == "Ali Baba"


def test_the_handshake_is_refused(make, server, transports):
    one = make().listen("connect_error")
    with pytest.raises(socketio.exceptions.ConnectionError):
        one.connect(server.url + "?refuse=me", transports)
    if transports[0] == "polling":
        assert one.wait("connect_error") == [({"code": 4, "message": "Thou shall not pass"},)]
    else:
        assert len(one.wait("connect_error")) == 1


def test_catch_all(make, server, transports):
    one = make()
    one.client.on("*", lambda event, namespace, *values: one.log.append((namespace, event, *values)), namespace="*")
    one.listen("said", namespace="/a").connect(server.url, transports, namespaces=["/a", "/b"])
    for namespace in ("/a", "/b"):
        one.emit("say", namespace, namespace=namespace)
        assert one.wait("said", namespace=namespace) == [(namespace,)]
    one.ask("tell", {"withMe": True}, {"event": "unheard of", "values": [1, {"b": b"2"}]}, namespace="/b")
    assert one.wait("unheard of", namespace="/b") == [(1, {"b": b"2"})]
    one.ask("listen to all", namespace="/b")
    one.emit("anything", 1, namespace="/b")
    assert one.ask("heard", namespace="/b")["heard"] == [["anything", 1]]


def test_packet_middleware(connect):
    one = connect().listen("refused", "let through")
    one.emit("forbidden")
    assert one.wait("refused") == [("forbidden",)]
    assert one.ask("echo", 1) == 1 and one.of("let through") == []


def test_rooms(connect):
    first, second = connect().listen("note"), connect().listen("note")
    room = f"room of {first.id}"
    assert first.ask("join", room) == [room] and second.ask("join", room, "b") == ["b", room]
    first.ask("tell", {"to": [room]}, {"event": "note", "values": ["not to myself", b"\x01"]})
    assert second.wait("note") == [("not to myself", b"\x01")]
    first.ask("tell", {"to": [room, first.id], "except": [second.id], "withMe": True}, {"event": "note", "values": [2]})
    assert first.wait("note") == [(2,)]
    second.ask("leave", room)
    first.ask("tell", {"to": [room], "withMe": True}, {"event": "note", "values": [3]})
    first.ask("tell", {"to": [second.id]}, {"event": "note", "values": ["fence"]})
    assert first.wait("note", 2)[1] == (3,)
    assert second.wait("note", 2)[1] == ("fence",)
    found = first.ask("fetch sockets", {"to": [room, second.id], "withMe": True})
    assert {id: one["rooms"] for id, one in found.items()} == {first.id: [room], second.id: ["b"]}


def test_a_question_to_many(connect):
    first, second = connect(), connect()
    room = f"room of {first.id}"
    for one in (first, second):
        one.ask("join", room)
        one.client.on("question", lambda value, one=one: (value, one.id))
    outcomes = first.ask("ask all", {"to": [room], "withMe": True}, 15000, "who?")
    assert outcomes == {one.id: {"answer": ["who?", one.id]} for one in (first, second)}


# How the client goes: what may be told here, what the server tells. Over WebSocket a client that disconnects may cut
# the connection before it has sent its good-bye.
WAYS = {
    "by itself": (
        lambda one: one.leave(),
        ["client disconnect"],
        ["client namespace disconnect", "transport close"],
    ),
    "sent away": (lambda one: one.emit("kick me"), ["server disconnect"], ["server namespace disconnect"]),
    "sent away altogether": (
        lambda one: one.emit("disconnect sockets", {"to": [one.id], "withMe": True}, True),
        ["server disconnect"],
        ["server namespace disconnect"],
    ),
    "cut off": (lambda one: one.emit("cut me"), ["server disconnect", "transport error"], ["forced close"]),
}


@pytest.mark.parametrize("way", WAYS)
def test_reasons_of_both_sides(connect, watcher, transports, way):
    leave, here, there = WAYS[way]
    one = connect().listen("disconnect")
    socket_id, room = one.id, f"room of {one.id}"
    one.ask("join", room)
    leave(one)
    going, gone = watcher.log.wait(
        lambda entries: len(found := [entry[1:] for entry in entries if entry[2]["id"] == socket_id]) == 2 and found,
        "going and gone",
    )
    reason = gone[1]["reason"]
    assert reason in (there[:1] if transports == ["polling"] else there)
    assert going == ("going", {"id": socket_id, "reason": reason, "rooms": [room]})
    assert gone == ("gone", {"id": socket_id, "reason": reason, "rooms": []})
    assert one.wait("disconnect")[0][0] in here


def test_reconnects_after_a_restart(make, transports):
    server = PeerServer().start()
    try:
        one = make(reconnection=True).listen("connect", "disconnect").connect(server.url, transports)
        before = one.id
        one.wait("connect")
        # A close packet over polling is final to this client: there the server just dies.
        server.stop() if transports == ["polling"] else server.end()
        one.wait("disconnect")
        server.start()
        one.wait("connect", 2)
        until(lambda: one.client.connected, "connected again")
        assert one.id != before and one.ask("echo", "back") == "back"
        one.client.disconnect()
    finally:
        server.stop()


def test_comes_back_when_the_server_ends_the_session(make, server, transports):
    if transports == ["polling"]:
        pytest.skip("a close packet over polling is final to this client")
    one = make(reconnection=True).listen("connect").connect(server.url, transports)
    one.wait("connect")
    one.emit("cut me")
    one.wait("connect", 2)
    until(lambda: one.client.connected, "connected again")
    assert one.ask("echo", 1) == 1


def test_pings_are_answered(make):
    """On all transports at once, for longer than interval and timeout together."""
    server = PeerServer("", "0.5", "2").start()
    try:
        pings = {}
        for transports in TRANSPORTS.values():
            one = make().listen("disconnect").connect(server.url, transports)
            pings[one] = count_pings(one.client.eio)
        for one, counted in pings.items():
            for _ in range(6):
                assert counted.acquire(timeout=PATIENCE), "no ping"
            assert one.ask("echo", 1) == 1 and one.of("disconnect") == []
    finally:
        server.stop()


def count_pings(engine):
    counted = threading.Semaphore(0)
    handle = engine._receive_packet

    def receive(packet):
        if packet.packet_type == engineio.packet.PING:
            counted.release()
        handle(packet)

    engine._receive_packet = receive
    return counted


def test_simple_client(server, transports):
    class Simple(socketio.SimpleClient):
        client_class = OrderlyClient

    with Simple() as one:
        one.connect(server.url, transports=transports, namespace="/a", auth={"token": 1})
        assert one.transport == transports[-1]
        assert one.call("whoami", timeout=PATIENCE)["auth"] == {"token": 1}
        one.emit("say", ("x", b"y"))
        assert one.receive(timeout=PATIENCE) == ["said", "x", b"y"]


def test_asynchronous_client(server, transports):
    async def talk():
        one = socketio.AsyncClient(reconnection=False)
        said = asyncio.get_running_loop().create_future()
        one.on("said", lambda *values: said.set_result(values))
        one.on("question", lambda value: value * 2)
        await one.connect(server.url, transports=transports, wait_timeout=PATIENCE)
        assert await one.call("ask me", 21, timeout=PATIENCE) == 42
        assert await one.call("echo", ({"b": b"1"}, 2), timeout=PATIENCE) == ({"b": b"1"}, 2)
        await one.emit("say", (b"x", {"y": [b"z"]}))
        assert await asyncio.wait_for(said, PATIENCE) == (b"x", {"y": [b"z"]})
        transport = one.transport()
        await one.disconnect()
        return transport

    # On a thread of its own: Playwright's event loop stays with the main one for the rest of the run.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, talk()).result(3 * PATIENCE) == transports[-1]
