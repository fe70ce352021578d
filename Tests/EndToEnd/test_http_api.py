"""The HTTP API as GET /api/openapi.yaml describes it, and what test_http.py leaves out of interface section 6."""

import csv
import io
import json
import re

import pytest
import requests
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from waiting import PATIENCE, until


@pytest.fixture
def gateway(daemon):
    one = daemon("--simulate", "machineA,machineB", "--simulate-interval", "20ms", "--simulate-seed", "7")
    one.wait_seq("machineA", 20)
    one.wait_seq("machineB", 20)
    requests.post(one.url + "/api/machines/machineA/readings", data="[{},{}]", timeout=PATIENCE)
    return one


@pytest.fixture
def placed(gateway):
    """Something of each kind that a path can name: what to put in for its parameters."""
    rule = {"machine": "machineA", "metric": "rpm", "kind": "high", "limit": -1, "latch": False, "text": "it turns"}
    requests.put(gateway.url + "/api/alarms/rules/turns", json=rule, timeout=PATIENCE).raise_for_status()
    events = until(lambda: gateway.get("/api/alarms/history").json()["events"], "the alarm")
    until(
        lambda: gateway.get(f"/api/alarms/episodes/{events[-1]['episode']}/readings").status_code == 200, "its pin"
    )
    item = requests.post(gateway.url + "/api/handover", json={"text": "check the seal"}, timeout=PATIENCE)
    requests.post(gateway.url + "/api/alarms/turns:machineA/acknowledge", timeout=PATIENCE)
    names = {
        "machine": "machineA",
        "rule": "turns",
        "id": "turns:machineA",
        "episode": events[-1]["episode"],
    }

    def put_in(path):
        is_handover = path.startswith("/api/handover/")
        return path.format(**{**names, "id": item.json()["id"]} if is_handover else names)

    return put_in


@pytest.fixture
def description(gateway):
    answer = gateway.get("/api/openapi.yaml")
    assert answer.headers["content-type"] == "application/yaml"
    return yaml.safe_load(answer.text)


def test_the_description_is_valid(description):
    validate(description)
    assert description["openapi"].startswith("3.1")


def check(description, pointer, instance):
    """That `instance` is as the schema at this place says."""
    registry = Registry().with_resource("urn:api", Resource.from_contents(description, DRAFT202012))
    schema = {"$ref": "urn:api#" + pointer}
    Draft202012Validator(schema, registry=registry).validate(instance)


def escape(key):
    return key.replace("~", "~0").replace("/", "~1")


def test_every_get_answers_as_declared(gateway, description, placed):
    asked = 0
    for path, item in description["paths"].items():
        if "get" not in item or path.startswith("/ws/"):
            continue
        asked += 1
        answer = gateway.get(placed(path))
        declared = item["get"]["responses"][str(answer.status_code)]
        assert answer.status_code == 200, (path, answer.text)
        media = answer.headers["content-type"].split(";")[0]
        assert media in declared["content"], (path, media)
        if media == "application/json":
            pointer = f"/paths/{escape(path)}/get/responses/200/content/{escape(media)}/schema"
            check(description, pointer, answer.json())
    assert asked >= 17


def test_every_declared_path_is_there_and_others_are_not_allowed(gateway, description, placed):
    for path, item in description["paths"].items():
        target = gateway.url + placed(path)
        for method in ("get", "post", "put", "delete"):
            if method in item:
                continue
            answer = requests.request(method, target, timeout=PATIENCE)
            assert answer.status_code == 405, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            check(description, "/components/schemas/Problem", answer.json())
            declared = {name.upper() for name in item if name in ("get", "post", "put", "delete")}
            assert declared <= set(re.split(r", *", answer.headers["allow"])), (method, path)


def test_posts_answer_as_declared(gateway, description):
    path = "/api/machines/machineA/readings"
    answer = requests.post(gateway.url + path, data='[{"rpm":1},{"rpm":"x"}]', timeout=PATIENCE)
    assert answer.status_code == 202
    check(description, "/components/schemas/Accepted", answer.json())
    refused = requests.post(gateway.url + path, data="x", timeout=PATIENCE)
    assert refused.status_code == 422
    check(description, "/components/schemas/Problem", refused.json())


def test_alarms_and_hand_over_answer_as_declared(gateway, description, placed):
    rule = gateway.get(placed("/api/alarms/rules/{rule}")).json()
    check(description, "/components/schemas/NewAlarmRule", rule)
    answer = requests.put(gateway.url + placed("/api/alarms/rules/{rule}"), json=rule, timeout=PATIENCE)
    assert answer.status_code == 200
    check(description, "/components/schemas/AlarmRule", answer.json())
    for action in ("shelve", "unshelve"):
        answer = requests.post(gateway.url + placed("/api/alarms/{id}/" + action), timeout=PATIENCE)
        assert answer.status_code == 200
        check(description, "/components/schemas/Alarm", answer.json())
    again = requests.post(gateway.url + placed("/api/alarms/{id}/acknowledge"), timeout=PATIENCE)
    assert again.status_code == 409
    check(description, "/components/schemas/Problem", again.json())
    done = requests.post(gateway.url + placed("/api/handover/{id}/done"), json={"by": "Kim"}, timeout=PATIENCE)
    assert done.status_code == 200 and done.json()["done"]["by"] == "Kim"
    check(description, "/components/schemas/HandoverItem", done.json())
    assert requests.delete(gateway.url + placed("/api/handover/{id}"), timeout=PATIENCE).status_code == 200


def test_machines_tell_of_every_metric(gateway):
    entry = gateway.get("/api/machines/machineA").json()
    assert list(entry)[:4] == ["machine", "state", "lastSeq", "latest"]
    assert {metric["metric"]: metric["state"] for metric in entry["metrics"]} == {
        "rpm": "live",
        "torque": "live",
        "pressure": "live",
    }
    assert all(metric["since"] and metric["reason"] for metric in entry["metrics"])
    ledger = entry["ledger"]
    assert ledger["received"] == ledger["stored"] + sum(ledger["rejected"].values())
    assert sum(ledger["rejected"].values()) == 2
    assert gateway.get("/api/machines/nobody").status_code == 404


def test_ledger_in_two_forms(gateway):
    entries = gateway.get("/api/ledger").json()
    assert [entry["machine"] for entry in entries] == ["machineA", "machineB"]
    answer = gateway.get("/api/ledger", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["machine"] for row in rows] == ["machineA", "machineB"]
    assert rows[0]["rejected"] == "2"
    assert gateway.get("/api/ledger?format=ndjson").status_code == 400


def test_accept_chooses_the_form_and_the_query_counts_more(gateway):
    path = "/api/machines/machineA/readings"

    def media(accept, query=""):
        return gateway.get(path + query, headers={"Accept": accept}).headers["content-type"].split(";")[0]

    assert media("*/*") == "application/json"
    assert media("text/csv") == "text/csv"
    assert media("application/x-ndjson, application/json;q=0.5") == "application/x-ndjson"
    assert media("text/csv", "?format=ndjson") == "application/x-ndjson"
    assert gateway.get(path, headers={"Accept": "image/png"}).status_code == 406
    rows = list(csv.DictReader(io.StringIO(gateway.get(path + "?format=csv&limit=5").text)))
    lines = [json.loads(line) for line in gateway.get(path + "?format=ndjson&limit=5").text.splitlines()]
    assert len(rows) == len(lines) == 5
    assert list(rows[0])[:7] == ["machine", "seq", "timestamp", "received", "rpm", "torque", "pressure"]
    both = {line["seq"]: line for line in lines}
    for row in rows:
        if int(row["seq"]) in both:
            assert float(row["rpm"]) == both[int(row["seq"])]["rpm"]


def test_times_bound_the_readings(gateway):
    readings = gateway.readings("machineA")["readings"]
    middle = readings[len(readings) // 2]["timestamp"]
    before = gateway.readings("machineA", to=middle)["readings"]
    after = gateway.readings("machineA", **{"from": middle})["readings"]
    assert before[-1]["timestamp"] == middle and after[0]["timestamp"] == middle
    assert all(reading["timestamp"] <= middle for reading in before)
    assert all(reading["timestamp"] >= middle for reading in after)
    for query in ("limit=0", "since=-1", "from=yesterday", "to=2026-11-21", "format=xml", "maximum=1"):
        answer = gateway.get(f"/api/machines/machineA/readings?{query}")
        assert answer.status_code == 400, query
        assert query.split("=")[0] in answer.json()["detail"], query


def test_many_readings_become_few_and_the_peaks_stay(daemon):
    one = daemon("--simulate", "other", "--history", "20000")
    values = [{"rpm": 1000 + index % 7, "temperature": 20} for index in range(12000)]
    values[4321]["rpm"] = 9999
    values[8765]["temperature"] = -40
    for start in range(0, len(values), 4000):
        body = "\n".join(json.dumps(value) for value in values[start : start + 4000])
        headers = {"Content-Type": "application/x-ndjson"}
        requests.post(
            one.url + "/api/machines/press/readings", data=body, headers=headers, timeout=PATIENCE
        ).raise_for_status()
    answer = one.readings("press", maxPoints=200)
    assert answer["total"] == 12000 and len(answer["readings"]) <= 200
    seqs = [reading["seq"] for reading in answer["readings"]]
    assert seqs == sorted(seqs) and seqs[0] == 1 and seqs[-1] == 12000
    assert {4322, 8766} <= set(seqs)
    everything = {reading["seq"]: reading for reading in one.readings("press", limit=12000)["readings"]}
    assert all(reading == everything[reading["seq"]] for reading in answer["readings"])
    # Together with the other parameters.
    part = one.readings("press", maxPoints=10, since=8000, limit=3000)
    assert part["total"] == 3000 and part["readings"][0]["seq"] == 9001 and part["lost"] == 0
    middle = everything[6000]["timestamp"]
    early = one.readings("press", maxPoints=50, to=middle)
    assert max(reading["rpm"] for reading in early["readings"]) == 9999 and early["total"] >= 6000
    assert len(one.readings("press", maxPoints=5000, limit=7)["readings"]) == 7
    assert "total" not in one.readings("press", limit=7)
    lines = one.get("/api/machines/press/readings?maxPoints=200&format=ndjson").text.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == seqs
    table = csv.DictReader(io.StringIO(one.get("/api/machines/press/readings?maxPoints=200&format=csv").text))
    assert [int(row["seq"]) for row in table] == seqs
    for bad in ("2", "5001", "x", "", "-3", "3.5"):
        refused = one.get(f"/api/machines/press/readings?maxPoints={bad}")
        assert refused.status_code == 400 and "from 3 to 5000" in refused.json()["detail"], bad


def test_how_much_is_kept_and_what_time_it_is(gateway, viewer):
    kept = gateway.get("/api/machines/machineA").json()
    assert kept["ring"]["capacity"] == 1000 and kept["ring"]["count"] >= 20
    first = gateway.readings("machineA", limit=1000)["readings"][0]
    assert kept["ring"]["oldest"] == first["timestamp"] < kept["serverTime"]
    joined = viewer(gateway.url, transports=["websocket"]).ask("joinRoom", {"machine": "machineA", "ring": True})
    assert joined["ring"]["capacity"] == 1000 and joined["serverTime"] >= kept["serverTime"]


def test_the_gateway_tells_how_to_reach_it_and_no_secret(daemon, broker):
    one = daemon("--mqtt", f"mqtt://kim:hidden@localhost:{broker.port}", "--mqtt-topic", "plant/{machine}/{metric}")
    facts = one.get("/api/gateway").json()
    assert facts["mqtt"] == {
        "host": "localhost",
        "port": broker.port,
        "tls": False,
        "login": True,
        "topics": ["plant/{machine}/{metric}"],
    }
    assert facts["capacity"] == 1000 and facts["version"] and facts["epoch"]
    assert [source["name"] for source in facts["sources"]] == ["mqtt"]
    assert "hidden" not in one.get("/api/gateway").text and "kim" not in one.get("/api/gateway").text


def test_only_the_embedded_page_may_stand_in_frames_of_others(gateway):
    def policy(path):
        return gateway.get(path).headers["content-security-policy"].split("; ")

    assert "frame-ancestors *" in policy("/?embed=machineA&metric=rpm")
    for path in ("/", "/?embed=", "/?embed=a&embed=b", "/index.html?embed=a", "/api/machines?embed=a"):
        assert "frame-ancestors 'self'" in policy(path), path


def test_a_reload_asks_and_gets_nothing_twice(gateway):
    """Never stale: the browser asks each time. Fast: what it has is not sent again."""
    for path in ("/", "/styles.css", "/js/app.js"):
        first = gateway.get(path)
        assert first.headers["cache-control"] == "no-cache", path
        again = gateway.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304 and not again.content, path
    assert gateway.get("/api/gateway").headers["cache-control"] == "no-store"


def test_what_is_refused_is_told_live(gateway, viewer):
    """The room `$rejected` of /machines: beside the machine's room, in bounded numbers."""
    one = viewer(gateway.url, transports=["websocket"])
    assert one.ask("joinRoom", "machineB")["ok"]
    answer = one.ask("joinRoom", "$rejected")
    assert answer["ok"] and answer["room"] == "$rejected"
    assert len(answer["rejected"]) >= 1
    headers = {"Content-Type": "application/json"}
    for number in range(100):
        body = f'{{"rpm":"bad {number}"}}'
        requests.post(gateway.url + "/api/machines/press/readings", data=body, headers=headers, timeout=PATIENCE)

    def told():
        events = [event for event in one.of("rejected") if "bad" in event["excerpt"]]
        return sum(event.get("count", 1) for event in events) + sum(event.get("omitted", 0) for event in events)

    until(lambda: told() == 100, "all are told or counted as left out")
    first = next(event for event in one.of("rejected") if "bad" in event["excerpt"])
    assert first["source"] == "http" and first["machine"] == "press" and first["remedy"]
    assert first["excerpt"].startswith('{"rpm":"bad ')
    # The machine's room was not left for it.
    seen = len(one.of("machineData"))
    until(lambda: len(one.of("machineData")) > seen, "readings still come")
    assert one.ask("leaveRoom", "$rejected")["ok"]


def test_what_people_said_can_be_read_back(gateway, viewer):
    one = viewer(gateway.url, transports=["websocket"])
    one.ask("joinRoom", {"machine": "machineA", "username": "Kim"})
    one.ask("chatMessage", "the seal leaks")
    messages = gateway.get("/api/machines/machineA/messages").json()
    assert [(message["sender"], message["text"]) for message in messages] == [
        ("Server", "Kim joined"),
        ("Kim", "the seal leaks"),
    ]
    assert gateway.get("/api/machines/nobody/messages").status_code == 404
