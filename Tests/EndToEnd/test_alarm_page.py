"""Alarms in the page: set, seen on two pages at once, acknowledged, shelved, heard once, and kept with their window."""

from urllib.parse import urlsplit

import requests

from tab import GATEWAY_AWAY
from waiting import PATIENCE, until

IS_TEXT = "([selector, text]) => document.querySelector(selector)?.textContent.trim() === text"
CONTAINS = "([selector, text]) => document.querySelector(selector)?.textContent.includes(text) === true"
STANDING_IS = "([selector, standing]) => document.querySelector(selector)?.dataset.standing === standing"
IS_LISTED = "(count) => document.querySelectorAll('#alarm-list > li').length === count"
TONES_ARE = "(count) => window.tones === count"

# Counts what is heard: each tone of a sound is an oscillator that is started.
COUNT_TONES = """
    window.tones = 0;
    const start = AudioScheduledSourceNode.prototype.start;
    AudioScheduledSourceNode.prototype.start = function (...when) {
        window.tones += 1;
        return start.apply(this, when);
    };
"""

# Tones of one sound, by priority, as the page makes them.
TONES = {"high": 3, "urgent": 5}

STRIP = ".alarm-strip"
ITEM = "#alarm-list > li"


def post(daemon, rpm, machine="press1"):
    """Sends a reading; when this returns it is stored and judged."""
    url = f"{daemon.url}/api/machines/{machine}/readings"
    assert requests.post(url, json={"rpm": rpm}, timeout=PATIENCE).status_code == 202


def wait_text(tab, selector, text, how=CONTAINS):
    tab.page.wait_for_function(how, arg=[selector, text])


def open_page(page, url, path):
    """A page whose sounds are counted."""
    tab = page(f"{url}{path}")
    tab.context.add_init_script(COUNT_TONES)
    tab.page.reload()
    tab.page.wait_for_function("() => document.querySelector('#link-state').dataset.state !== 'connecting'")
    return tab


def wait_events(daemon, count):
    """Until the history has so many events; returns them, oldest first."""
    return until(
        lambda: len(events := daemon.get("/api/alarms/history").json()["events"]) == count and events[::-1],
        f"{count} events in the history",
    )


def set_limit(tab, limit):
    """In two clicks: the limits of the shown machine, save."""
    tab.page.click(f"{STRIP} [data-part=limits]")
    tab.page.locator("dialog[open]").get_by_label("rpm (", exact=False).nth(1).fill(limit)
    tab.page.click("dialog[open] .primary")
    tab.page.wait_for_selector("dialog[open]", state="detached")


def test_an_alarm_from_its_limit_to_its_history_on_two_pages(daemon, page, relay):
    one = daemon("--mqtt", "mqtt://127.0.0.1:1")
    post(one, 1000)
    between = relay(one.port)
    shop = open_page(page, f"http://127.0.0.1:{between.port}", "/?machine=press1")
    shop.allow(*GATEWAY_AWAY)
    office = page(f"{one.url}/?view=alarms")
    wait_text(office, "#alarms-summary", "No alarm.")
    wait_text(shop, f"{STRIP} [data-part=text]", "No alarm", IS_TEXT)

    # The viewer allows sound: one tone says that it works.
    shop.page.click(f"{STRIP} [data-part=sound]")
    wait_text(shop, f"{STRIP} [data-part=sound]", "Sound is on", IS_TEXT)
    shop.page.wait_for_function(TONES_ARE, arg=1)
    set_limit(shop, "1500")
    rule = one.get("/api/alarms/rules").json()["rules"][0]
    assert (rule["rule"], rule["limit"], rule["machine"]) == ("press1-rpm-high", 1500, "press1")

    # Above it: both pages, once heard, said, counted; still above it: nothing more.
    post(one, 1600)
    shop.page.wait_for_function(STANDING_IS, arg=[STRIP, "unacknowledged"])
    wait_text(shop, f"{STRIP} [data-part=facts]", "NEW")
    wait_text(shop, "#alarm-say", "high alarm: press1, rpm above 1500")
    shop.page.wait_for_function(TONES_ARE, arg=1 + TONES["high"])
    shop.page.wait_for_function("() => document.title.startsWith('(1) ')")
    office.page.wait_for_function(STANDING_IS, arg=[ITEM, "unacknowledged"])
    wait_text(office, "#views [data-view=alarms] .count", "1")
    post(one, 1700)
    shop.screenshot("alarm-machine")
    office.screenshot("alarm-list")

    # By keyboard alone, with name and comment; the other page shows it.
    office.page.keyboard.press("a")
    office.page.locator("dialog[open]").get_by_label("Your name").fill("Kim")
    office.page.locator("dialog[open]").get_by_label("Comment").fill("<b>belt</b>")
    office.page.keyboard.press("Enter")
    office.page.wait_for_function(STANDING_IS, arg=[ITEM, "acknowledged"])
    wait_text(office, ITEM, "Acknowledged by Kim")
    shop.page.wait_for_function(STANDING_IS, arg=[STRIP, "acknowledged"])
    shop.page.click(f"{STRIP} [data-part=more]")
    wait_text(shop, "#machine-alarm-list > li", "“<b>belt</b>”")
    assert "data-count" not in shop.page.locator("#views [data-view=alarms] .count").evaluate("(e) => e.outerHTML")

    # It clears, on both; the history knows all of it.
    post(one, 1000)
    wait_text(shop, f"{STRIP} [data-part=text]", "No alarm", IS_TEXT)
    office.page.wait_for_function(IS_LISTED, arg=0)
    office.page.wait_for_function("() => document.querySelectorAll('#alarm-history tbody tr').length === 3")
    cells = office.page.locator("#alarm-history [data-part=event]").all_inner_texts()
    assert cells == ["cleared", "acknowledged", "raised"]
    assert "Kim: <b>belt</b>" in office.page.inner_text("#alarm-history")

    # The line is cut, an alarm comes: heard once when the line is back, and not again after a reload.
    between.cut()
    shop.page.wait_for_function("() => document.querySelector('#link-state').dataset.state === 'disconnected'")
    post(one, 1600)
    episode = wait_events(one, 4)[-1]["episode"]
    between.mend()
    shop.page.wait_for_function(STANDING_IS, arg=[STRIP, "unacknowledged"])
    shop.page.wait_for_function(TONES_ARE, arg=1 + 2 * TONES["high"])
    shop.page.reload()
    shop.page.wait_for_function(STANDING_IS, arg=[STRIP, "unacknowledged"])
    shop.page.click("#current-machine-label")
    wait_text(shop, f"{STRIP} [data-part=sound]", "Sound is on", IS_TEXT)
    assert shop.page.evaluate("window.tones") == 0

    # The moment: a link that shows it, with the readings that are pinned.
    office.page.wait_for_function(STANDING_IS, arg=[ITEM, "unacknowledged"])
    csv = office.page.get_attribute(f"{ITEM} [data-part=csv]", "href")
    assert csv == f"/api/alarms/episodes/{episode}/readings?format=csv"
    assert ",1600," in one.get(csv).text
    office.page.click(f"{ITEM} [data-part=moment]")
    wait_text(office, ".episode", f"Alarm {episode}: press1, rpm above 1500")
    assert {f"alarm={episode}", "machine=press1"} <= set(urlsplit(office.page.url).query.split("&"))


def test_shelving_urgent_alarms_and_rules(daemon, page):
    one = daemon("--mqtt", "mqtt://127.0.0.1:1")
    post(one, 1000)
    shop = open_page(page, one.url, "/?machine=press1")
    office = page(f"{one.url}/?view=alarms")
    wait_text(office, "#alarms-summary", "No alarm.")

    # A rule by its form, which says what is wrong with it.
    office.page.click("#rule-add")
    office.page.locator("dialog[open]").get_by_label("Limit (").fill("fast")
    office.page.locator("dialog[open]").get_by_label("Priority").select_option("urgent")
    office.page.locator("dialog[open]").get_by_label("Text").fill("Spindle too fast")
    office.page.click("dialog[open] .primary")
    wait_text(office, "dialog[open] .field-error:not(:empty)", "a number")
    office.page.locator("dialog[open]").get_by_label("Limit (").fill("1500")
    office.page.click("dialog[open] .primary")
    wait_text(office, "#rules", "all-rpm-high")

    # Urgent: a banner in every view, which says that the sound is off; it is.
    post(one, 1600)
    wait_text(shop, ".alarm-banner:not([hidden]) .banner-text", "press1: Spindle too fast")
    wait_text(shop, ".alarm-banner", "The sound is off")
    assert shop.page.evaluate("window.tones") == 0
    shop.screenshot("alarm-urgent")

    office.page.click(f"{ITEM} [data-part=shelve]")
    office.page.locator("dialog[open]").get_by_label("1 h").check()
    office.page.locator("dialog[open]").get_by_label("Comment").fill("belt is being changed")
    office.page.click("dialog[open] .primary")
    office.page.wait_for_function(STANDING_IS, arg=[ITEM, "shelved"])
    wait_text(office, f"{ITEM} [data-part=person]", "59 min left: “belt is being changed”")
    shop.page.wait_for_selector(".alarm-banner", state="hidden")
    shop.page.wait_for_function(STANDING_IS, arg=[STRIP, "shelved"])
    office.page.click(f"{ITEM} [data-part=unshelve]")
    shop.page.wait_for_selector(".alarm-banner:not([hidden])")

    # Without its rule there is no alarm.
    office.page.click("#rules [data-part=remove]")
    office.page.click("dialog[open] .primary")
    office.page.wait_for_function(IS_LISTED, arg=0)
    wait_text(shop, f"{STRIP} [data-part=text]", "No alarm", IS_TEXT)
    assert one.get("/api/alarms/rules").json() == {"rules": []}
