"""Our browser client and the official one, side by side in Chromium, against python-socketio, an independent server."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading

import pytest

from waiting import PATIENCE, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(__file__).parent / "client"
VENDOR = ROOT / os.environ.get("TELEMETRYD_VENDOR", ".build/vendor/socket.io")
CLIENTS = {"own": ROOT / "public/socketio-client.js", "official": VENDOR / "socket.io.min.js"}
TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}
CASES = re.findall(r'^  async "([^"]+)"\(', (FOLDER / "cases.js").read_text(encoding="utf-8"), re.MULTILINE)


class ReferenceServer:
    """reference_server.py as a process on a port that it keeps across restarts."""

    def __init__(self, client, *timing):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.arguments = [str(self.port), str(client), *timing]
        self.process = None

    def start(self):
        script = FOLDER / "reference_server.py"
        self.process = subprocess.Popen([sys.executable, script, *self.arguments], stdout=subprocess.PIPE, text=True)
        guard = threading.Timer(PATIENCE, self.process.kill)
        guard.start()
        line = self.process.stdout.readline()
        guard.cancel()
        assert line == "ready\n", "the reference server did not start"
        # The line comes just before it listens.
        until(self.listens, "the reference server listens")
        return self

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """At once, as in a crash."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


@pytest.fixture(scope="module", params=CLIENTS)
def client(request):
    if not CLIENTS[request.param].exists():
        pytest.skip(f"{CLIENTS[request.param]} is not here (scripts/fetch-socketio-client.sh)")
    return request.param


@pytest.fixture(scope="module")
def reference(client):
    server = ReferenceServer(CLIENTS[client]).start()
    yield server
    server.stop()


@pytest.fixture
def own_reference(client):
    """A server of this test alone, which it may stop: `own_reference(ping, timeout)`."""
    started = []

    def start(*timing):
        started.append(ReferenceServer(CLIENTS[client], *timing).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(params=TRANSPORTS)
def transports(request):
    return TRANSPORTS[request.param]


@pytest.fixture
def script(browser, transports):
    """Opens a page that has loaded the client: `script(url)` gives its `evaluate`."""
    contexts = []

    def open_page(url):
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(url)
        page.evaluate("names => { window.transports = names; }", transports)
        for name in ("harness.js", "cases.js"):
            page.add_script_tag(path=FOLDER / name)
        return page.evaluate

    errors = []
    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


# On an Engine.IO close packet over WebSocket the official client waits for its ping timeout; ours closes at once.
OFFICIAL_WAITS = "the server ends the session: comes back by itself"


@pytest.mark.parametrize("name", CASES)
def test_case(client, reference, script, transports, name):
    if client == "official" and name == OFFICIAL_WAITS and "websocket" in transports:
        pytest.skip("the official client waits for its ping timeout here")
    script(reference.url)("name => cases[name]()", name)


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


def test_reconnects_after_a_restart_of_the_server(own_reference, script):
    server = own_reference()
    evaluate = script(server.url)
    evaluate(PREPARE)
    server.stop()
    assert evaluate(GONE) in ("transport close", "transport error")
    evaluate("() => next(socket.io, 'reconnect_error').then(() => true)")
    server.start()
    assert evaluate(BACK) == [False, ["kept"]]


def test_reconnects_after_a_cut(reference, relay, script):
    line = relay(reference.port)
    evaluate = script(f"http://127.0.0.1:{line.port}/")
    evaluate(PREPARE)
    line.cut()
    assert evaluate(GONE) in ("transport close", "transport error")
    evaluate("() => next(socket.io, 'reconnect_error').then(() => true)")
    line.mend()
    assert evaluate(BACK) == [False, ["kept"]]


def test_notices_a_silent_line_by_its_missing_pings(own_reference, relay, script):
    line = relay(own_reference("1", "0.5").port)
    evaluate = script(f"http://127.0.0.1:{line.port}/")
    evaluate(PREPARE)
    evaluate("() => next(socket.io, 'ping').then(() => true)")
    line.stall()
    assert evaluate(GONE) == "ping timeout"
    line.cut()
    line.mend()
    assert evaluate(BACK) == [False, ["kept"]]


def test_stays_connected_while_pings_are_answered(own_reference, script):
    evaluate = script(own_reference("0.2", "0.4").url)
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
