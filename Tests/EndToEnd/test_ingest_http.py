"""Readings in over HTTP (interface section 6): answered after the commit, in four forms, with idempotency keys."""

import concurrent.futures
import http.client
import json
import sqlite3
import threading

import pytest
import requests

from waiting import PATIENCE, until

PROBLEM = "application/problem+json"


@pytest.fixture
def gateway(daemon):
    """A daemon with one simulated machine; all others come over HTTP."""
    return daemon("--simulate", "sim", "--simulate-interval", "100ms", "--history", "5000")


def post(gateway, path, body, content_type="application/json", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type is not None:
        named["Content-Type"] = content_type
    return requests.post(gateway.url + path, data=body, headers=named, timeout=PATIENCE)


def assert_problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert body["status"] == status and body["title"] and body["detail"]
    return body


@pytest.mark.parametrize(
    ("content_type", "body", "count"),
    [
        ("application/json", '{"rpm":1480.2,"torque":120.5,"pressure":6.02}', 1),
        ("application/json", '[{"rpm":1},{"rpm":2,"vibration":0.5},{"ts":1795254086,"values":{"rpm":3}}]', 3),
        ("application/x-ndjson", '{"rpm":1}\n{"rpm":2}\n\n{"rpm":3}\n', 3),
        ("application/json", '{"rpm":1}\n{"rpm":2}\n', 2),
        ("text/csv; charset=utf-8", "timestamp,rpm,torque\n2026-11-21T09:00:00Z,1,2\n2026-11-21T09:00:01Z,3,\n", 2),
        ("text/plain", "press,line=2 rpm=1480.5,torque=120 1795254086123000000\npress rpm=1\n", 2),
        (None, '{"rpm":1}', 1),
    ],
    ids=["object", "array", "ndjson", "ndjson as json", "csv", "line protocol", "no type"],
)
def test_every_form_is_stored_when_it_is_answered(gateway, content_type, body, count):
    answer = post(gateway, "/api/machines/press/readings", body, content_type)
    assert answer.status_code == 202, answer.text
    assert answer.json()["accepted"] == count and answer.json()["rejected"] == []
    # After the commit: in the database, for any other program, and in the API, without waiting.
    assert gateway.query("SELECT last_seq FROM machines WHERE machine = ?", "press") == [{"last_seq": count}]
    readings = gateway.readings("press")["readings"]
    assert [reading["seq"] for reading in readings] == list(range(1, count + 1))
    assert readings[0]["rpm"] in (1, 1480.2, 1480.5)


def test_the_good_are_taken_and_the_bad_are_told(gateway):
    body = '[{"rpm":1},{"rpm":"fast"},{"rpm":2},{"note":"x"},{"rpm":3}]'
    answer = post(gateway, "/api/machines/m/readings", body)
    assert answer.status_code == 202
    told = answer.json()
    assert told["accepted"] == 3
    assert [one["index"] for one in told["rejected"]] == [1, 3]
    assert all(one["reason"] and one["remedy"] for one in told["rejected"])
    log = gateway.get("/api/rejected").json()
    assert sum(log["counts"].values()) == 2
    assert {entry["source"] for entry in log["rejected"]} == {"http"}
    assert {entry["machine"] for entry in log["rejected"]} == {"m"}
    ledger = gateway.get("/api/machines/m").json()["ledger"]
    assert ledger["stored"] == 3 and sum(ledger["rejected"].values()) == 2
    assert ledger["received"] == 5


def test_readings_that_name_their_machine(gateway):
    body = '[{"machine":"a1","rpm":1},{"machine":"a2","rpm":2},{"machine":".bad","rpm":3}]'
    answer = post(gateway, "/api/readings", body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["accepted"] == 2 and [one["index"] for one in answer.json()["rejected"]] == [2]
    assert gateway.last_seq("a1") == 1 and gateway.last_seq("a2") == 1


def test_line_protocol_in_seconds(gateway):
    path = "/api/machines/m/readings?precision="
    assert post(gateway, path + "s", "m rpm=1 1795254086", "text/plain").status_code == 202
    assert gateway.readings("m")["readings"][0]["timestamp"] == "2026-11-21T09:41:26.000Z"
    assert "precision" in assert_problem(post(gateway, path + "h", "m rpm=1 1", "text/plain"), 400)["detail"]


def test_refusals(gateway):
    path = "/api/machines/m/readings"
    body = assert_problem(post(gateway, path, "nonsense"), 422)
    assert body["rejected"][0]["reason"] == "notJSON"
    assert_problem(post(gateway, path, ""), 422)
    assert_problem(post(gateway, path, "<a/>", "application/xml"), 415)
    assert_problem(post(gateway, path, '{"rpm":1}', Content_Encoding="gzip"), 415)
    assert_problem(post(gateway, "/api/machines/.m/readings", '{"rpm":1}'), 400)
    assert_problem(post(gateway, path, '{"rpm":1}', Origin="http://elsewhere.example"), 403)
    assert_problem(post(gateway, path, '{"rpm":1}', Idempotency_Key="a b"), 400)
    refused = requests.put(gateway.url + path, data="{}", timeout=PATIENCE)
    assert_problem(refused, 405)
    assert refused.headers["allow"] == "GET, HEAD, POST"
    assert "m" not in gateway.machines()


def test_bodies_are_limited_with_and_without_a_length(gateway):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=PATIENCE)
    connection.putrequest("POST", "/api/machines/m/readings")
    connection.putheader("Content-Length", str(2**20 + 1))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413 and answer.headers["content-type"] == PROBLEM
    connection.close()

    def chunks():
        for _ in range(200):
            yield b" " * 16384

    streamed = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=PATIENCE)
    status = None
    try:
        streamed.request("POST", "/api/machines/m/readings", body=chunks(), encode_chunked=True)
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        status = streamed.getresponse().status
    except (http.client.HTTPException, OSError):
        pass
    # The answer may be lost behind the reset; what counts is that the connection ends and nothing is kept.
    assert status in (413, None)
    assert gateway.get("/healthz").status_code == 200


def test_a_keyed_request_is_stored_once(gateway):
    path, body = "/api/machines/m/readings", '[{"rpm":1},{"rpm":"x"}]'
    first = post(gateway, path, body, Idempotency_Key="one")
    again = post(gateway, path, body, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers and again.headers["idempotency-replayed"] == "true"
    assert_problem(post(gateway, path, '{"rpm":2}', Idempotency_Key="one"), 422)
    assert gateway.last_seq("m") == 1
    assert post(gateway, path, body, Idempotency_Key="two").status_code == 202
    assert gateway.last_seq("m") == 2


def test_one_key_from_many_at_once_is_stored_once(gateway):
    body = json.dumps([{"rpm": number} for number in range(500)])
    ready = threading.Barrier(8)

    def send(_):
        ready.wait(PATIENCE)
        return post(gateway, "/api/machines/m/readings", body, Idempotency_Key="same").status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send, range(8)))
    assert set(statuses) <= {202, 409} and 202 in statuses
    assert gateway.last_seq("m") == 500


def test_a_database_that_cannot_be_written_asks_to_come_again(gateway):
    assert post(gateway, "/api/machines/m/readings", '{"rpm":1}').status_code == 202
    # Somebody else holds the write lock for longer than a commit waits.
    other = sqlite3.connect(gateway.database, isolation_level=None, timeout=PATIENCE)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = post(gateway, "/api/machines/m/readings", '{"rpm":2}', Idempotency_Key="later")
        assert_problem(answer, 503)
        assert int(answer.headers["retry-after"]) >= 1
        store = gateway.get("/readyz").json()["store"]
        assert store["ok"] is False and store["detail"]
    finally:
        other.execute("ROLLBACK")
        other.close()
    until(
        lambda: post(gateway, "/api/machines/m/readings", '{"rpm":2}', Idempotency_Key="later").status_code == 202,
        "the database is taken back",
    )
    assert [reading["rpm"] for reading in gateway.readings("m")["readings"]] == [1, 2]


def test_faults_for_simulated_machines(gateway):
    known = post(gateway, "/api/simulator/sim/fault", '{"fault":"stall","duration":"30s"}')
    assert known.status_code == 202, known.text
    body = assert_problem(post(gateway, "/api/simulator/sim/fault", '{"fault":"rust"}'), 422)
    for name in ("stall", "leak", "flatline", "dropout", "burst", "drift", "spike"):
        assert name in body["detail"]
    assert_problem(post(gateway, "/api/simulator/other/fault", '{"fault":"stall"}'), 404)
    assert_problem(post(gateway, "/api/simulator/sim/fault", "{}"), 400)
    until(
        lambda: gateway.readings("sim", limit=1)["readings"][0].get("rpm", 1) == 0,
        "the machine stands still",
    )
