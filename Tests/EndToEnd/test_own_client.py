"""Our browser client and the official one, side by side in Chromium, over each transport: against python-socketio, an
independent server, and against our own library (peer-server), which has to be the same to both and has more."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from peers import SERVERS
from waiting import PATIENCE

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


def test_notices_a_silent_line_by_its_missing_pings(own_server, relay, script):
    line = relay(own_server("1", "0.5").port)
    evaluate = script(f"http://127.0.0.1:{line.port}/")
    evaluate(PREPARE)
    evaluate("() => next(socket.io, 'ping').then(() => true)")
    line.stall()
    assert evaluate(GONE) == "ping timeout"
    line.cut()
    line.mend()
    assert evaluate(BACK) == [False, ["kept"]]


def test_stays_connected_while_pings_are_answered(own_server, script):
    evaluate = script(own_server("0.2", "0.4").url)
    evaluate(PREPARE)
    evaluate("() => collect(socket.io, 'ping', 8).then(() => true)")
    assert evaluate("log") == []


def test_units_in_node():
    """Tests/Client: ours on fake transports and a fake clock, for what no network can be made to do on demand."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    tests = sorted((ROOT / "Tests/Client").glob("*.test.js"))
    assert tests
    run = subprocess.run([node, "--test", *tests], capture_output=True, text=True, timeout=PATIENCE * 3)
    assert run.returncode == 0, run.stdout + run.stderr
