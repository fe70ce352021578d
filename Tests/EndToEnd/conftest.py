"""Fixtures: the daemon, a broker, a relay, and pages in Debian's Chromium, all on loopback ports of their own.

What is under test comes from the environment, with the release builds as default: TELEMETRYD_EXECUTABLE (telemetryd),
TELEMETRYD_CONFORMANCE (conformance-server), TELEMETRYD_PEER_SERVER (peer-server), TELEMETRYD_VENDOR (a folder with the
official socket.io.min.js).
"""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from broker import Broker
from daemon import EXECUTABLE, ROOT, VENDOR, Daemon
from relay import Relay
from tab import Tab
from viewer import Viewer

SCREENSHOTS = ROOT / ".build/screenshots"


def pytest_configure(config):
    if not EXECUTABLE.exists() and not config.option.collectonly:
        pytest.exit(f"{EXECUTABLE} is not there: `make e2e` builds it", returncode=2)


def pytest_collection_modifyitems(items):
    """A second try where somebody else's client or server races with itself (python-socketio: a thread for each
    message; browsers: two connections over polling). What failed once is in the report; twice in a row is a failure.
    """
    for item in items:
        spec = getattr(item, "callspec", None)
        is_foreign = spec and any(value in ("official", "reference") for value in spec.params.values())
        # Our own client against our own server gets no second try.
        if item.path.name == "test_peers_python.py" or (
            item.path.name == "test_own_client.py" and is_foreign
        ):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
def daemon(tmp_path):
    """Starts daemons: `daemon("--simulate", "a")`. Each has a database of its own; each must end in order."""
    started = []

    def start(*arguments, **options):
        folder = tmp_path / f"daemon{len(started)}"
        folder.mkdir()
        one = Daemon(folder, *arguments, **options)
        started.append(one)
        return one.start()

    yield start
    broken = []
    for one in started:
        if not one.running:
            continue
        try:
            one.stop()
        except AssertionError as error:
            broken.append(str(error))
    assert not broken, "\n".join(broken)


@pytest.fixture
def broker(tmp_path):
    one = Broker(tmp_path / "broker").start()
    yield one
    one.stop()


@pytest.fixture
def relay():
    """Starts relays: `relay(port)`."""
    started = []

    def start(target_port, listener=None):
        started.append(Relay(target_port, listener))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def viewer():
    """Connects Socket.IO clients: `viewer(url, transports=["polling"])`."""
    connected = []

    def connect(url, **options):
        connected.append(Viewer(url, **options))
        return connected[-1]

    yield connect
    for one in connected:
        one.close()


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not installed: `make setup-test` does that"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield one
        one.close()


@pytest.fixture
def page(browser, request):
    """Opens pages: `page(url, viewport=…)`. At the end of the test each must have been clean (see Tab)."""
    opened = []

    def open_tab(url, **context_options):
        tab = Tab(browser, url, SCREENSHOTS, **context_options)
        opened.append(tab)
        tab.open()
        return tab

    yield open_tab
    failed = getattr(request.node, "call_failed", False)
    for number, tab in enumerate(opened):
        if failed:
            tab.screenshot(f"failed-{request.node.name}-{number}".replace("/", "_"))
        tab.close()
    if not failed:
        for tab in opened:
            tab.assert_clean()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.call_failed = outcome.get_result().failed


@pytest.fixture(params=["official", "own"])
def client_files(request, tmp_path):
    """The environment that makes the daemon serve the official Socket.IO client, or our own."""
    if request.param == "own":
        empty = tmp_path / "no-vendor"
        empty.mkdir()
        return {"TELEMETRYD_VENDOR": str(empty)}
    if not (VENDOR / "socket.io.min.js").exists():
        pytest.skip("the official client could not be fetched here (scripts/fetch-socketio-client.sh)")
    return {"TELEMETRYD_VENDOR": str(VENDOR)}
