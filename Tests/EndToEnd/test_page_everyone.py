"""The page for everyone: axe, keyboard alone, forced colours, any width, other locales, paper, no JavaScript."""

import json
import pathlib

import axe_playwright_python
import pytest

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

IS_LIVE = "() => document.querySelector('#link-state').dataset.state === 'live'"
VIEWS = ["", "?machine=machineA", "?view=alarms", "?view=data", "?view=handover"]
WIDTHS = [320, 390, 768, 1280, 1920, 3840]

# Elements that stick out to the right of the page, or the page itself.
OVERFLOWING = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter((one) => {
        return one.getBoundingClientRect().right > root.clientWidth + 0.5;
    });
    return [root.scrollWidth, ...wide.slice(0, 5).map((one) => one.id || one.className || one.tagName)];
}"""

# The element with the focus: a name for it, whether it can be seen, and whether its focus can.
FOCUSED = """() => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    return {
        name: one.id || one.dataset.view || one.className || one.tagName,
        isBody: one === document.body,
        isSeen: box.width > 0 && box.bottom > 0 && style.visibility === 'visible',
        isMarked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    };
}"""

# Stops of the Tab key in one view before the test takes it for a trap.
STOPS_MAX = 150


@pytest.fixture
def two(daemon):
    return daemon("--simulate", "machineA,machineB", "--simulate-interval", "100ms")


def go(tab, search):
    """Opens a view in the page that is there, as the back button does."""
    tab.page.evaluate("search => { history.pushState(null, '', search || '/'); dispatchEvent(new Event('popstate')); }",
                      search)  # fmt: skip
    view = search.partition("view=")[2] or ("machine" if "machine=" in search else "fleet")
    tab.page.wait_for_function("view => document.body.dataset.view === view", arg=view)
    # A view is loaded when it is first shown.
    tab.page.wait_for_function("id => !document.getElementById(id).ariaBusy", arg=f"{view}-view")


def violations(tab, rules=None):
    options = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": rules}} if rules else {})
    found = tab.page.evaluate(f"axe.run(document, {json.dumps(options)}).then((result) => result.violations)")
    return [f"{one['id']}: {[node['html'][:150] for node in one['nodes'][:3]]}" for one in found]


def test_axe_finds_nothing_in_either_scheme(two, page):
    # A colour on its way from one scheme to the other is neither.
    tab = page(two.url, reduced_motion="reduce")
    tab.page.wait_for_function(IS_LIVE)
    tab.page.evaluate(AXE + ";0")
    found = {}
    for search in [*VIEWS, "?machine=machineA&kiosk"]:
        go(tab, search.removesuffix("&kiosk"))
        if search.endswith("kiosk"):
            tab.page.keyboard.press("k")
        for scheme in ["light", "dark"]:
            tab.page.emulate_media(color_scheme=scheme)
            # Only colours differ between the schemes.
            found[f"{search} {scheme}"] = violations(tab, ["color-contrast"] if scheme == "dark" else None)
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("?")
    found["help"] = violations(tab)
    assert not any(found.values()), {name: problems for name, problems in found.items() if problems}


def test_no_width_is_too_narrow_or_too_wide(two, page):
    tab = page(two.url)
    tab.page.wait_for_function(IS_LIVE)
    overflowing = {}
    for search in VIEWS:
        go(tab, search)
        for width in WIDTHS:
            tab.page.set_viewport_size({"width": width, "height": 800 if width < 1920 else width * 9 // 16})
            overflowing[f"{search} {width}"] = tab.page.evaluate(OVERFLOWING)
    assert not any(overflowing.values()), {name: wide for name, wide in overflowing.items() if wide}


def test_the_keyboard_alone_reaches_everything(two, page):
    tab = page(two.url)
    tab.page.wait_for_function(IS_LIVE)
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.className") == "skip"
    tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("document.activeElement.id") == "main"
    for search in VIEWS:
        go(tab, search)
        tab.page.evaluate("document.querySelector('.skip').focus()")
        seen = []
        for _ in range(STOPS_MAX):
            tab.page.keyboard.press("Tab")
            focused = tab.page.evaluate(FOCUSED)
            if focused["isBody"] or focused["name"] == "skip":
                break
            assert focused["isSeen"] and focused["isMarked"], f"{search}: {focused}"
            seen.append(focused["name"])
        else:
            pytest.fail(f"{search}: no end after {STOPS_MAX} stops: {seen[-10:]}")
        assert {"fleet", "machine", "alarms", "data", "handover", "machine-select", "help-open"} <= set(seen), seen


def test_structure_for_screen_readers(two, page):
    tab = page(two.url)
    tab.page.wait_for_function(IS_LIVE)
    assert tab.page.locator("h1").count() == 1
    for role in ["banner", "navigation", "main"]:
        assert tab.page.get_by_role(role).count() == 1, role
    levels = tab.page.eval_on_selector_all(
        "h1, h2, h3, h4", "all => all.filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"
    )
    assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels
    # Samples are not read out: none of them stands in a live region.
    spoken = tab.page.eval_on_selector_all(
        "[aria-live], [role=status], [role=alert], [role=log]", "all => all.flatMap((one) => "
        "[...one.querySelectorAll('.value'), ...(one.closest('.card') ? [one] : [])]).length"
    )  # fmt: skip
    assert spoken == 0
    assert tab.page.text_content("[role=alert]") == "", "nothing has changed for the worse"


def test_forced_colours_keep_every_state_to_be_told(two, page):
    tab = page(f"{two.url}/?machine=machineA", forced_colors="active", reduced_motion="reduce")
    tab.page.wait_for_function(IS_LIVE)
    edges = tab.page.eval_on_selector_all(
        ".card, .trend, #link-state, #machine-select",
        "all => all.filter((one) => one.offsetHeight > 0).map((one) => getComputedStyle(one).borderTopStyle)",
    )
    assert edges and "none" not in edges
    current, other = tab.page.evaluate(
        """() => ['[aria-current]', ':not([aria-current])'].map((which) => {
            const style = getComputedStyle(document.querySelector(`#views a${which}`));
            return style.borderBottomWidth;
        })"""
    )
    assert current != other, "the current view is told without our colours"
    moving = tab.page.evaluate("document.getAnimations().length")
    assert moving == 0
    tab.screenshot("forced-colours")


def test_numbers_follow_the_browsers_locale(two, page):
    tab = page(f"{two.url}/?machine=machineA", locale="de-DE")
    tab.page.wait_for_function("() => /^\\d+,\\d+$/.test(document.querySelector('#pressure-value').textContent.trim())")
    assert two.get("/api/machines/machineA/readings?format=csv&limit=1").text.count(",") >= 4, "files stay files"


def test_paper_has_no_controls(two, page):
    tab = page(f"{two.url}/?machine=machineA", color_scheme="dark")
    tab.page.wait_for_function(IS_LIVE)
    tab.page.emulate_media(media="print")
    for hidden in ["#views", "#machine-select", "#help-open"]:
        assert not tab.page.is_visible(hidden), hidden
    pressed = tab.page.eval_on_selector_all(
        "button, select, input", "all => all.filter((one) => one.offsetHeight > 0).length"
    )
    assert pressed == 0
    assert tab.page.is_visible("#current-machine-label") and tab.page.is_visible("#clock")
    assert tab.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    tab.screenshot("print")


def test_without_javascript_the_page_says_where_the_values_are(two, page):
    tab = page(two.url, java_script_enabled=False)
    assert tab.page.is_visible("noscript a[href='/api/machines']")
    assert not tab.page.is_visible("#machine-select") and not tab.page.is_visible("main")


def test_an_empty_gateway_passes_axe_too(daemon, broker, page):
    one = daemon("--mqtt", broker.url)
    tab = page(one.url)
    tab.page.wait_for_function("() => document.body.dataset.view === 'empty'")
    tab.page.evaluate(AXE + ";0")
    assert violations(tab) == []
    tab.page.set_viewport_size({"width": 320, "height": 700})
    assert tab.page.evaluate(OVERFLOWING) == []
