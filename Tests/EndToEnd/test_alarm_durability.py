"""Alarms outlive `kill -9`: none is lost, none comes twice, and their windows are there when the ring has moved on."""

import json

import pytest
import requests

from waiting import PATIENCE, until

# Small: soon overwritten.
RING = 100

# Kills right after a reading was acknowledged, each with a machine of its own.
KILLS = 6


class Plant:
    """One daemon, asked over HTTP."""

    def __init__(self, daemon):
        self.daemon = daemon("--history", str(RING), "--log-level", "warning", "--simulate", "sim")
        self.session = requests.Session()

    def ask(self, method, path, expected, **options):
        answer = self.session.request(method, self.daemon.url + path, timeout=PATIENCE, **options)
        assert answer.status_code in expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def put(self, rule, **members):
        body = {"rule": rule, "machine": "*", "metric": "rpm", "kind": "high", "limit": 100_000, "latch": True}
        self.ask("PUT", f"/api/alarms/rules/{rule}", (200, 201), json=body | members)

    def send(self, machine, values):
        body = "".join(json.dumps({"rpm": value}) + "\n" for value in values)
        headers = {"Content-Type": "application/x-ndjson"}
        answer = self.ask("POST", f"/api/machines/{machine}/readings", (202,), data=body, headers=headers)
        assert answer.json()["accepted"] == len(values)

    def alarms(self):
        return {alarm["id"]: alarm for alarm in self.ask("GET", "/api/alarms", (200,)).json()["alarms"]}

    def history(self):
        events = self.ask("GET", "/api/alarms/history?limit=1000", (200,)).json()["events"]
        return [(event["alarm"], event["episode"], event["event"], event["at"]) for event in reversed(events)]

    def kill(self):
        self.daemon.kill()
        self.session.close()
        self.daemon.start()


@pytest.fixture
def plant(daemon):
    return Plant(daemon)


def pinned(plant, episode):
    return plant.ask("GET", f"/api/alarms/episodes/{episode}/readings", (200,)).json()["readings"]


def test_episodes_acknowledgements_and_windows_outlive_a_kill(plant):
    plant.put("hot")
    plant.put("known", text="somebody knows", priority="urgent")
    plant.send("press", range(1, 41))
    plant.send("press", [200_000])
    until(lambda: len(plant.alarms()) == 2, "both alarms")
    path = "/api/alarms/known:press/acknowledge"
    answer = plant.ask("POST", path, (200,), json={"by": "Kim", "comment": "on my way"}).json()
    assert answer["state"] == "acknowledged"
    # Nothing more may happen before the kill: the answer was the promise.
    alarms, history = plant.alarms(), plant.history()
    plant.kill()
    assert plant.alarms() == alarms
    assert plant.history() == history
    assert alarms["known:press"]["acknowledged"]["by"] == "Kim"
    assert [event[:3] for event in history if event[2] == "acknowledged"] == [
        ("known:press", alarms["known:press"]["episode"], "acknowledged")
    ]

    # The ring moves on; the windows stay, and go on after the kill.
    for first in range(100, 100 + 2 * RING, 40):
        plant.send("press", range(first, first + 40))
    until(lambda: plant.alarms()["hot:press"]["state"] == "returned", "the end of the alarm")
    assert plant.daemon.readings("press")["firstSeq"] > 41
    for alarm in alarms.values():
        readings = pinned(plant, alarm["episode"])
        assert [reading["seq"] for reading in readings] == list(range(1, 41 + 2 * RING + 1))
        assert readings[40]["rpm"] == 200_000
    plant.kill()
    assert [reading["rpm"] for reading in pinned(plant, alarms["hot:press"]["episode"])[:41]] == [
        *range(1, 41), 200_000,
    ]


def test_no_alarm_is_lost_by_a_kill_after_its_reading(plant):
    plant.put("hot")
    for number in range(KILLS):
        machine = f"press-{number}"
        plant.send(machine, [1])
        # Stored when it is answered; the alarm may or may not be in the database yet.
        plant.send(machine, [200_000 + number])
        plant.kill()
        until(lambda name=machine: f"hot:{name}" in plant.alarms(), f"the alarm of {machine}")
    alarms = plant.alarms()
    raised = [event for event in plant.history() if event[2] == "raised"]
    assert sorted(event[0] for event in raised) == sorted(f"hot:press-{number}" for number in range(KILLS))
    assert len({event[1] for event in raised}) == KILLS, "no number is given twice"
    assert {alarm["value"] for alarm in alarms.values()} == {200_000 + number for number in range(KILLS)}
