"""Our browser client and the official one, side by side in Chromium, over each transport: against python-socketio, an
independent server, and against our own library (peer-server), which has to be the same to both and has more."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from peers import SERVERS, OrderlyClient
from waiting import PATIENCE, Log

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(__file__).parent / "client"
VENDOR = ROOT / os.environ.get("TELEMETRYD_VENDOR", ".build/vendor/socket.io")
CLIENTS = {"own": ROOT / "public/socketio-client.js", "official": VENDOR / "socket.io.min.js"}
TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}


def names_in(file):
    return re.findall(r'^  async "([^"]+)"\(', (FOLDER / file).read_text(encoding="utf-8"), re.MULTILINE)


CASES = names_in("cases.js")
PEER_CASES = names_in("peer_cases.js") + names_in("peer_room_cases.js")
SCRIPTS = ("harness.js", "cases.js", "peer_cases.js", "peer_room_cases.js")


@pytest.fixture(scope="module", params=CLIENTS)
def client(request):
    if not CLIENTS[request.param].exists():
        pytest.skip(f"{CLIENTS[request.param]} is not here (scripts/fetch-socketio-client.sh)")
    return request.param


@pytest.fixture(scope="module", params=SERVERS)
def server_class(request):
    return SERVERS[request.param]


@pytest.fixture(scope="module")
def server(client, server_class):
    one = server_class(CLIENTS[client]).start()
    yield one
    one.stop()


@pytest.fixture
def own_server(client, server_class):
    """A server of this test alone, which it may stop: `own_server(ping, timeout)`."""
    started = []

    def start(*timing):
        started.append(server_class(CLIENTS[client], *timing).start())
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="module", params=TRANSPORTS)
def transports(request):
    return TRANSPORTS[request.param]


class Window:
    """A page of Chromium that the tests use one after the other. Each begins with a page loaded anew: of the one before
    no socket is left."""

    def __init__(self, browser, **about):
        self.errors = []
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        texts = [(FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS]
        self.page.add_init_script("\n".join([f"Object.assign(window, {json.dumps(about)});", *texts]))

    def open(self, url):
        self.page.goto(url)
        return self.page.evaluate

    def close(self):
        self.context.close()


@pytest.fixture(scope="module")
def window(browser, transports, client, server_class):
    one = Window(browser, transports=transports, clientKind=client, serverKind=server_class.kind)
    yield one
    one.close()


@pytest.fixture
def script(window):
    """Opens a page that has loaded the client: `script(url)` gives its `evaluate`."""
    window.errors.clear()
    yield window.open
    assert window.errors == []


@pytest.fixture
def departures():
    """What our library says of those who leave: `departures(server)` gives a function from a socket's id to the reason;
    None for the reference server, which says nothing."""
    watchers = []

    def watch(server):
        if server.kind == "reference":
            return None
        log = Log()
        watchers.append(OrderlyClient(reconnection=False))
        watchers[-1].on("gone", log.append)
        watchers[-1].connect(server.url, transports=["websocket"], wait_timeout=PATIENCE)
        watchers[-1].call("watch", timeout=PATIENCE)
        return lambda socket_id: log.wait(
            lambda entries: next((entry["reason"] for entry in entries if entry["id"] == socket_id), None),
            f"{socket_id} goes",
        )

    yield watch
    for one in watchers:
        one.shutdown()


# On an Engine.IO close packet over WebSocket the official client waits for its ping timeout; ours closes at once.
OFFICIAL_WAITS = "the server ends the session: comes back by itself"


@pytest.mark.parametrize("name", CASES)
def test_case(client, server, script, transports, name):
    if (client, server.kind, name) == ("official", "reference", OFFICIAL_WAITS) and "websocket" in transports:
        pytest.skip("the official client waits for its ping timeout here")
    script(server.url)("name => cases[name]()", name)


@pytest.mark.parametrize("name", PEER_CASES)
def test_peer_case(server, script, name):
    if server.kind == "reference":
        pytest.skip("python-socketio has not all of it, or not under these names")
    script(server.url)("name => peerCases[name]()", name)


# From here on the test does something to the server or to the network while the page looks.

PREPARE = """async () => {
    window.socket = await settled();
    window.log = [];
    socket.on('disconnect', (reason) => log.push(reason));
    socket.io.on('reconnect_attempt', () => log.push('attempt'));
    window.gone = next(socket, 'disconnect');
    window.back = gone.then(() => next(socket, 'connect'));
    window.backOnTransport = gone.then(async () => {
        await next(socket.io, 'reconnect');
        if (socket.io.engine.transport.name !== transports[transports.length - 1]) {
            await next(socket.io.engine, 'upgrade');
        }
    });
}"""
GONE = "async () => { const [reason] = await gone; socket.emit('item', 'kept'); return reason; }"
BACK = """async () => {
    await back;
    await backOnTransport;
    return [socket.recovered === true, await ask(socket, 'items')];
}"""


def test_reconnects_after_a_restart_of_the_server(own_server, script):
    server = own_server()
    evaluate = script(server.url)
    evaluate(PREPARE)
    server.stop()
    assert evaluate(GONE) in ("transport close", "transport error")
    evaluate("() => next(socket.io, 'reconnect_error').then(() => true)")
    server.start()
    assert evaluate(BACK) == [False, ["kept"]]


def test_reconnects_after_a_cut(server, relay, script):
    line = relay(server.port)
    evaluate = script(f"http://127.0.0.1:{line.port}/")
    evaluate(PREPARE)
    line.cut()
    assert evaluate(GONE) in ("transport close", "transport error")
    evaluate("() => next(socket.io, 'reconnect_error').then(() => true)")
    line.mend()
    assert evaluate(BACK) == [False, ["kept"]]


def test_notices_a_silent_line_by_its_missing_pings(own_server, server_class, relay, script, departures):
    server = own_server("0.4", "1") if server_class.kind == "peer" else own_server("1", "0.5")
    line = relay(server.port)
    evaluate = script(f"http://127.0.0.1:{line.port}/")
    gone = departures(server)
    evaluate(PREPARE)
    socket_id = evaluate("socket.id")
    evaluate("() => next(socket.io, 'ping').then(() => true)")
    line.stall()
    assert evaluate(GONE) == "ping timeout"
    if gone is not None:
        assert gone(socket_id) == "ping timeout", "the server notices as well"
    line.cut()
    line.mend()
    assert evaluate(BACK) == [False, ["kept"]]


def test_stays_connected_while_pings_are_answered(own_server, script):
    evaluate = script(own_server("0.2", "0.6").url)
    evaluate(PREPARE)
    evaluate("() => collect(socket.io, 'ping', 5).then(() => true)")
    assert evaluate("log") == []


def only_peer(server_class):
    if server_class.kind == "reference":
        pytest.skip("this is about our library")


def test_comes_back_after_an_orderly_end_of_the_server(own_server, server_class, script):
    only_peer(server_class)
    server = own_server()
    evaluate = script(server.url)
    evaluate(PREPARE)
    server.end()
    assert evaluate(GONE) in ("transport close", "transport error")
    server.start()
    assert evaluate(BACK) == [False, ["kept"]]


def test_recovers_what_it_missed_behind_a_cut(server, server_class, transports, relay, script):
    only_peer(server_class)
    if "websocket" not in transports:
        pytest.skip("a server hears of a cut only while it holds a request; see the case 'recovery of what was missed'")
    line = relay(server.port)
    evaluate = script(f"http://127.0.0.1:{line.port}/")
    room = evaluate("""async () => {
        window.socket = await settled('/', {path: '/recovery/'});
        window.room = fresh('room');
        window.before = socket.id;
        await ask(socket, 'join', room);
        window.log = [];
        socket.on('note', (value) => log.push(value));
        socket.on('connect', () => log.push('connect'));
        window.gone = next(socket, 'disconnect');
        window.back = gone.then(() => next(socket, 'connect'));
        return room;
    }""")
    other = OrderlyClient(reconnection=False)
    other.connect(server.url, socketio_path="recovery", transports=["websocket"], wait_timeout=PATIENCE)
    try:
        for number in range(20):
            other.emit("tell", ({"to": [room]}, {"event": "note", "values": [number]}))
            if number == 9:
                line.cut()
                assert evaluate("async () => (await gone)[0]") in ("transport close", "transport error")
        other.call("echo", 0, timeout=PATIENCE)
        line.mend()
        evaluate("() => back.then(() => true)")
        told = evaluate("log")
        assert [value for value in told if value != "connect"] == list(range(20)), "none lost, none twice"
        assert told[-1] == "connect", "what was missed comes before"
        assert evaluate("socket.recovered && socket.id === before")
    finally:
        other.shutdown()


def test_a_page_that_is_left(client, server, server_class, transports, script, departures):
    only_peer(server_class)
    gone = departures(server)
    socket_id = script(server.url)("async () => (await settled()).id")
    script("about:blank")
    assert gone(socket_id) == ("transport close" if "websocket" in transports else "transport error")


def test_pages_of_other_origins(own_server, server, server_class, script):
    only_peer(server_class)
    target = f"'http://127.0.0.1:{server.port}/'"
    friend = script(f"http://localhost:{server.port}/")
    friend(f"async () => {{ window.socket = await settled({target}, {{withCredentials: true}}); }}")
    assert friend("async () => (await ask(socket, 'handshake')).headers.origin") == f"http://localhost:{server.port}"
    assert friend("() => ask(socket, 'echo', {é: 'ü'})") == {"é": "ü"}
    stranger = script(own_server().url)
    told = stranger(f"""async () => {{
        const socket = make({target}, {{reconnection: false}});
        const [error] = await next(socket, 'connect_error');
        return [error.message, socket.connected];
    }}""")
    assert told in (["xhr poll error", False], ["websocket error", False])


def test_the_good_bye_is_never_lost(server, server_class, script):
    """Twenty times: whoever asks again after the end gets the close packet, not an error."""
    only_peer(server_class)
    evaluate = script(server.url)
    reasons = evaluate("""async () => {
        const reasons = [];
        for (let round = 0; round < 20; round++) {
            const socket = await settled('/', {reconnection: false});
            const gone = next(socket, 'disconnect');
            socket.emit('cut me');
            reasons.push((await gone)[0]);
        }
        return reasons;
    }""")
    assert reasons == ["transport close"] * 20


def test_units_in_node():
    """Tests/Client: ours on fake transports and a fake clock, for what no network can be made to do on demand."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    tests = sorted((ROOT / "Tests/Client").glob("*.test.js"))
    assert tests
    run = subprocess.run([node, "--test", *tests], capture_output=True, text=True, timeout=PATIENCE * 3)
    assert run.returncode == 0, run.stdout + run.stderr
