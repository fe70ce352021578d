"""The JavaScript client in Chromium, official and our own, over each transport: the same as test_python_client.py."""

import pytest

from tab import GATEWAY_AWAY

TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}

# What a page of somebody else would do: connect, keep everything in one list in the order in which it came.
HARNESS = """
({transports}) => {
    const socket = io('/machines', {transports, reconnectionDelay: 50, reconnectionDelayMax: 200});
    const log = [];
    const waiting = new Set();
    const note = (event, value) => {
        log.push([event, value]);
        for (const look of [...waiting]) look();
    };
    const events = ['machines', 'machineData', 'errorMessage', 'roomCountUpdate', 'userCountUpdate'];
    for (const event of [...events, 'connect', 'disconnect']) socket.on(event, (value) => note(event, value));
    const until = (condition, what) => new Promise((resolve, reject) => {
        const look = () => {
            const found = condition();
            if (found === undefined || found === false || found === null) return;
            waiting.delete(look);
            clearTimeout(timer);
            resolve(found);
        };
        const timer = setTimeout(() => {
            waiting.delete(look);
            reject(new Error(`did not come: ${what}; so far ${JSON.stringify(log.slice(-5))}`));
        }, 20000);
        waiting.add(look);
        look();
    });
    const last = (event) => log.findLastIndex((entry) => entry[0] === event);
    const after = (mark, event) => log.slice(log.findLastIndex((entry) => entry[0] === mark) + 1)
        .filter((entry) => entry[0] === event).map((entry) => entry[1]);
    window.viewer = {
        socket, log, until, after,
        of: (event) => log.filter((entry) => entry[0] === event).map((entry) => entry[1]),
        ask: (event, ...values) => new Promise((resolve) => {
            socket.emit(event, ...values, (answer) => { note('ack', answer); resolve(answer); });
        }),
        waitOf: (event, count) =>
            until(() => viewer.of(event).length >= count && viewer.of(event), `${count} ${event}`),
        waitAfter: (mark, event, count) => until(
            () => last(mark) >= 0 && after(mark, event).length >= count && after(mark, event),
            `${count} ${event} after ${mark}`,
        ),
        transport: () => socket.io.engine.transport.name,
    };
}
"""


@pytest.fixture(params=TRANSPORTS)
def transports(request):
    return TRANSPORTS[request.param]


@pytest.fixture
def simulated(daemon, client_files):
    one = daemon("--simulate", "machineA,machineB", "--simulate-interval", "20ms", env=client_files)
    one.wait_seq("machineA", 5)
    one.wait_seq("machineB", 5)
    return one


def connect(page, daemon, transports):
    """A page of no content, served by the gateway, that has loaded the client and connected."""
    tab = page(daemon.url + "/healthz")
    tab.page.add_script_tag(url="/socket.io/socket.io.js")
    tab.page.evaluate(HARNESS, {"transports": transports})
    tab.page.evaluate("viewer.waitOf('connect', 1).then(() => true)")
    return tab


def seqs(readings):
    return [reading["seq"] for reading in readings]


def assert_from(readings, machine, first):
    assert {reading["machine"] for reading in readings} == {machine}
    assert seqs(readings) == list(range(first, first + len(readings)))


def test_join_readings_switch_leave_disconnect(simulated, page, transports):
    script = connect(page, simulated, transports).page.evaluate
    machines = script("viewer.waitOf('machines', 1)")[0]
    assert [entry["machine"] for entry in machines] == ["machineA", "machineB"]

    joined = script("viewer.ask('joinRoom', {machine: 'machineA', history: 3})")
    assert joined["ok"] is True and joined["machine"] == "machineA"
    assert seqs(joined["readings"]) == list(range(joined["nextSeq"] - 3, joined["nextSeq"]))
    assert_from(script("viewer.waitAfter('ack', 'machineData', 10)"), "machineA", joined["nextSeq"])

    switched = script("viewer.ask('joinRoom', 'machineB')")
    assert_from(script("viewer.waitAfter('ack', 'machineData', 10)"), "machineB", switched["nextSeq"])

    refused = script("viewer.ask('joinRoom', {machine: 'nobody'})")
    assert refused["ok"] is False and refused["error"]["code"] == "unknown_machine"

    script("viewer.socket.emit('leaveRoom')")
    script("viewer.ask('joinRoom', {machine: 'nobody'})")
    simulated.wait_seq("machineB", simulated.last_seq("machineB") + 5)
    script("viewer.ask('joinRoom', {machine: 'nobody'}).then(() => viewer.log.splice(viewer.log.length - 1))")
    assert script("viewer.after('ack', 'machineData')") == []

    script("viewer.socket.disconnect()")
    assert script("viewer.waitOf('disconnect', 1)") == ["io client disconnect"]


def test_transport_is_the_one_asked_for(simulated, page, transports):
    tab = connect(page, simulated, transports)
    tab.page.wait_for_function("name => viewer.transport() === name", arg=transports[-1])
    joined = tab.page.evaluate("viewer.ask('joinRoom', 'machineA')")
    assert_from(tab.page.evaluate("viewer.waitAfter('ack', 'machineData', 5)"), "machineA", joined["nextSeq"])


def test_nothing_is_lost_or_doubled_while_it_upgrades(simulated, page):
    """Joined in the same moment as the connection opens: the stream runs across the change of transport."""
    tab = page(simulated.url + "/healthz")
    tab.page.add_script_tag(url="/socket.io/socket.io.js")
    tab.page.evaluate(HARNESS, {"transports": ["polling", "websocket"]})
    joined = tab.page.evaluate("viewer.ask('joinRoom', 'machineA')")
    tab.page.wait_for_function("() => viewer.transport() === 'websocket'")
    live = tab.page.evaluate("viewer.waitAfter('ack', 'machineData', 30)")
    assert_from(live, "machineA", joined["nextSeq"])


def test_join_is_atomic_with_a_fast_stream(daemon, client_files, page, transports):
    one = daemon("--simulate", "a,b", "--simulate-interval", "2ms", env=client_files)
    one.wait_seq("a", 10)
    one.wait_seq("b", 10)
    script = connect(page, one, transports).page.evaluate
    rounds = script(
        """async (count) => {
            const rounds = [];
            for (let number = 0; number < count; number += 1) {
                const machine = 'ab'[number % 2];
                const joined = await viewer.ask('joinRoom', {machine, history: 2});
                const live = await viewer.waitAfter('ack', 'machineData', 2);
                rounds.push({machine, nextSeq: joined.nextSeq, history: joined.readings, live});
            }
            return rounds;
        }""",
        20 if transports == ["polling"] else 60,
    )
    for entry in rounds:
        assert_from(entry["history"], entry["machine"], entry["nextSeq"] - 2)
        assert_from(entry["live"], entry["machine"], entry["nextSeq"])


def test_comes_back_after_a_restart_and_closes_the_hole(simulated, page, transports):
    tab = connect(page, simulated, transports)
    tab.allow(*GATEWAY_AWAY)
    joined = tab.page.evaluate("viewer.ask('joinRoom', 'machineA')")
    tab.page.evaluate("viewer.waitAfter('ack', 'machineData', 5)")
    simulated.stop()
    tab.page.evaluate("viewer.waitOf('disconnect', 1)")
    seen = seqs(tab.page.evaluate("viewer.after('ack', 'machineData')"))
    simulated.start()
    tab.page.evaluate("viewer.waitOf('connect', 2).then(() => true)")
    again = tab.page.evaluate(
        "([since, epoch]) => viewer.ask('joinRoom', {machine: 'machineA', since, epoch})", [seen[-1], joined["epoch"]]
    )
    assert again["epoch"] == joined["epoch"] and again["lost"] == 0
    live = tab.page.evaluate("viewer.waitAfter('ack', 'machineData', 5)")
    everything = seen + seqs(again["readings"]) + seqs(live)
    assert everything == list(range(joined["nextSeq"], joined["nextSeq"] + len(everything)))
