"""Interface section 5 with python-socketio, over each transport."""

import json

import pytest
import websocket

from waiting import PATIENCE, until

TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}


@pytest.fixture(params=TRANSPORTS)
def transports(request):
    return TRANSPORTS[request.param]


@pytest.fixture
def simulated(daemon):
    one = daemon("--simulate", "machineA,machineB", "--simulate-interval", "20ms")
    one.wait_seq("machineA", 5)
    one.wait_seq("machineB", 5)
    return one


def seqs(readings):
    return [reading["seq"] for reading in readings]


def assert_contiguous(numbers, first=None):
    assert numbers, "nothing came"
    start = numbers[0] if first is None else first
    assert numbers == list(range(start, start + len(numbers)))


def test_join_readings_switch_leave_disconnect(simulated, viewer, transports):
    one = viewer(simulated.url, transports=transports)
    assert one.transport == transports[-1]

    machines = one.wait("machines", 1)[0]
    assert [entry["machine"] for entry in machines] == ["machineA", "machineB"]
    assert all(entry["state"] == "live" and entry["latest"]["seq"] == entry["lastSeq"] for entry in machines)

    joined = one.join("machineA", history=3)
    assert list(joined) == ["ok", "machine", "epoch", "firstSeq", "nextSeq", "lost", "readings"]
    assert joined["machine"] == "machineA" and joined["lost"] == 0 and joined["epoch"]
    assert seqs(joined["readings"]) == list(range(joined["nextSeq"] - 3, joined["nextSeq"]))
    live = one.wait_after_ack(10)
    assert {reading["machine"] for reading in live} == {"machineA"}
    assert_contiguous(seqs(live), first=joined["nextSeq"])
    assert list(live[0]) == ["machine", "seq", "timestamp", "rpm", "torque", "pressure"]

    switched = one.join("machineB")
    live = one.wait_after_ack(10)
    assert {reading["machine"] for reading in live} == {"machineB"}, "a reading of the room that was left"
    assert_contiguous(seqs(live), first=switched["nextSeq"])

    one.send("leaveRoom")
    one.barrier()
    simulated.wait_seq("machineB", simulated.last_seq("machineB") + 5)
    one.barrier()
    assert one.after_ack() == []

    one.client.disconnect()
    one.wait("gone", 1)


def test_join_by_name_alone(simulated, viewer, transports):
    """The form of the lab sheet: a string, and no answer asked for."""
    one = viewer(simulated.url, transports=transports)
    one.send("joinRoom", "machineA")
    live = one.wait("machineData", 3)
    assert {reading["machine"] for reading in live} == {"machineA"}
    one.send("joinRoom", "machineB")
    one.wait_where("machineData", lambda reading: reading["machine"] == "machineB", "a reading of the other machine")
    entries = [reading["machine"] for reading in one.of("machineData")]
    assert entries == sorted(entries), "readings of both rooms mixed"
    answer = one.ask("joinRoom", "machineA")
    assert answer["ok"] and answer["machine"] == "machineA" and "nextSeq" in answer


def test_join_is_atomic_with_a_fast_stream(daemon, viewer, transports):
    simulated = daemon("--simulate", "a,b", "--simulate-interval", "2ms")
    one = viewer(simulated.url, transports=transports)
    simulated.wait_seq("a", 10)
    simulated.wait_seq("b", 10)
    rounds = 20 if transports == ["polling"] else 100
    for number in range(rounds):
        machine = "ab"[number % 2]
        joined = one.join(machine, history=5)
        assert seqs(joined["readings"]) == list(range(joined["nextSeq"] - 5, joined["nextSeq"]))
        live = one.wait_after_ack(2)
        assert {reading["machine"] for reading in live} == {machine}
        assert_contiguous(seqs(live), first=joined["nextSeq"])


def test_many_viewers_see_the_same_stream(simulated, viewer, transports):
    """More viewers than event loops: each sees every reading from its own `nextSeq` on."""
    viewers = [viewer(simulated.url, transports=transports) for _ in range(6)]
    joined = [one.join("machineA") for one in viewers]
    for one, answer in zip(viewers, joined, strict=True):
        assert_contiguous(seqs(one.wait_after_ack(15)), first=answer["nextSeq"])


def test_since_closes_the_hole(simulated, viewer, transports):
    one = viewer(simulated.url, transports=transports)
    joined = one.join("machineA")
    seen = seqs(one.wait_after_ack(3))[-1]
    one.client.disconnect()
    simulated.wait_seq("machineA", seen + 10)
    again = viewer(simulated.url, transports=transports)
    answer = again.join("machineA", since=seen, epoch=joined["epoch"])
    assert answer["lost"] == 0
    assert_contiguous(seqs(answer["readings"]) + seqs(again.wait_after_ack(3)), first=seen + 1)


def test_since_tells_what_is_lost(daemon, viewer):
    simulated = daemon("--simulate", "a", "--simulate-interval", "5ms", "--history", "10")
    simulated.wait_seq("a", 50)
    one = viewer(simulated.url)
    answer = one.join("a", since=5)
    seqs = [reading["seq"] for reading in answer["readings"]]
    # The ring may be a reading ahead of what was sent: the answer ends where the stream goes on.
    assert 8 <= len(seqs) <= 10 and seqs == list(range(answer["firstSeq"], answer["nextSeq"]))
    assert answer["lost"] == answer["firstSeq"] - 6
    assert one.wait("machineData", 1)[0]["seq"] == answer["nextSeq"]


def test_another_epoch_makes_since_worthless(simulated, viewer):
    """Sequence numbers of another database mean nothing here: what is kept comes from its beginning."""
    one = viewer(simulated.url)
    answer = one.join("machineA", since=2, epoch="of another database")
    assert answer["epoch"] != "of another database"
    assert answer["readings"][0]["seq"] == answer["firstSeq"]


@pytest.mark.parametrize(
    "machine, code", [("nobody", "unknown_machine"), ("not a name", None), (".hidden", None), ("", None)]
)
def test_unknown_or_bad_machine(simulated, viewer, transports, machine, code):
    one = viewer(simulated.url, transports=transports)
    answer = one.ask("joinRoom", {"machine": machine})
    assert answer["ok"] is False
    assert answer["error"]["message"]
    assert code is None or answer["error"]["code"] == code
    one.send("joinRoom", machine)
    told = one.wait("errorMessage", 1)[0]
    assert told == answer["error"]


@pytest.mark.parametrize("value", [None, 7, [], {}, {"machine": 7}, {"machine": "machineA", "history": -1}])
def test_a_join_that_makes_no_sense_is_answered(simulated, viewer, value):
    one = viewer(simulated.url)
    one.client.emit(
        "joinRoom", value, namespace="/machines", callback=lambda *answer: one.log.append(("ack", *answer))
    )
    answer = one.wait("ack", 1)[0]
    assert answer["ok"] is False and answer["error"]["code"]
    assert one.join("machineA")["ok"], "the connection lives on"


def test_a_refused_join_keeps_the_old_room(simulated, viewer):
    one = viewer(simulated.url)
    one.join("machineA")
    one.barrier()
    assert {reading["machine"] for reading in one.wait_after_ack(3)} == {"machineA"}


def test_waiting_for_a_machine_that_is_not_there_yet(daemon, broker, viewer):
    one = daemon("--mqtt", broker.url)
    broker.wait_subscriber()
    waiting = viewer(one.url)
    waiting.send("joinRoom", {"machine": "later", "wait": True})
    waiting.barrier()
    broker.publish("machines/later/rpm", "1")
    broker.publish("machines/later/rpm", "2")
    waiting.wait_where("machineData", lambda reading: reading["seq"] == 2, "the reading of the machine waited for")
    assert waiting.of("errorMessage") == []


def test_counts_of_users_and_rooms(simulated, viewer, transports):
    first = viewer(simulated.url, transports=transports)
    first.wait_where("userCountUpdate", lambda told: told["count"] == 1, "one user")
    first.join("machineA")
    first.wait_where("roomCountUpdate", lambda told: told == {"room": "machineA", "count": 1}, "one in the room")
    second = viewer(simulated.url, transports=transports)
    first.wait_where("userCountUpdate", lambda told: told["count"] == 2, "two users")
    second.join("machineA")
    first.wait_where("roomCountUpdate", lambda told: told == {"room": "machineA", "count": 2}, "two in the room")
    already = len(first.of("roomCountUpdate"))
    second.join("machineB")
    assert first.wait("roomCountUpdate", already + 1)[already] == {"room": "machineA", "count": 1}
    already = len(first.of("userCountUpdate"))
    second.client.disconnect()
    assert first.wait("userCountUpdate", already + 1)[already] == {"count": 1}


def test_the_main_namespace_gets_every_machine(simulated, viewer, transports):
    one = viewer(simulated.url, namespace="/", transports=transports)
    live = one.wait("machineData", 20)
    for machine in ("machineA", "machineB"):
        assert_contiguous([reading["seq"] for reading in live if reading["machine"] == machine])


def test_unknown_namespace_is_refused_and_the_connection_stays(simulated):
    wire = websocket.create_connection(
        f"ws://127.0.0.1:{simulated.port}/socket.io/?EIO=4&transport=websocket", timeout=PATIENCE
    )
    try:
        assert wire.recv().startswith("0{")
        wire.send("40/nowhere,")
        assert wire.recv() == '44/nowhere,{"message":"Invalid namespace"}'
        wire.send("40/machines,")
        assert wire.recv().startswith('40/machines,{"sid":')
    finally:
        wire.close()


def test_numbers_travel_as_they_were_written(daemon, broker):
    """No `.0` on integers, no lost digit: looked at on the wire, not through a parser."""
    one = daemon("--mqtt", broker.url)
    broker.wait_subscriber()
    wire = websocket.create_connection(
        f"ws://127.0.0.1:{one.port}/socket.io/?EIO=4&transport=websocket", timeout=PATIENCE
    )
    try:
        wire.send("40")
        sent = '{"rpm":1480,"torque":0.1,"pressure":6.02,"timestamp":"2026-11-21T09:41:26.123Z"}'
        until(lambda: wire.recv().startswith('40{"sid"'), "the namespace")
        broker.publish("machines/m/telemetry", sent)
        frame = until(lambda: (text := wire.recv()).startswith('42["machineData"') and text, "the reading")
    finally:
        wire.close()
    expected = '{"machine":"m","seq":1,"timestamp":"2026-11-21T09:41:26.123Z","rpm":1480,"torque":0.1,"pressure":6.02}'
    assert frame == f'42["machineData",{expected}]'
    json.loads(frame[2:])
