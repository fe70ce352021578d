import assert from "node:assert/strict";
import { test } from "node:test";

import { Place, changePlace, changesToView, formatPlace, parsePlace, viewOf } from "../../public/js/place.js";

/** As much of a window as a place needs. */
class FakeWindow {
  #handlers = [];
  entries;
  constructor(search = "") {
    this.location = { pathname: "/", search, hash: "" };
    this.entries = [search];
    this.history = {
      state: null,
      pushState: (_state, _title, url) => this.#move(url, [...this.entries, null]),
      replaceState: (_state, _title, url) => this.#move(url, [...this.entries]),
    };
  }
  addEventListener(_event, handler) {
    this.#handlers.push(handler);
  }
  #move(url, entries) {
    this.location.search = url.slice(this.location.pathname.length);
    this.entries = entries;
    this.entries[this.entries.length - 1] = this.location.search;
  }
  back() {
    this.entries.pop();
    this.location.search = this.entries.at(-1);
    for (const handler of this.#handlers) handler();
  }
}

test("what is written is read back, whatever is in it", () => {
  for (const text of ["press 1", "a&b=c", "ä/?#", "100%", "+", "10:30,11:00"]) {
    assert.equal(parsePlace(formatPlace({ machine: text })).machine, text);
  }
  assert.equal(formatPlace({}), "");
  assert.equal(formatPlace({ machine: "m", kiosk: "" }), "?machine=m&kiosk");
  assert.deepEqual({ ...parsePlace("?kiosk&machine=m&machine=n") }, { kiosk: "", machine: "m" });
  assert.equal(formatPlace({ from: "2026-11-21T10:00:00Z" }), "?from=2026-11-21T10:00:00Z", "stays readable");
});

test("names the page does not know stay, values that no page wrote do not", () => {
  const changed = changePlace(parsePlace("?transport=polling"), { machine: "m" });
  assert.equal(formatPlace(changed), "?transport=polling&machine=m");
  assert.deepEqual({ ...parsePlace(`?q=${"x".repeat(201)}`) }, {});
  assert.equal(parsePlace("?constructor=1").constructor, "1");
  assert.equal(parsePlace("").constructor, undefined);
});

test("the view is named, or follows from the machine, or is the fleet", () => {
  assert.equal(viewOf(parsePlace("")), "fleet");
  assert.equal(viewOf(parsePlace("?machine=m")), "machine");
  assert.equal(viewOf(parsePlace("?view=alarms&machine=m")), "alarms");
  assert.equal(viewOf(parsePlace("?view=nonsense")), "fleet");
  assert.equal(viewOf(parsePlace("?view=fleet&machine=m")), "fleet");
  assert.equal(viewOf(parsePlace("?embed=m&metric=rpm")), "machine");
  assert.equal(viewOf(parsePlace("?embed=m&view=alarms")), "machine", "a frame shows one card and nothing else");
});

test("another view leaves behind what belonged to the old one, but not the kiosk", () => {
  const before = parsePlace("?machine=m&from=1&to=2&pause=3&q=x&kiosk&window=10m");
  const after = (view, more) => formatPlace(changePlace(before, changesToView(view, more)));
  assert.equal(after("alarms"), "?kiosk&window=10m&view=alarms");
  assert.equal(after("fleet"), "?kiosk&window=10m");
  assert.equal(after("fleet", { machine: "n" }), "?machine=n&kiosk&window=10m&view=fleet");
  assert.equal(after("machine", { machine: "n", from: "5" }), "?machine=n&from=5&kiosk&window=10m");
  assert.equal(after("machine"), "?kiosk&window=10m&view=machine");
});

test("going makes an entry for the back button, setting a detail does not, and both are told", () => {
  const window = new FakeWindow("?machine=a");
  const place = new Place(window);
  const told = [];
  const end = place.onChange(() => told.push(window.location.search));
  place.set({ window: "10m" });
  place.set({ window: "10m" });
  place.go("alarms");
  assert.deepEqual(window.entries, ["?machine=a&window=10m", "?window=10m&view=alarms"]);
  assert.equal(place.view, "alarms");
  window.back();
  assert.equal(place.machine, "a");
  assert.equal(place.get("window"), "10m");
  assert.deepEqual(told, ["?machine=a&window=10m", "?window=10m&view=alarms", "?machine=a&window=10m"]);
  end();
  place.set({ window: null });
  assert.equal(told.length, 3);
  assert.equal(place.href("data"), "/?view=data");
});
