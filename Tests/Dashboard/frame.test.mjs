import assert from "node:assert/strict";
import { test } from "node:test";

import { mergeKeys } from "../../public/js/help.js";
import { judgeFleet } from "../../public/js/judgement.js";
import { Keys } from "../../public/js/keyboard.js";
import { LimitLines } from "../../public/js/limits.js";
import { chooseMachine } from "../../public/js/machines.js";
import { Markers } from "../../public/js/markers.js";
import { DETAIL_MACHINES_MAX, resolveView } from "../../public/js/router.js";
import { Settings } from "../../public/js/settings.js";
import { describeView } from "../../public/js/titles.js";

const at = (view, isFleetNamed = false) => ({ view, isFleetNamed });

test("/ becomes what suits the number of machines", () => {
  const resolve = (count, place = at("fleet")) => {
    const { view, detail } = resolveView(place, count);
    return detail ? `${view}+detail` : view;
  };
  assert.equal(resolve(null), "loading");
  assert.equal(resolve(0), "empty");
  assert.equal(resolve(1), "machine");
  assert.equal(resolve(1, at("fleet", true)), "fleet+detail");
  assert.equal(resolve(2), "fleet+detail");
  assert.equal(resolve(DETAIL_MACHINES_MAX), "fleet+detail");
  assert.equal(resolve(DETAIL_MACHINES_MAX + 1), "fleet");
  assert.equal(resolve(null, at("machine")), "machine");
  assert.equal(resolve(0, at("machine")), "empty");
  for (const view of ["alarms", "data", "handover"]) assert.equal(resolve(0, at(view)), view);
});

test("the title says what is shown", () => {
  assert.deepEqual(describeView(at("machine"), "m"), { name: "m", title: "m · telemetryd" });
  assert.deepEqual(describeView({ view: "fleet", detail: true }, "m"), { name: "m", title: "m · telemetryd" });
  const fleet = describeView({ view: "fleet", detail: false }, null);
  assert.deepEqual(fleet, { name: "Fleet", title: "Fleet · telemetryd" });
  assert.deepEqual(describeView(at("machine"), null), { name: "…", title: "telemetryd" });
  assert.deepEqual(describeView(at("empty"), null), { name: "No machine yet", title: "telemetryd" });
});

test("no machine is taken for its place in the list when none was asked for", () => {
  const list = [{ machine: "a" }, { machine: "b" }];
  assert.equal(chooseMachine(list, null, null, true), "a");
  assert.equal(chooseMachine(list, null, null, false), null);
  assert.equal(chooseMachine(list, "b", null, false), "b");
  assert.equal(chooseMachine(list.slice(0, 1), null, null, false), null);
});

test("the fleet is live as long as one machine sends", () => {
  const up = { phase: "connected", reason: "", retryAt: null };
  const of = (...states) => judgeFleet(up, states.map((state, index) => ({ machine: `m${index}`, state })), 0);
  assert.deepEqual(of("live", "live"), { state: "live", title: "Live", detail: "" });
  assert.equal(of("live", "stale").detail, "1 of 2 machines send");
  assert.equal(of("offline", "stale").state, "nodata");
  const down = { phase: "waiting", reason: "the connection broke", retryAt: 2500 };
  assert.equal(judgeFleet(down, [], 0).detail, "the connection broke; next try in 3 s");
});

/** An element as far as a key cares. */
function element(tagName, more = {}) {
  return { tagName, type: "", isContentEditable: false, closest: () => null, getAttribute: () => null, ...more };
}

function press(keys, key, { target = element("BODY"), ...more } = {}) {
  let isPrevented = false;
  const event = { key, target, getModifierState: () => false, preventDefault: () => (isPrevented = true), ...more };
  keys.handle(event);
  return isPrevented;
}

test("keys work where no element needs them itself", () => {
  const keys = new Keys();
  const pressed = [];
  for (const key of ["k", " ", "[", "Escape"]) keys.add(key, key, () => pressed.push(key));
  const took = (key, how) => {
    pressed.length = 0;
    const isPrevented = press(keys, key, how);
    assert.equal(isPrevented, pressed.length > 0, "what was used is not used again");
    return pressed.length > 0;
  };
  assert.ok(took("k"));
  assert.ok(!took("x"));
  assert.ok(!took("k", { ctrlKey: true }));
  assert.ok(took("[", { ctrlKey: true, altKey: true, getModifierState: (name) => name === "AltGraph" }));
  assert.ok(!took("k", { target: element("INPUT", { type: "text" }) }));
  assert.ok(!took("k", { target: element("TEXTAREA") }));
  assert.ok(!took("k", { target: element("DIV", { isContentEditable: true }) }));
  assert.ok(!took("k", { target: element("SELECT") }), "letters choose in an open list");
  assert.ok(took("[", { target: element("SELECT") }));
  assert.ok(!took(" ", { target: element("BUTTON") }));
  assert.ok(took(" ", { target: element("CANVAS") }));
  assert.ok(took("k", { target: element("BUTTON") }));
  assert.ok(took("k", { target: element("INPUT", { type: "checkbox" }) }));
  assert.ok(!took(" ", { target: element("INPUT", { type: "checkbox" }) }));
  assert.ok(!took("k", { target: element("P", { closest: () => ({}) }) }), "a dialog is open");
  assert.ok(!took("k", { defaultPrevented: true }));
  keys.isOn = false;
  assert.ok(!took("k"));
  assert.ok(took("Escape"));
});

test("who added a key last is asked first, and may pass it on", () => {
  const keys = new Keys();
  const asked = [];
  keys.add(" ", "first", () => void asked.push("first"));
  keys.add(" ", "second", () => {
    asked.push("second");
    return asked.length < 3 ? undefined : false;
  });
  press(keys, " ");
  assert.deepEqual(asked, ["second"]);
  asked.push("filler");
  press(keys, " ");
  assert.deepEqual(asked, ["second", "filler", "second", "first"]);
});

test("keys that do the same stand in one row", () => {
  const keys = new Keys();
  keys.add("[", "previous, next", () => {});
  keys.add("]", "previous, next", () => {});
  keys.add(" ", "pause", () => {});
  assert.deepEqual(mergeKeys(keys.list), [
    { description: "previous, next", names: ["[", "]"] },
    { description: "pause", names: ["Space"] },
  ]);
});

/** A storage that may refuse. */
class FakeStorage {
  items = new Map();
  isFull = false;
  getItem(key) {
    return this.items.get(key) ?? null;
  }
  setItem(key, value) {
    if (this.isFull) throw new Error("full");
    this.items.set(key, value);
  }
  removeItem(key) {
    this.items.delete(key);
  }
}

test("settings are remembered, told, and survive a storage that refuses", () => {
  const storage = new FakeStorage();
  const settings = new Settings(storage);
  const told = [];
  settings.onChange("username", (value) => told.push(value));
  assert.equal(settings.get("username", "Guest"), "Guest");
  settings.set("username", "Kim");
  assert.equal(new Settings(storage).get("username", "Guest"), "Kim");
  storage.isFull = true;
  settings.set("username", "Ada");
  assert.equal(settings.get("username", "Guest"), "Ada", "for this visit");
  settings.set("username", null);
  assert.equal(settings.get("username", "Guest"), "Guest");
  storage.items.set("telemetryd.username", '"Lin"');
  settings.noteForeign("telemetryd.username");
  storage.items.set("telemetryd.username", "{broken");
  settings.noteForeign(null);
  settings.noteForeign("somebody.else");
  assert.deepEqual(told, ["Kim", "Ada", null, "Lin", null]);
  const without = new Settings(null);
  without.set("sound", true);
  assert.equal(without.get("sound", false), true);
});

test("markers of one machine by time, from all sources; a source replaces its own", () => {
  const markers = new Markers();
  let changes = 0;
  markers.onChange(() => (changes += 1));
  const marker = (machine, time) => ({ machine, time, kind: "note", text: "" });
  markers.set("people", [marker("a", 3), marker("b", 1)]);
  markers.set("alarms", [marker("a", 2)]);
  assert.deepEqual(markers.of("a").map(({ time }) => time), [2, 3]);
  markers.set("people", []);
  assert.deepEqual(markers.of("a").map(({ time }) => time), [2]);
  assert.equal(changes, 3);
});

test("limit lines belong to a machine and a metric", () => {
  const limits = new LimitLines();
  const line = (value) => ({ value, kind: "high", priority: "high" });
  limits.set("alarms", "a", "rpm", [line(1800)]);
  limits.set("other", "a", "rpm", [line(2000)]);
  assert.deepEqual(limits.of("a", "rpm").map(({ value }) => value), [1800, 2000]);
  assert.deepEqual(limits.of("a", "torque"), []);
  limits.set("alarms", "a", "rpm", []);
  assert.deepEqual(limits.of("a", "rpm").map(({ value }) => value), [2000]);
});
