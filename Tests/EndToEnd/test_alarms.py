"""Alarms from outside: rules by HTTP and configuration file, what is told live, what people do, history, pins."""

import csv
import io
import re
import signal

import pytest
import requests

from daemon import run_to_end
from waiting import PATIENCE, until

HIGH = {"metric": "rpm", "kind": "high", "limit": 1800, "deadband": 100, "priority": "urgent", "text": "too fast"}
EX_USAGE = 64


@pytest.fixture
def gateway(daemon):
    return daemon("--simulate", "other")


def put(one, rule, body, expected=201):
    answer = requests.put(f"{one.url}/api/alarms/rules/{rule}", json=body, timeout=PATIENCE)
    assert answer.status_code == expected, answer.text
    return answer.json()


def send(one, machine, *values, metric="rpm"):
    answer = requests.post(
        f"{one.url}/api/machines/{machine}/readings",
        json=[{metric: value} for value in values],
        timeout=PATIENCE,
    )
    assert answer.status_code == 202, answer.text


def post(one, alarm, action, **body):
    return requests.post(f"{one.url}/api/alarms/{alarm}/{action}", json=body, timeout=PATIENCE)


def shown(one, alarm):
    """The alarm as the list has it; None: it is not in it."""
    return next((entry for entry in one.get("/api/alarms").json()["alarms"] if entry["id"] == alarm), None)


def wait_state(one, alarm, state):
    return until(
        lambda: (entry := shown(one, alarm)) and entry["state"] == state and entry, f"{alarm} is {state}"
    )


def figure(one, name):
    found = re.search(rf"^{re.escape(name)} (\S+)$", one.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else None


def test_from_the_rule_to_the_file_of_its_readings(daemon, broker, viewer):
    one = daemon("--mqtt", broker.url, "--history", "50")
    broker.wait_subscriber()
    broker.publish("machines/press/rpm", "1500")
    one.wait_seq("press", 1)
    rule = put(one, "press-high", HIGH)
    assert rule["machine"] == "*" and rule["latch"] is True and rule["source"] == "page"
    put(one, "press-high", rule, expected=200)

    room = viewer(one.url, transports=["websocket"])
    room.join("press", username="Kim")
    overview = viewer(one.url, transports=["polling"])
    joined = overview.ask("joinRoom", "$alarms")
    assert joined["ok"] and joined["alarms"] == [] and joined["serverTime"]

    # Raised by a sensor behind a broker, and told to both.
    broker.publish("machines/press/rpm", "1900.5")
    for client in (room, overview):
        raised = client.wait_where("alarm", lambda alarm: alarm["event"] == "raised", "the alarm")
        assert raised["id"] == "press-high:press" and raised["state"] == "unacknowledged" and raised["active"]
        assert (raised["value"], raised["seq"], raised["priority"]) == (1900.5, 2, "urgent")
    listed = overview.wait_where("alarms", lambda alarms: len(alarms) == 1, "the list")
    assert listed[0]["id"] == "press-high:press" and "event" not in listed[0]
    assert room.of("alarms") == []

    # Somebody knows; it clears, within the deadband not yet.
    answer = room.ask("acknowledgeAlarm", {"id": "press-high:press", "comment": "I go and look"})
    assert answer["ok"] and answer["alarm"]["state"] == "acknowledged"
    assert answer["alarm"]["acknowledged"]["by"] == "Kim"
    overview.wait_where("alarm", lambda alarm: alarm["event"] == "acknowledged", "the acknowledgement")
    send(one, "press", 1750)
    assert shown(one, "press-high:press")["active"] is True
    send(one, "press", 1500)
    room.wait_where("alarm", lambda alarm: alarm["event"] == "cleared", "it clears")
    until(lambda: shown(one, "press-high:press") is None, "it is gone from the list")
    until(lambda: overview.of("alarms")[-1] == [], "the empty list")

    # What was, newest first, in pages.
    events = one.get("/api/alarms/history?machine=press").json()["events"]
    assert [event["event"] for event in events] == ["cleared", "acknowledged", "raised"]
    assert events[1]["by"] == "Kim" and events[1]["comment"] == "I go and look"
    assert len({event["episode"] for event in events}) == 1
    page = one.get(f"/api/alarms/history?limit=1&before={events[0]['id']}").json()["events"]
    assert [event["event"] for event in page] == ["acknowledged"]
    assert one.get("/api/alarms/history?machine=nobody").json() == {"events": []}

    # The ring forgets, the pin does not.
    for start in range(0, 120, 40):
        send(one, "press", *range(start, start + 40))
    assert one.readings("press", limit=100)["firstSeq"] > 2
    path = f"/api/alarms/episodes/{events[0]['episode']}"
    episode = one.get(path).json()
    assert [event["event"] for event in episode["events"]] == ["raised", "acknowledged", "cleared"]
    assert episode["from"] < events[2]["at"] < episode["to"]
    until(lambda: one.get(path + "/readings").status_code == 200, "the pin")
    pinned = until(
        lambda: (body := one.get(path + "/readings").json())["total"] >= 124 and body, "all that was sent is pinned"
    )
    assert [reading["seq"] for reading in pinned["readings"]] == list(range(1, 125))
    assert pinned["machine"] == "press" and pinned["complete"] is False
    table = one.get(path + "/readings?format=csv")
    assert f'press-alarm-{episode["episode"]}.csv' in table.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [float(row["rpm"]) for row in rows[:3]] == [1500, 1900.5, 1750]
    thin = one.get(path + "/readings?maxPoints=10").json()
    assert len(thin["readings"]) <= 10 and thin["total"] == pinned["total"]
    assert max(reading["rpm"] for reading in thin["readings"]) == 1900.5

    until(lambda: figure(one, "telemetryd_alarms_raised_total") == 1, "one raise is counted")
    assert figure(one, "telemetryd_alarms_acknowledged_total") == 1
    assert requests.delete(f"{one.url}/api/alarms/rules/press-high", timeout=PATIENCE).status_code == 204
    assert one.get("/api/alarms/rules").json() == {"rules": []}


def test_a_shelf_always_ends(gateway, viewer):
    put(gateway, "hot", HIGH)
    send(gateway, "press", 1900)
    wait_state(gateway, "hot:press", "unacknowledged")
    for minutes in (0, -1, 1441, 1e9, "30"):
        refused = post(gateway, "hot:press", "shelve", minutes=minutes)
        assert refused.status_code == 400 and "minutes" in refused.json()["detail"], minutes
    overview = viewer(gateway.url, transports=["websocket"])
    overview.ask("joinRoom", "$alarms")
    answer = overview.ask("shelveAlarm", {"id": "hot:press", "minutes": 1440, "by": "Lee", "comment": "known"})
    assert answer["ok"] and answer["alarm"]["shelved"]["by"] == "Lee"
    assert figure(gateway, "telemetryd_alarms_shelved") == 1
    # Two seconds in place of a day; nobody does anything, and it is back.
    assert post(gateway, "hot:press", "shelve", minutes=2 / 60).status_code == 200
    expired = overview.wait_where("alarm", lambda alarm: alarm["event"] == "expired", "the shelf ends")
    assert "shelved" not in expired and expired["state"] == "unacknowledged"
    assert post(gateway, "hot:press", "unshelve").status_code == 409
    assert overview.ask("shelveAlarm", {"id": "hot:press"})["ok"]
    assert overview.ask("unshelveAlarm", {"id": "hot:press"})["ok"]
    assert "shelved" not in shown(gateway, "hot:press")


def test_refusals_are_told(gateway, viewer):
    one = viewer(gateway.url, transports=["websocket"])
    for event, value, code in (
        ("acknowledgeAlarm", {"id": "hot:press"}, "unknown_alarm"),
        ("acknowledgeAlarm", {"id": 7}, "bad_request"),
        ("acknowledgeAlarm", "hot:press", "bad_request"),
        ("shelveAlarm", {"id": "hot:press", "minutes": 0}, "bad_request"),
        ("unshelveAlarm", {"id": "hot:press", "why": "x"}, "bad_request"),
    ):
        answer = one.ask(event, value)
        assert answer["ok"] is False and answer["error"]["code"] == code, (event, value, answer)
    put(gateway, "hot", HIGH)
    send(gateway, "press", 1)
    assert post(gateway, "hot:press", "acknowledge").status_code == 409
    send(gateway, "press", 1900)
    wait_state(gateway, "hot:press", "unacknowledged")
    assert post(gateway, "hot:press", "acknowledge", by="Kim").json()["acknowledged"]["by"] == "Kim"
    assert post(gateway, "hot:press", "acknowledge", by="Lee").status_code == 409
    assert one.ask("acknowledgeAlarm", {"id": "hot:press"})["error"]["code"] == "conflict"


def test_a_client_that_floods_is_limited_alone(gateway, viewer):
    flooder = viewer(gateway.url, transports=["websocket"])
    other = viewer(gateway.url, transports=["websocket"])
    for _ in range(300):
        flooder.client.emit(
            "acknowledgeAlarm",
            {"id": "hot:press"},
            namespace="/machines",
            callback=lambda answer: flooder.log.append(("ack", answer)),
        )
    answers = flooder.wait("ack", 300)
    codes = [answer["error"]["code"] for answer in answers]
    assert codes.count("too_fast") >= 100 and codes.count("unknown_alarm") >= 50
    assert other.ask("acknowledgeAlarm", {"id": "hot:press"})["error"]["code"] == "unknown_alarm"


def test_many_alarms_at_once_are_told_in_bounded_numbers(gateway, viewer):
    put(gateway, "hot", HIGH)
    overview = viewer(gateway.url, transports=["websocket"])
    overview.ask("joinRoom", "$alarms")
    overview.ask("watch", {"machines": "*"})
    body = [{"machine": f"m{number}", "rpm": 1900 + number} for number in range(300)]
    answer = requests.post(f"{gateway.url}/api/readings", json=body, timeout=PATIENCE)
    assert answer.status_code == 202 and answer.json()["accepted"] == 300
    listed = overview.wait_where("alarms", lambda alarms: len(alarms) == 200, "the list, with the most important")
    assert len({alarm["id"] for alarm in listed}) == 200
    until(lambda: gateway.get("/api/alarms").json()["total"] == 300, "all are raised")
    assert len(gateway.get("/api/alarms").json()["alarms"]) == 300
    assert overview.ask("joinRoom", "$alarms")["total"] == 300
    until(lambda: figure(gateway, "telemetryd_alarms_raised_total") == 300, "all are counted")
    until(
        lambda: len(overview.of("alarm")) + figure(gateway, "telemetryd_alarm_events_omitted_total") == 300,
        "each is told once, or counted as left out",
    )
    assert figure(gateway, 'telemetryd_alarms{state="unacknowledged",priority="urgent"}') == 300


def test_pages_of_other_hosts_may_not_write(gateway):
    foreign = {"Origin": "http://elsewhere"}
    target = f"{gateway.url}/api/alarms/rules/hot"
    assert requests.put(target, json=HIGH, headers=foreign, timeout=PATIENCE).status_code == 403
    own = {"Origin": gateway.url}
    assert requests.put(target, json=HIGH, headers=own, timeout=PATIENCE).status_code == 201
    assert requests.delete(target, headers=foreign, timeout=PATIENCE).status_code == 403
    assert requests.delete(target, headers=own, timeout=PATIENCE).status_code == 204


CONFIGURED = """\
simulate: other
alarms:
  - {rule: hot, metric: rpm, kind: high, limit: 1800, priority: urgent, text: too fast}
  - rule: cold
    machine: press
    metric: temperature
    kind: low
    limit: 5
    onDelay: 0s
    latch: false
"""


def test_the_page_for_frames_of_others_has_nothing_that_writes(gateway, page):
    put(gateway, "hot", {**HIGH, "limit": -1})
    send(gateway, "press", 5)
    wait_state(gateway, "hot:press", "unacknowledged")
    whole = page(gateway.url + "/?machine=press").page
    whole.locator(".alarm-banner button").wait_for()
    tab = page(gateway.url + "/?embed=press&metric=rpm").page
    tab.wait_for_function("() => /high/i.test(document.querySelector('#rpm-card').innerText)")
    seen = tab.eval_on_selector_all(
        "button, input, select, textarea, form, dialog, a",
        "all => all.filter((one) => one.checkVisibility({ visibilityProperty: true })).map((one) => one.id)",
    )
    assert seen == ["embed-link"]


def test_rules_of_the_configuration(daemon, tmp_path):
    path = tmp_path / "telemetryd.yaml"
    path.write_text(CONFIGURED)
    one = daemon("--config", str(path))
    rules = {rule["rule"]: rule for rule in one.get("/api/alarms/rules").json()["rules"]}
    assert {rule["source"] for rule in rules.values()} == {"configuration"} and list(rules) == ["cold", "hot"]
    send(one, "press", 1900)
    wait_state(one, "hot:press", "unacknowledged")
    # They are edited in the file, not here.
    target = f"{one.url}/api/alarms/rules/hot"
    refused = requests.put(target, json=HIGH, timeout=PATIENCE)
    assert refused.status_code == 409 and "configuration" in refused.json()["detail"]
    assert requests.delete(target, timeout=PATIENCE).status_code == 409
    # Read again: one is other, one has gone, one is new. A bad file changes nothing.
    path.write_text(CONFIGURED.replace("limit: 1800", "limit: many"))
    one.process.send_signal(signal.SIGHUP)
    until(lambda: 'limit is \\"many\\"; it must be a number' in one.stderr, "the refusal in the log")
    assert {rule["rule"] for rule in one.get("/api/alarms/rules").json()["rules"]} == {"cold", "hot"}
    path.write_text("simulate: other\nalarms: [{rule: cold, metric: temperature, kind: low, limit: 9}]\n")
    one.process.send_signal(signal.SIGHUP)
    until(lambda: [rule["rule"] for rule in one.get("/api/alarms/rules").json()["rules"]] == ["cold"], "SIGHUP")
    until(lambda: shown(one, "hot:press") is None, "the alarm of the rule that went")
    send(one, "mill", 8, metric="temperature")
    wait_state(one, "cold:mill", "unacknowledged")


def test_check_config_names_the_place(tmp_path):
    path = tmp_path / "telemetryd.yaml"
    path.write_text(CONFIGURED)
    good = run_to_end("check-config", "--config", str(path), cwd=tmp_path)
    assert good.returncode == 0 and "  - rule: hot" in good.stdout and f"# {path}:3" in good.stdout
    path.write_text(CONFIGURED.replace("kind: low", "kind: lower").replace("priority", "prioritty"))
    bad = run_to_end("check-config", "--config", str(path), cwd=tmp_path)
    assert bad.returncode == EX_USAGE and bad.stdout == ""
    lines = bad.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith(f'{path}:3: alarms: a rule has no member "prioritty"; did you mean "priority"?')
    assert f"{path}:7: alarms: cold: kind: one of high" in lines[1]


def test_a_restart_keeps_them(gateway):
    put(gateway, "hot", HIGH)
    send(gateway, "press", 1900)
    wait_state(gateway, "hot:press", "unacknowledged")
    before = post(gateway, "hot:press", "acknowledge", by="Kim", comment="seal").json()
    assert post(gateway, "hot:press", "shelve", minutes=600, by="Kim").status_code == 200
    gateway.restart()
    after = wait_state(gateway, "hot:press", "acknowledged")
    for member in ("acknowledged", "raisedAt", "value", "seq", "episode", "priority"):
        assert after[member] == before[member], member
    assert after["shelved"]["by"] == "Kim"
    assert [rule["rule"] for rule in gateway.get("/api/alarms/rules").json()["rules"]] == ["hot"]
    events = gateway.get("/api/alarms/history").json()["events"]
    assert [event["event"] for event in events] == ["shelved", "acknowledged", "raised"]
    assert requests.delete(f"{gateway.url}/api/alarms/rules/hot", timeout=PATIENCE).status_code == 204
    until(lambda: shown(gateway, "hot:press") is None, "the alarm goes with its rule")
