import assert from "node:assert/strict";
import { test } from "node:test";

import { cleanItems, inOrder, summary } from "../../public/js/people/items.js";
import { MessageLog } from "../../public/js/people/log.js";
import { meOf } from "../../public/js/people/me.js";
import { cleanName, nameProblem } from "../../public/js/people/names.js";
import { describeRoom, inputTime, momentOf, rangeAround, shortTime, whyRefused } from "../../public/js/people/words.js";
import { Settings } from "../../public/js/settings.js";

const START = Date.parse("2026-11-21T09:00:00.000Z");
const iso = (seconds) => new Date(START + seconds * 1000).toISOString();
const said = (id, text, seconds = id, more = {}) =>
  ({ id, text, sender: "Kim", timestamp: iso(seconds), kind: "message", machine: "a", ...more });
const notice = (text, seconds) =>
  ({ text, sender: "Server", timestamp: iso(seconds), kind: "notice", machine: "a" });

test("a name that the gateway would refuse is never sent", () => {
  assert.equal(cleanName("  Kim "), "Kim");
  const long = ["x".repeat(129), "ä".repeat(65)];
  for (const bad of ["", "  ", null, 5, {}, "Server", "sErVeR ", "a\nb", "\u202eevil", ...long]) {
    assert.equal(cleanName(bad), null, String(bad));
  }
  assert.equal(nameProblem(""), "");
  assert.notEqual(nameProblem("server"), "");
  assert.equal(cleanName("ä".repeat(64)), "ä".repeat(64));
});

test("the log takes what belongs to its machine, once", () => {
  const log = new MessageLog();
  assert.equal(log.take(said(1, "early")), false);
  log.show("a");
  assert.equal(log.take(said(1, "one")), true);
  assert.equal(log.take(said(1, "one")), false);
  assert.equal(log.take(said(2, "elsewhere", 2, { machine: "b" })), false);
  assert.equal(log.take(notice("Lou joined", 3)), true);
  assert.equal(log.take(notice("Lou joined", 3)), false);
  for (const odd of [null, 5, {}, { ...said(9, "x"), timestamp: "soon" }, { ...said(9, "x"), at: "soon" }]) {
    assert.equal(log.take(odd), false);
  }
  assert.deepEqual(log.lines.map(({ text }) => text), ["one", "Lou joined"]);
  log.show("b");
  assert.deepEqual(log.lines, []);
});

test("what is kept takes the place of what was there; what came meanwhile stays", () => {
  const log = new MessageLog();
  log.show("a");
  log.take(notice("before the restart", 0));
  log.take(said(3, "came meanwhile"));
  log.fill("a", [said(1, "one"), said(2, "two"), "nonsense", said(7, "b", 7, { machine: "b" })]);
  assert.deepEqual(log.lines.map(({ text }) => text), ["one", "two", "came meanwhile"]);
  log.fill("b", [said(9, "late answer", 9, { machine: "b" })]);
  log.fill("a", { error: "no list" });
  assert.equal(log.lines.length, 3);
  for (let id = 10; id < 300; id += 1) log.take(said(id, `${id}`));
  assert.equal(log.lines.length, 200);
  assert.equal(log.lines[199].id, 299);
});

test("messages and notes are pinned to their moment, notices to none", () => {
  const log = new MessageLog();
  log.show("a");
  log.take(said(1, "seal", 60, { kind: "note", at: iso(10) }));
  log.take(said(2, "thanks", 61));
  log.take(notice("Lou left", 62));
  assert.deepEqual(log.markers, [
    { time: START + 10_000, kind: "note", text: "Kim: seal", machine: "a" },
    { time: START + 61_000, kind: "message", text: "Kim: thanks", machine: "a" },
  ]);
});

test("who is there, in words", () => {
  const room = (names, guests, more) => ({ users: names.map((name) => ({ name })), guests, more });
  assert.equal(describeRoom(null, null), "");
  assert.equal(describeRoom(room([], 0), null), "nobody");
  assert.equal(describeRoom(room([], 1), null), "you, without a name");
  assert.equal(describeRoom(room([], 3), null), "3 guests (you are one)");
  assert.equal(describeRoom(room(["Kim"], 0), "Kim"), "Kim (you)");
  assert.equal(describeRoom(room(["Kim", "Lou"], 2), "Lou"), "Kim, Lou (you) and 2 guests");
  assert.equal(describeRoom(room(["A", "B", "C", "D", "E", "F", "G"], 0), "Z"), "A, B, C, D, E, F and G");
  assert.equal(describeRoom(room(["A", "B", "C", "D", "E", "F", "G", "H"], 1, 7), "Z"),
    "A, B, C, D, E, F, 9 more and 1 guest");
});

test("a moment keeps its milliseconds until somebody types another", () => {
  const time = START + 123;
  assert.equal(momentOf(inputTime(time), time), time);
  assert.equal(momentOf(inputTime(time), null), START);
  assert.equal(momentOf(inputTime(START + 5000), time), START + 5000);
  assert.equal(momentOf("", time), null);
  assert.match(shortTime(time, time), /^\d\d:\d\d$/);
  assert.match(shortTime(time, time + 3 * 86_400_000), /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  assert.equal(whyRefused({ error: { message: "Too fast." } }), "Too fast.");
  assert.equal(whyRefused({ detail: "Full." }), "Full.");
  assert.notEqual(whyRefused(null), "");
});

test("the window around a moment does not reach beyond now", () => {
  assert.deepEqual(rangeAround(START, START + 3_600_000), { from: iso(-60), to: iso(60) });
  assert.deepEqual(rangeAround(START, START + 20_000), { from: iso(-100), to: iso(20) });
  assert.deepEqual(rangeAround(START, START), { from: iso(-115), to: iso(5) });
});

test("the list: open ones as they came, then the latest done", () => {
  const ticked = (at) => at && { by: "Lou", at: iso(at) };
  const item = (id, done) => ({ id, text: `${id}`, by: "Kim", at: iso(id), done: ticked(done) });
  const items = cleanItems([item(1, 50), item(2), item(3, 60), item(4), { id: "x", text: "" }, null, { id: 5 }]);
  assert.deepEqual(inOrder(items).map(({ id }) => id), [2, 4, 3, 1]);
  assert.deepEqual(cleanItems("no"), []);
  assert.equal(summary(items), "2 open, 2 done");
  assert.equal(summary([item(1)]), "1 open");
  assert.equal(summary([]), "Nothing to hand over");
});

test("a name is remembered and told once; a refused one is neither", async () => {
  const asked = [];
  const page = {
    settings: new Settings(null),
    link: { ask: async (event, data) => asked.push([event, data]) && { ok: true } },
    say() {},
    redraw() {},
  };
  const me = meOf(page);
  assert.equal(meOf(page), me);
  assert.equal(me.name, null);
  assert.notEqual(me.choose("Server"), "");
  assert.equal(me.choose(" Kim "), "");
  assert.equal(me.choose("Kim"), "");
  assert.equal(me.name, "Kim");
  assert.equal(me.choose(""), "");
  assert.deepEqual(asked, [["rename", { username: "Kim" }], ["rename", { username: null }]]);
});
