"""Missing data explained: the data view and the page of a gateway without machines, in a real browser."""

import subprocess

import requests

from test_dashboard import PHONE
from waiting import PATIENCE

IS_LISTED = "(count) => document.querySelectorAll('#data-refusals > li').length === count"
IS_TEXT = "([selector, text]) => document.querySelector(selector).textContent.trim() === text"
CONTAINS = "([selector, text]) => document.querySelector(selector).textContent.includes(text)"
CELL_IS = """([machine, name, text]) => [...document.querySelectorAll('#data-arrivals tbody tr')]
    .find((row) => row.querySelector('a').textContent === machine)
    ?.querySelector(`[data-part="${name}"]`).textContent === text"""


def post(daemon, machine, body):
    """Sends something that will be refused."""
    headers = {"content-type": "application/json"}
    url = f"{daemon.url}/api/machines/{machine}/readings"
    assert requests.post(url, data=body.encode(), headers=headers, timeout=PATIENCE).status_code in (413, 422)


def wait_cell(tab, machine, name, text):
    tab.page.wait_for_function(CELL_IS, arg=[machine, name, text])


def wait_text(tab, selector, text, how=IS_TEXT):
    tab.page.wait_for_function(how, arg=[selector, text])


def test_the_data_view_shows_what_arrives_and_what_is_refused_while_it_happens(daemon, broker, page):
    one = daemon("--mqtt", broker.url, "--mqtt-topic", "machines/{machine}/telemetry")
    broker.wait_subscriber()
    broker.publish_lines("machines/press1/telemetry", ['{"rpm":%d}' % rpm for rpm in range(5)])
    broker.publish("machines/press2/telemetry", '{"rpm":1}')
    one.wait_seq("press1", 5)
    one.wait_seq("press2", 1)
    tab = page(f"{one.url}/?view=data")
    wait_cell(tab, "press1", "stored", "5")
    wait_cell(tab, "press2", "rejected", "0")
    wait_text(tab, "#data-sources", "connected to mqtt://", CONTAINS)
    assert tab.page.is_visible("#data-none")

    # Live, without asking for the page again; hostile text stays text.
    broker.publish("machines/press1/telemetry", '<img src=x onerror="window.hacked=1">\x1b\u202e\n')
    tab.page.wait_for_function(IS_LISTED, arg=1)
    first = tab.page.inner_text("#data-refusals > li")
    for expected in ("Refused: not JSON", "machines/press1/telemetry", "expected a value", "‹ESC›‹U+202E›‹LF›"):
        assert expected in first
    assert tab.page.evaluate("window.hacked") is None
    wait_cell(tab, "press1", "rejected", "1")
    wait_cell(tab, "press1", "reasons", "1 not JSON")

    broker.publish("machines/press2/telemetry", '{"rpm":"fast"}')
    tab.page.wait_for_function(IS_LISTED, arg=2)
    tab.page.select_option("#data-machine", "press2")
    tab.page.wait_for_function(IS_LISTED, arg=1)
    assert "no number in it" in tab.page.inner_text("#data-refusals")
    assert "filter=press2" in tab.page.url

    # Held, the list stays as it is and says what waits.
    tab.page.click("#data-hold")
    broker.publish("machines/press2/telemetry", "again")
    wait_text(tab, "#data-hold", "Go on (1 new)")
    assert tab.page.evaluate(IS_LISTED, 1)
    tab.page.click("#data-hold")
    tab.page.wait_for_function(IS_LISTED, arg=2)
    tab.screenshot("data")


def test_an_empty_gateway_says_what_was_refused_and_gives_lines_that_work(daemon, broker, page):
    one = daemon("--mqtt", broker.url, "--mqtt-topic", "plant/{line}/{machine}/data")
    broker.wait_subscriber()
    tab = page(one.url, **PHONE)
    line = f"mosquitto_pub -h localhost -p {broker.port} -t plant/line1/press1/data "
    wait_text(tab, "#publish-example", line, CONTAINS)
    assert not tab.page.is_visible("#empty-refused")

    broker.publish("plant/north/press9/data", "not json")
    broker.publish("plant/north/press9/data", '{"rpm":null}')
    wait_text(tab, "#empty-refused-title", "2 messages were refused:")
    assert tab.page.locator("#empty-view > *").first.get_attribute("id") == "empty-refused"
    assert "plant/north/press9/data" in tab.page.inner_text("#empty-refusals")
    tab.screenshot("empty-refused")

    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.page.click("#post-copy")
    wait_text(tab, "#post-copy", "Copied")
    assert tab.page.evaluate("navigator.clipboard.readText()") == tab.page.inner_text("#post-example").strip()
    # The line does what it says: the machine appears by itself.
    command = tab.page.inner_text("#publish-example")
    subprocess.run(["bash", "-c", command.replace("localhost", "127.0.0.1")], check=True, timeout=PATIENCE)
    wait_text(tab, "#rpm-value", "1480")
    assert tab.page.inner_text("#current-machine-label") == "press1"
    posted = tab.page.text_content("#post-example")
    answer = subprocess.run(["bash", "-c", f"{posted} -s"], check=True, timeout=PATIENCE, capture_output=True)
    assert answer.stdout.startswith(b'{"accepted":1')
