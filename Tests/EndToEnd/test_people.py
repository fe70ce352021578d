"""People in the room: names, messages and notes that stay, who is watching, the list for the next shift.

Over the wire: two viewers, hostile input, and `kill -9` at once after the acknowledgement. In browsers: two pages, one
of them behind a relay that is cut.
"""

import re

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tab import GATEWAY_AWAY
from waiting import PATIENCE, until

MOMENT = "2026-11-21T09:41:26.123Z"
# Playwright's own patience is 5 s.
expect.set_options(timeout=PATIENCE * 1000)

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.fixture
def gateway(daemon):
    one = daemon("--simulate", "machineA,machineB", "--simulate-interval", "200ms")
    for machine in ("machineA", "machineB"):
        one.wait_seq(machine, 1)
    return one


def messages(gateway, machine="machineA"):
    answer = gateway.get(f"/api/machines/{machine}/messages")
    assert answer.status_code == 200
    return [message for message in answer.json() if message["kind"] != "notice"]


def post(gateway, path, body, method="POST"):
    return requests.request(method, gateway.url + path, json=body, timeout=PATIENCE)


def items(gateway):
    return gateway.get("/api/handover").json()["items"]


def test_what_was_acknowledged_outlives_kill_9(gateway, viewer):
    kim, lou = viewer(gateway.url), viewer(gateway.url)
    kim.join("machineA", username="Kim")
    lou.join("machineA", username="Lou")
    first = kim.ask("chatMessage", "the seal leaks")
    assert first["ok"] is True
    note = lou.ask("chatMessage", {"text": "here", "kind": "note", "at": MOMENT})
    shown = kim.wait_where("message", lambda message: message["text"] == "here", "the note of the other one")
    assert list(shown) == ["sender", "text", "timestamp", "id", "kind", "at", "machine"]
    assert (shown["sender"], shown["kind"], shown["at"], shown["machine"]) == ("Lou", "note", MOMENT, "machineA")
    assert [first["id"], note["id"]] == [message["id"] for message in messages(gateway)]
    # The list, too: what was answered is on the disk.
    added = post(gateway, "/api/handover", {"text": "oil", "machine": "machineB", "by": "Kim"})
    assert added.status_code == 201
    ticked = post(gateway, f"/api/handover/{added.json()['id']}/done", {"by": "Lou"})
    assert ticked.json()["done"]["by"] == "Lou"
    before, listed = messages(gateway), items(gateway)
    last = kim.ask("chatMessage", "and again")
    gateway.kill()
    gateway.start()
    assert messages(gateway)[:-1] == before
    assert messages(gateway)[-1]["id"] == last["id"]
    assert items(gateway) == listed == [ticked.json()]
    gateway.restart()
    assert messages(gateway)[:-1] == before and items(gateway) == listed
    assert gateway.query("SELECT count(*) AS n FROM message")[0]["n"] == 3


def test_everybody_is_told_who_is_there(gateway, viewer):
    def names(one, wanted, guests):
        def fits(room):
            return [user["name"] for user in room["users"]] == wanted and room["guests"] == guests

        return one.wait_where("roomUsers", fits, f"{wanted} and {guests} guests")

    kim, other = viewer(gateway.url), viewer(gateway.url)
    kim.join("machineA", username="Kim")
    names(kim, ["Kim"], 0)
    other.join("machineA")
    assert names(kim, ["Kim"], 1)["machine"] == "machineA"
    names(other, ["Kim"], 1)
    assert other.ask("rename", {"username": "Lou"}) == {"ok": True, "username": "Lou"}
    names(kim, ["Kim", "Lou"], 0)
    kim.wait_where("message", lambda message: message["text"] == "Lou joined", "a notice")
    assert other.ask("rename", {"username": None})["ok"] is True
    names(kim, ["Kim"], 1)
    other.join("machineB", username="Lou")
    names(other, ["Lou"], 0)
    other.close()
    names(kim, ["Kim"], 0)


def test_hostile_people(gateway, viewer):
    one = viewer(gateway.url)
    assert one.ask("chatMessage", "nowhere")["error"]["code"] == "not_in_room"
    one.join("machineA")
    for argument, code in [
        ("x" * 2001, "bad_text"),
        ({"text": "a\u202eb"}, "bad_text"),
        ({"text": {"deep": [1]}}, "bad_text"),
        ([["text"]], "bad_text"),
        ({"text": "x", "kind": "notice"}, "bad_request"),
        ({"text": "x", "at": "soon"}, "bad_request"),
    ]:
        assert one.ask("chatMessage", argument)["error"]["code"] == code, argument
    for name in ("Server", "a\nb", "x" * 129, 5):
        assert one.ask("rename", {"username": name})["error"]["code"] == "bad_username", name
    for number in range(60):
        one.send("chatMessage", f"{number}")
    until(lambda: len(messages(gateway)) + len(one.of("errorMessage")) == 60, "an answer to each")
    refused = one.of("errorMessage")
    assert refused and {error["code"] for error in refused} == {"too_fast"}
    kept = [int(message["text"]) for message in messages(gateway)]
    assert kept == sorted(kept) and kept[:3] == [0, 1, 2]
    counted = re.search(r"telemetryd_socketio_refused_events_total (\d+)", gateway.get("/metrics").text)
    assert int(counted[1]) >= 11 + len(refused)


def test_the_list_is_told_to_who_sees_it(gateway, viewer):
    one, away = viewer(gateway.url), viewer(gateway.url)
    assert one.ask("joinRoom", "$handover") == {"ok": True, "items": []}
    added = post(gateway, "/api/handover", {"text": "check the seal"}).json()
    assert one.wait_where("handover", lambda listed: listed == [added], "the new item")
    assert added["by"] == "Guest" and "machine" not in added and "done" not in added
    for body in ({"text": "x" * 501}, {"text": "x", "by": "Server"}, {"text": "a\u0007"}):
        answer = post(gateway, "/api/handover", body)
        assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"
    assert post(gateway, f"/api/handover/{added['id']}", None, "DELETE").json() == {"ok": True}
    one.log.wait(lambda entries: ("handover", []) in entries, "the item goes")
    assert post(gateway, f"/api/handover/{added['id']}", None, "DELETE").status_code == 404
    assert one.ask("leaveRoom", "$handover")["ok"] is True
    away.barrier()
    assert away.of("handover") == []


def say(tab, text):
    tab.page.fill("#people-text", text)
    tab.page.press("#people-text", "Enter")
    expect(tab.page.locator("#people-text")).to_have_value("")


def said(tab, text):
    """Waits for the line that has this text, and returns it."""
    line = tab.page.locator("#people-log li", has_text=text)
    expect(line).to_have_count(1)
    return line


def test_two_pages_and_a_cut_link(gateway, page, relay):
    between = relay(gateway.port)
    kim = page(f"{gateway.url}/?machine=machineA")
    lou = page(f"http://127.0.0.1:{between.port}/?machine=machineA", **PHONE)
    lou.allow(*GATEWAY_AWAY)
    expect(kim.page.locator("#people-watching")).to_have_text("2 guests (you are one)")
    for tab, name in ((kim, "Kim"), (lou, "Lou")):
        tab.page.fill("#people-name", name)
        tab.page.click("#people-me button")
    expect(kim.page.locator("#people-watching")).to_have_text("Kim (you) and Lou")
    expect(lou.page.locator("#people-watching")).to_have_text("Kim and Lou (you)")

    say(kim, "the seal leaks")
    said(lou, "the seal leaks")
    # A note stands at its moment, in the charts of both.
    lou.page.check("#people-pin")
    moment = lou.page.input_value("#people-moment")
    say(lou, "two drops a minute")
    note = said(kim, "two drops a minute")
    assert note.get_attribute("data-kind") == "note"
    clock = moment.split("T")[1]
    expect(note.locator("a")).to_have_text(re.compile(rf"^note at {clock}"))
    for tab in (kim, lou):
        tab.page.wait_for_function(
            "() => [...document.querySelectorAll('.flag')].some((flag) => flag.ariaLabel.includes('two drops'))"
        )
    note.locator("a").click()
    kim.page.wait_for_url(re.compile(r"from=.*to="))

    # Cut: who is gone is told, what is written meanwhile stays in the field, and is there again with name and place.
    between.cut()
    expect(kim.page.locator("#people-watching")).to_have_text("Kim (you)")
    lou.page.fill("#people-text", "written in the dark")
    lou.page.click("#people-write button")
    expect(lou.page.locator("#people-answer")).to_contain_text("Not sent")
    say(kim, "said meanwhile")
    between.mend()
    said(lou, "said meanwhile")
    expect(kim.page.locator("#people-watching")).to_have_text("Kim (you) and Lou")
    lou.page.click("#people-write button")
    said(kim, "written in the dark")
    assert lou.page.locator("#people-log li", has_text="the seal leaks").count() == 1

    # The name is remembered, and a refused one is told where it was typed.
    lou.page.reload()
    expect(lou.page.locator("#people-name")).to_have_value("Lou")
    expect(lou.page.locator("#people-watching")).to_have_text("Kim and Lou (you)")
    lou.page.fill("#people-name", "Server")
    lou.page.click("#people-me button")
    expect(lou.page.locator("#people-name-answer")).not_to_be_empty()
    for tab, name in ((kim, "people"), (lou, "people-phone-dark")):
        wide = tab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name}: {wide} px wider than the screen"
        assert_accessible(tab)
        tab.screenshot(name)


def test_the_list_for_the_next_shift(gateway, page):
    kim = page(f"{gateway.url}/?view=handover")
    lou = page(f"{gateway.url}/?view=handover", **PHONE)
    kim.page.fill("#handover-name", "Kim")
    kim.page.fill("#handover-text", "check the seal")
    kim.page.select_option("#handover-machine", "machineB")
    kim.page.press("#handover-text", "Enter")
    row = lou.page.locator("#handover-list li", has_text="check the seal")
    expect(row).to_contain_text("Kim")
    # Everything by keyboard, with the focus where it was.
    box = row.get_by_role("checkbox", name="check the seal")
    box.focus()
    lou.page.keyboard.press("Space")
    expect(kim.page.locator("#handover-summary")).to_have_text("0 open, 1 done")
    expect(row).to_contain_text("done by Guest")
    expect(box).to_be_focused()
    for tab, name in ((kim, "handover"), (lou, "handover-phone-dark")):
        assert_accessible(tab)
        tab.screenshot(name)
    row.get_by_role("link", name="machineB").click()
    expect(lou.page.locator("#current-machine-label")).to_have_text("machineB")
    kim.page.get_by_role("button", name="Delete “check the seal”").click()
    expect(kim.page.locator("#handover-list li")).to_have_count(0)
    expect(kim.page.locator("#handover-text")).to_be_focused()
    until(lambda: items(gateway) == [], "the list is empty")


def assert_accessible(tab):
    found = Axe().run(tab.page)
    assert found.violations_count == 0, found.generate_report()
