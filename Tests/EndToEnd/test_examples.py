"""The examples, driven as their users would: pages in a browser, two or more of them where people meet."""

import os
import socket

import pytest
import requests
import websocket
from playwright.sync_api import expect

from example import EXAMPLES, Example
from tab import GATEWAY_AWAY
from waiting import PATIENCE

GREETING = "Hello! You are connected to the WebSocket server."

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def example(tmp_path):
    """Starts examples: `example("echo")`. Each must end in order."""
    if not EXAMPLES.exists() and not {"TELEMETRYD_EXAMPLES", "CI"} & os.environ.keys():
        pytest.skip("the examples are not built: `make examples` does that")
    started = []

    def start(name, **options):
        started.append(Example(tmp_path, name, **options))
        return started[-1].start()

    yield start
    broken = []
    for one in started:
        try:
            if one.running:
                one.stop()
        except AssertionError as error:
            broken.append(str(error))
    assert not broken, "\n".join(broken)


def say(tab, text):
    tab.page.fill("#text", text)
    tab.page.click("#form button")


def expect_lines(tab, *lines):
    """Exactly these messages, in this order."""
    expect(tab.page.locator("#messages li")).to_have_text(list(lines))


def expect_state(tab, text):
    expect(tab.page.locator("#state")).to_have_text(text)


def is_taken(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


@pytest.mark.parametrize(
    ("name", "port"),
    [
        ("websocket-echo", 8080),
        ("echo", 3000),
        ("broadcast-chat", 3000),
        ("namespace-chat", 3000),
        ("room-chat", 3000),
        ("machine-dashboard", 3000),
        ("chat-tutorial", 8000),
        ("remote-control", 3000),
    ],
)
def test_serves_page_and_client_on_its_own_port(example, name, port):
    if is_taken(port):
        pytest.skip(f"port {port} is somebody else's here")
    one = example(name, port=None)
    assert one.port == port
    answer = requests.get(one.url + "/?query=1", timeout=PATIENCE)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    client = requests.get(one.url + "/socket.io/socket.io.js", timeout=PATIENCE)
    assert client.status_code == 200 and client.headers["Content-Type"].startswith("text/javascript")
    assert requests.get(one.url + "/Package.swift", timeout=PATIENCE).status_code == 404
    assert requests.post(one.url + "/", timeout=PATIENCE).status_code == 405


# MARK: Echo


def test_websocket_echo_page(example, page):
    tab = page(example("websocket-echo").url)
    expect_state(tab, "connected")
    say(tab, "Grüße, 🌍")
    expect_lines(tab, GREETING, "Server received: Grüße, 🌍")
    say(tab, "ExIt")
    expect_state(tab, "closed")
    expect_lines(tab, GREETING, "Server received: Grüße, 🌍")


@pytest.mark.parametrize("word", ["exit", "EXIT", "eXiT"])
def test_websocket_echo_on_the_wire(example, word):
    one = example("websocket-echo")
    client = websocket.create_connection(one.url.replace("http", "ws"), timeout=PATIENCE)
    assert client.recv() == GREETING
    for text in ["a", "", "exit now", "x" * 60_000]:
        client.send(text)
        assert client.recv() == f"Server received: {text}"
    # A message in two frames is one message.
    client.send_frame(websocket.ABNF.create_frame("two ", websocket.ABNF.OPCODE_TEXT, fin=0))
    client.send_frame(websocket.ABNF.create_frame("frames", websocket.ABNF.OPCODE_CONT, fin=1))
    assert client.recv() == "Server received: two frames"
    client.ping("there?")
    opcode, frame = client.recv_data_frame(control_frame=True)
    assert (opcode, frame.data) == (websocket.ABNF.OPCODE_PONG, b"there?")
    client.send(word)
    opcode, data = client.recv_data(control_frame=True)
    assert (opcode, data) == (websocket.ABNF.OPCODE_CLOSE, (1000).to_bytes(2, "big"))
    # The client has answered the close frame; the server then ends the connection.
    assert client.sock.recv(1) == b""


@pytest.mark.parametrize("word", ["exit", "EXIT"])
def test_echo(example, page, word):
    tab = page(example("echo").url)
    expect_state(tab, "connected")
    say(tab, "Grüße, 🌍")
    expect_lines(tab, GREETING, "Server received: Grüße, 🌍")
    say(tab, word)
    expect_state(tab, "closed")
    expect_lines(tab, GREETING, "Server received: Grüße, 🌍")


def test_echo_comes_back_after_a_restart(example, page):
    one = example("echo")
    tab = page(one.url)
    tab.allow(*GATEWAY_AWAY)
    expect_lines(tab, GREETING)
    one.stop()
    expect_state(tab, "reconnecting")
    one.start()
    expect_lines(tab, GREETING, GREETING)
    say(tab, "again")
    expect_lines(tab, GREETING, GREETING, "Server received: again")


# MARK: Chats


def test_broadcast_chat(example, page):
    one = example("broadcast-chat")
    first = page(one.url)
    expect_lines(first, "Server: Welcome to the chat, User1!")
    second = page(one.url)
    expect_lines(second, "Server: Welcome to the chat, User2!")
    say(first, "Hello <b>all</b>")
    said = ["User1: Hello <b>all</b>"]
    expect_lines(first, "Server: Welcome to the chat, User1!", "Server: User2 joined the chat.", *said)
    expect_lines(second, "Server: Welcome to the chat, User2!", *said)
    say(second, "Hello you")
    second.page.goto("about:blank")
    said += ["User2: Hello you", "Server: User2 left the chat."]
    expect_lines(first, "Server: Welcome to the chat, User1!", "Server: User2 joined the chat.", *said)


def test_broadcast_chat_on_the_wire(example, viewer):
    one = example("broadcast-chat")
    first = viewer(one.url, namespace="/")
    first.wait("message", 1)
    second = viewer(one.url, namespace="/")
    second.send("chatMessage", 7)  # no text: nobody hears of it
    second.send("chatMessage", "hello")
    assert second.wait("message", 2) == [
        {"sender": "Server", "text": "Welcome to the chat, User2!"},
        {"sender": "User2", "text": "hello"},
    ]
    second.close()
    assert first.wait("message", 4)[1:] == [
        {"sender": "Server", "text": "User2 joined the chat."},
        {"sender": "User2", "text": "hello"},
        {"sender": "Server", "text": "User2 left the chat."},
    ]


def enter(tab, namespace):
    tab.page.select_option("#namespace", namespace)
    tab.page.click("#connect")
    expect_state(tab, f"connected to {namespace}")


def test_namespace_chat(example, page):
    one = example("namespace-chat")
    first, second, other = page(one.url), page(one.url), page(one.url)
    enter(first, "/sports")
    enter(second, "/sports")
    enter(other, "/movies")
    expect(first.page.locator("#count")).to_have_text("2")
    expect(second.page.locator("#count")).to_have_text("2")
    expect(other.page.locator("#count")).to_have_text("1")
    say(first, "Goal!")
    expect_lines(second, "Server: Welcome to sports, sports_User2!", "sports_User1: Goal!")
    second.page.click("#disconnect")
    expect_state(second, "not connected")
    expect(second.page.locator("#send")).to_be_disabled()
    expect(first.page.locator("#count")).to_have_text("1")
    expect_lines(
        first,
        "Server: Welcome to sports, sports_User1!",
        "Server: sports_User2 joined the chat.",
        "sports_User1: Goal!",
        "Server: sports_User2 left the chat.",
    )
    # Nothing of all that came here: what is said last is all there is.
    say(other, "Curtain.")
    expect_lines(other, "Server: Welcome to movies, movies_User1!", "movies_User1: Curtain.")
    expect(other.page.locator("#count")).to_have_text("1")
    # And from the one to the other on the same page.
    enter(second, "/movies")
    expect(other.page.locator("#count")).to_have_text("2")
    expect_lines(second, "Server: Welcome to movies, movies_User2!")


def test_namespaces_on_one_connection(example, page):
    tab = page(example("namespace-chat").url)
    counts = tab.page.evaluate(
        """() => new Promise((resolve) => {
            const counts = {};
            for (const name of ["general", "sports", "movies"]) {
                io("/" + name).on("userCountUpdate", (update) => {
                    counts[name] = update;
                    if (Object.keys(counts).length === 3) resolve(counts);
                });
            }
        })"""
    )
    assert counts == {name: {"count": 1} for name in ("general", "sports", "movies")}


# MARK: Rooms


def join(tab, namespace, room, username=""):
    if tab.page.input_value("#namespace") != namespace:
        tab.page.select_option("#namespace", namespace)
    tab.page.fill("#room", room)
    tab.page.fill("#username", username)
    tab.page.click("#join button")
    expect_room(tab, room)


def expect_room(tab, room, count=None):
    expect(tab.page.locator("#current-room")).to_have_text(room)
    if count is not None:
        expect(tab.page.locator("#count")).to_have_text(str(count))


def test_room_chat(example, page):
    one = example("room-chat")
    kim, lou, elsewhere, neighbour = (page(one.url) for _ in range(4))
    expect_state(kim, "connected")
    say(kim, "Anybody?")
    expect_lines(kim, "Server: Join a room before you send a message.")
    join(kim, "/sports", "goals", "Kim")
    join(elsewhere, "/movies", "goals", "Mo")
    join(neighbour, "/sports", "tennis", "Ada")
    join(lou, "/sports", "goals")
    for tab, count in [(kim, 2), (lou, 2), (elsewhere, 1), (neighbour, 1)]:
        expect_room(tab, "goals" if tab is not neighbour else "tennis", count)
    say(kim, "One to nil")
    expect_lines(lou, "Server: Welcome to goals, sports_User3!", "Kim: One to nil")

    join(lou, "/sports", "tennis", "Lou")
    expect_room(kim, "goals", 1)
    expect_room(neighbour, "tennis", 2)
    say(lou, "Fifteen love")
    expect_lines(
        neighbour, "Server: Welcome to tennis, Ada!", "Server: Lou joined the room.", "Lou: Fifteen love"
    )
    lou.page.goto("about:blank")
    expect_room(neighbour, "tennis", 1)
    # One room at a time, each namespace with rooms of its own: this is all that came.
    say(kim, "Two to nil")
    expect_lines(
        kim,
        "Server: Join a room before you send a message.",
        "Server: Welcome to goals, Kim!",
        "Server: sports_User3 joined the room.",
        "Kim: One to nil",
        "Server: sports_User3 left the room.",
        "Kim: Two to nil",
    )
    say(elsewhere, "Curtain.")
    expect_lines(elsewhere, "Server: Welcome to goals, Mo!", "Mo: Curtain.")


def test_room_chat_on_the_wire(example, viewer):
    one = example("room-chat")
    viewers = [viewer(one.url, namespace="/general") for _ in range(2)]
    first, second = viewers
    assert first.ask("joinRoom", "lobby") == {"room": "lobby", "username": "general_User1"}
    assert second.ask("joinRoom", {"roomName": "lobby", "username": "Lou"}) == {"room": "lobby", "username": "Lou"}
    assert first.wait("roomCountUpdate", 2) == [{"room": "lobby", "count": 1}, {"room": "lobby", "count": 2}]
    second.send("joinRoom", {"roomName": ""})
    second.send("joinRoom", {"roomName": 5, "username": "x"})
    second.send("chatMessage", "still here")
    assert second.wait("message", 4)[1:] == [
        {"sender": "Server", "text": "A room needs a name."},
        {"sender": "Server", "text": "A room needs a name."},
        {"sender": "Lou", "text": "still here"},
    ]
    second.close()
    assert first.wait("roomCountUpdate", 3)[2] == {"room": "lobby", "count": 1}
    assert first.wait("message", 4) == [
        {"sender": "Server", "text": "Welcome to lobby, general_User1!"},
        {"sender": "Server", "text": "Lou joined the room."},
        {"sender": "Lou", "text": "still here"},
        {"sender": "Server", "text": "Lou left the room."},
    ]


def test_room_chat_after_a_restart(example, page):
    one = example("room-chat")
    by_itself, asked, declining = (page(one.url) for _ in range(3))
    for tab, name in [(by_itself, "Kim"), (asked, "Lou"), (declining, "Mo")]:
        tab.allow(*GATEWAY_AWAY)
        join(tab, "/sports", "goals", name)
    expect_room(by_itself, "goals", 3)
    for tab in (asked, declining):
        tab.page.uncheck("#again")
    one.stop()
    for tab in (by_itself, asked, declining):
        expect_state(tab, "reconnecting")
        expect_room(tab, "none", 0)
    one.start()

    expect_room(by_itself, "goals", 1)
    for tab in (asked, declining):
        expect(tab.page.locator("#ask")).to_be_visible()
        expect(tab.page.locator("#ask-room")).to_have_text("goals")
        expect_room(tab, "none", 0)
    asked.screenshot("example-room-chat-asks")
    asked.page.click("#yes")
    expect_room(asked, "goals", 2)
    expect_room(by_itself, "goals", 2)
    expect(asked.page.locator("#ask")).to_be_hidden()
    declining.page.click("#no")
    expect(declining.page.locator("#ask")).to_be_hidden()
    say(declining, "Hello?")
    expect(declining.page.locator("#messages li").last).to_have_text("Server: Join a room before you send a message.")
    say(asked, "Here we are")
    for tab in (by_itself, asked):
        expect(tab.page.locator("#messages li").last).to_have_text("Lou: Here we are")


# MARK: Machines


# Becomes true when each value of the list has been a number twice, and a different one.
MOVES = """(list) => {
    const seen = (window.seenValues ??= {})[list] ??= {};
    const fields = [...document.querySelectorAll(`${list} [data-value]`)];
    for (const field of fields) {
        if (/\\d/.test(field.textContent)) (seen[field.dataset.value] ??= new Set()).add(field.textContent);
    }
    return fields.every((field) => seen[field.dataset.value]?.size >= 2);
}"""


def test_machine_dashboard(example, page):
    tab = page(example("machine-dashboard").url)
    expect_state(tab, "connected")
    expect(tab.page.locator("#current-machine")).to_have_text("machineA")
    tab.page.wait_for_function(MOVES, arg="#one")
    tab.page.wait_for_function(MOVES, arg="#two")
    # While machineA is chosen both lists show the same readings, but for the moment between the two events.
    tab.page.wait_for_function(
        "['#one', '#two'].map((id) => document.querySelector(id).innerText).every((text, _, all) => text === all[0])"
    )
    tab.page.select_option("#machine-select", "machineB")
    expect(tab.page.locator("#current-machine")).to_have_text("machineB")
    tab.page.evaluate("delete window.seenValues")
    tab.page.wait_for_function(MOVES, arg="#two")
    tab.screenshot("example-machine-dashboard")
    tab.page.evaluate("document.querySelector('#machine-select').add(new Option('machineX'))")
    tab.page.select_option("#machine-select", "machineX")
    expect(tab.page.locator("#error")).to_have_text("The machines are machineA and machineB.")
    expect(tab.page.locator("#current-machine")).to_have_text("machineB")


def test_machine_dashboard_on_the_wire(example, viewer):
    one = example("machine-dashboard")
    everybody = viewer(one.url, namespace="/")
    watcher = viewer(one.url)
    readings = everybody.wait("machineData", 2)
    assert [list(reading) for reading in readings] == [["machine", "timestamp", "rpm", "torque", "pressure"]] * 2
    assert watcher.of("machineData") == []
    assert watcher.ask("joinRoom", "machineA") == {"ok": True, "machine": "machineA"}
    assert {reading["machine"] for reading in watcher.wait_after_ack(1)} == {"machineA"}
    assert watcher.ask("joinRoom", "machineB") == {"ok": True, "machine": "machineB"}
    for name in ["machineC", "machinea", None, 5, {"machine": "machineA"}]:
        assert watcher.ask("joinRoom", name)["error"]["code"] == "unknown_machine"
    # Still in the room of machineB, and in that of machineA no more.
    assert {reading["machine"] for reading in watcher.wait_after_ack(3)} == {"machineB"}
    assert len(watcher.of("errorMessage")) == 5
    assert {reading["machine"] for reading in everybody.of("machineData")} == {"machineA"}


# MARK: Tutorial and remote control


def test_chat_tutorial(example, page):
    one = example("chat-tutorial", env={"HOST": "127.0.0.2"})
    assert one.url.startswith("http://127.0.0.2:")
    first, second = page(one.url), page(one.url)
    for tab in (first, second):
        expect_state(tab, "connected")
    say(first, "one")
    expect_lines(second, "one")
    say(second, "two")
    for tab in (first, second):
        expect_lines(tab, "one", "two")


def register(tab, session):
    tab.page.fill("#session", session)
    tab.page.get_by_role("button", name="Be the display").click()


def control(tab, session):
    tab.page.fill("#session", session)
    tab.page.get_by_role("button", name="Be a remote").click()


def add(tab, title):
    tab.page.fill("#title", title)
    tab.page.click("#add button")


def expect_playlist(tab, *titles):
    expect(tab.page.locator("#playlist li")).to_have_text(list(titles))


def removable(*titles):
    return [f"{title} Remove {title}" for title in titles]


def test_remote_control(example, page):
    one = example("remote-control")
    display, remote, other_display, other_remote = (page(one.url) for _ in range(4))
    control(remote, "kitchen")
    expect(remote.page.locator("#error")).to_have_text("There is no display of this session id.")
    register(display, "kitchen")
    expect(display.page.locator("#display")).to_be_visible()
    register(other_display, "kitchen")
    expect(other_display.page.locator("#error")).to_have_text("There is a display of this session id already.")
    register(other_display, "garage")
    expect(other_display.page.locator("#display")).to_be_visible()
    for tab, session in [(remote, "kitchen"), (other_remote, "garage")]:
        control(tab, session)
        expect(tab.page.locator("#remote")).to_be_visible()

    for title in ("Tea", "Soup", "Cake"):
        add(remote, title)
    expect_playlist(display, "Tea", "Soup", "Cake")
    remote.page.get_by_role("button", name="Play", exact=True).click()
    expect(display.page.locator("#player")).to_have_text("playing")
    remote.page.get_by_role("button", name="Next", exact=True).click()
    expect(display.page.locator(".playing")).to_have_text("Soup")

    # Who comes later gets what is there, and what it does reaches the display and the other remote.
    late = page(one.url)
    control(late, "kitchen")
    expect_playlist(late, *removable("Tea", "Soup", "Cake"))
    late.page.get_by_role("button", name="Remove Tea").click()
    expect_playlist(display, "Soup", "Cake")
    expect_playlist(remote, *removable("Soup", "Cake"))
    expect(display.page.locator(".playing")).to_have_text("Soup")
    late.page.get_by_role("button", name="Pause", exact=True).click()
    expect(display.page.locator("#player")).to_have_text("paused")
    display.screenshot("example-remote-control")

    # All of it stayed in the room: what is added last is all the others have.
    add(other_remote, "Bolt")
    expect_playlist(other_display, "Bolt")
    expect_playlist(other_remote, *removable("Bolt"))
    expect(other_display.page.locator("#player")).to_have_text("paused")


def test_remote_control_before_joining(example, viewer):
    one = example("remote-control")
    display, stranger, remote = (viewer(one.url, namespace="/") for _ in range(3))
    assert display.ask("register", "abcd") == {"ok": True}
    for session in ["abc", "x" * 13, "a b c", "display:abcd", 5, None]:
        assert stranger.ask("register", session)["ok"] is False
    assert stranger.ask("join", "abcde")["ok"] is False
    for event in ("command", "add", "remove", "sync", "upload"):
        stranger.send(event, "stray")
    stranger.ask("join", "abcde")  # answered: all of the above has been dealt with
    assert remote.ask("join", "abcd") == {"ok": True}
    remote.send("command", "play")
    assert display.wait("command", 1) == ["play"]
    remote.send("sync")
    display.log.wait(lambda entries: ("sync",) in entries, "the remote's question")
    display.send("upload", [{"id": "1", "title": "Tea"}])
    assert remote.wait("download", 1) == [[{"id": "1", "title": "Tea"}]]
    assert [display.of(event) for event in ("add", "remove", "download")] == [[], [], []]
    assert stranger.of("download") == []
