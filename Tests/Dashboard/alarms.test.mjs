import assert from "node:assert/strict";
import { test } from "node:test";

import { Announced, cleanAlarms, countAlarms, withAlarm } from "../../public/js/alarms/order.js";
import { AlarmStore, markers } from "../../public/js/alarms/store.js";
import * as words from "../../public/js/alarms/words.js";

const plain = (metric) => ({ symbol: metric === "rpm" ? "rpm" : "", convert: (value) => value });
const at = (second) => new Date(Date.UTC(2026, 10, 21, 9, 41, second)).toISOString();
const alarm = (id, state, priority, second = 0, more = {}) => ({
  id, rule: id, machine: "press1", metric: "rpm", kind: "high", limit: 1800, state, priority, raisedAt: at(second),
  episode: second, ...more,
});

test("the list: unacknowledged first, then by priority, newest first; shelved ones last", () => {
  const shelved = { shelved: { until: at(59) } };
  const list = cleanAlarms([
    alarm("f", "unacknowledged", "urgent", 9, shelved), alarm("e", "acknowledged", "urgent", 8),
    alarm("d", "returned", "urgent", 7), alarm("b", "unacknowledged", "high", 1),
    alarm("c", "unacknowledged", "low", 5), alarm("a", "unacknowledged", "high", 3),
    alarm("gone", "normal", "urgent"), null, { id: 5 }, alarm("x", "unacknowledged", "strange", 5),
  ]);
  assert.deepEqual(list.map((one) => one.id), ["a", "b", "c", "x", "d", "e", "f"]);
  assert.deepEqual(countAlarms(list), { total: 7, open: 5, active: 5, urgent: 0, shelved: 1, top: "urgent" });
  assert.deepEqual(countAlarms([]), { total: 0, open: 0, active: 0, urgent: 0, shelved: 0, top: null });
  assert.deepEqual(cleanAlarms("nonsense"), []);
});

test("one alarm changes: it takes its new place, and goes when it is normal", () => {
  let list = cleanAlarms([alarm("a", "unacknowledged", "urgent"), alarm("b", "unacknowledged", "low")]);
  list = withAlarm(list, alarm("a", "acknowledged", "urgent"));
  assert.deepEqual(list.map((one) => one.id), ["b", "a"]);
  list = withAlarm(list, alarm("a", "normal", "urgent"));
  assert.deepEqual(list.map((one) => one.id), ["b"]);
  assert.equal(withAlarm(list, { ...alarm("s", "normal", "low"), shelved: { until: at(1) } }).length, 2);
});

test("an episode is announced once: not after a reconnect, not after a reload, the next one again", () => {
  const announced = new Announced(null);
  const first = [alarm("a", "unacknowledged", "low", 1), alarm("b", "unacknowledged", "urgent", 2)];
  assert.deepEqual(announced.take(first).map((one) => one.id), ["b", "a"]);
  assert.deepEqual(announced.take(first), []);
  const reloaded = new Announced(JSON.parse(JSON.stringify(announced)));
  assert.deepEqual(reloaded.take(first), []);
  assert.deepEqual(reloaded.take([alarm("a", "unacknowledged", "low", 7)]).map((one) => one.episode), [7]);
  assert.deepEqual(reloaded.take([alarm("c", "acknowledged", "low", 8), alarm("d", "returned", "low", 8)]), []);
  assert.deepEqual(reloaded.take([alarm("e", "unacknowledged", "low", 8, { shelved: { until: at(1) } })]), []);
  assert.deepEqual(new Announced({ nonsense: true }).take([]), []);
});

test("what was announced long ago is forgotten, what was announced last is not", () => {
  const announced = new Announced(null);
  for (let second = 0; second < 600; second += 1) announced.take([alarm("a", "unacknowledged", "low", second)]);
  assert.equal(announced.toJSON().length, 500);
  assert.equal(announced.take([alarm("a", "unacknowledged", "low", 599)]).length, 0);
});

test("words: condition, value, since, what is left of shelving, chatter", () => {
  const now = Date.parse(at(50));
  const one = alarm("a", "unacknowledged", "urgent", 10, { value: 1812.4, chatter: 4 });
  assert.equal(words.conditionText(one, plain), "rpm above 1800 rpm");
  const rate = { kind: "rate", metric: "rpm", limit: 5 };
  assert.equal(words.conditionText(rate, plain), "rpm changes faster than 5 rpm per s");
  assert.equal(words.conditionText({ kind: "stale" }, plain), "sends nothing");
  assert.equal(words.sinceText(one, now), "for 40 s");
  assert.equal(words.chatterText(one), "raised 4 times in 10 min");
  assert.equal(words.chatterText(alarm("a", "returned", "low")), "");
  assert.equal(words.announcement(one, plain), "urgent alarm: press1, rpm above 1800 rpm, now 1812.4 rpm");
  const named = { ...one, text: "too fast" };
  assert.equal(words.announcement(named, plain), "urgent alarm: press1, too fast, now 1812.4 rpm");
  const shelved = { shelved: { until: new Date(now + 600_000).toISOString() } };
  assert.equal(words.shelvedText(shelved, now), "10 min left");
  assert.equal(words.shelvedText(shelved, now + 60_000), "9 min 00 s left");
  assert.equal(words.shelvedText(shelved, now + 700_000), "expiring");
  assert.equal(words.shelvedText({}, now), "");
});

test("numbers are short and in the viewer's units", () => {
  const rad = () => ({ symbol: "rad/s", convert: (value) => (value * Math.PI) / 30 });
  assert.equal(words.valueText(1800, "rpm", rad), "188.496 rad/s");
  assert.equal(words.valueText(6.5, "pressure", plain), "6.5");
  assert.equal(words.valueText(undefined, "rpm", plain), "");
  assert.equal(words.plainNumber(0.1 + 0.2), "0.3");
});

test("the value now beside that which raised the alarm", () => {
  const one = alarm("a", "unacknowledged", "high", 1, { value: 1600 });
  const machines = [{ machine: "press1", latest: { rpm: 1700 } }];
  assert.equal(words.currentValue(machines, one), 1700);
  assert.equal(words.currentValue(machines, { ...one, kind: "rate" }), null);
  assert.equal(words.currentValue(null, one), null);
  assert.equal(words.valuesText(one, 1700, plain), "now 1700 rpm, raised at 1600 rpm");
  assert.equal(words.valuesText(one, 1600, plain), "1600 rpm");
  assert.equal(words.valuesText(one, null, plain), "1600 rpm");
  assert.equal(words.valuesText({ ...one, value: undefined }, 5, plain), "now 5 rpm");
});

test("spans for the charts: from raised to cleared, open ones without an end", () => {
  const events = [
    { alarm: "r:press1", episode: 2, event: "raised", at: at(9), machine: "press1", priority: "high", text: "hot" },
    { alarm: "r:press1", episode: 1, event: "cleared", at: at(7), machine: "press1" },
    { alarm: "r:press1", episode: 1, event: "raised", at: at(5), machine: "press1", priority: "high", text: "hot" },
    { alarm: "r:other", episode: 3, event: "raised", at: at(5), machine: "other" },
    { alarm: "r:press1", episode: 4, event: "raised", at: "nonsense", machine: "press1" },
  ];
  assert.deepEqual(markers(events, "press1"), [
    { time: Date.parse(at(9)), kind: "alarm", machine: "press1", episode: 2, text: "high alarm: hot" },
    { time: Date.parse(at(5)), kind: "alarm", machine: "press1", episode: 1, text: "high alarm: hot",
      until: Date.parse(at(7)) },
  ]);
});

/** A link without a network: answers what the test says. */
function fakeLink(answers) {
  const handlers = {};
  const link = {
    isUp: true, asked: [], up: [],
    on: (event, handler) => (handlers[event] = handler),
    onUp: (handler) => link.up.push(handler) && handler(),
    ask: async (event, data) => {
      link.asked.push([event, data]);
      const answer = answers[event];
      if (answer === undefined) throw new Error("no answer");
      return answer;
    },
    emit: (event, data) => handlers[event](data),
  };
  return link;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("the store joins after each connect, takes lists and single alarms, and tells", async () => {
  const link = fakeLink({ joinRoom: { ok: true, alarms: [alarm("a", "unacknowledged", "low", 1)] } });
  const rules = { rules: [{ rule: "r", machine: "*", kind: "stale" }] };
  const store = new AlarmStore({ link, api: async () => ({ ok: true, status: 200, body: rules }) });
  const told = [];
  store.onChange((one) => told.push(one?.id ?? null));
  await settled();
  await settled();
  assert.equal(store.isKnown, true);
  assert.deepEqual(store.all().map((one) => one.id), ["a"]);
  assert.equal(store.rules.length, 1);
  link.emit("alarm", { ...alarm("b", "unacknowledged", "high", 2, { machine: "press2" }), event: "raised" });
  assert.deepEqual(store.of("press2").map((one) => one.id), ["b"]);
  assert.equal(store.counts.top, "high");
  link.emit("alarms", []);
  assert.equal(store.counts.total, 0);
  assert.deepEqual(told, [null, null, "b", null]);
  link.up[0]();
  await settled();
  assert.deepEqual(link.asked, [["joinRoom", "$alarms"], ["joinRoom", "$alarms"]]);
});

test("in a flood the shown machine's own alarms are asked for: the list of all machines is cut", async () => {
  const flood = Array.from({ length: 200 }, (_, index) => alarm(`f${index}`, "unacknowledged", "high", index));
  const own = [alarm("x", "unacknowledged", "low", 1, { machine: "press9" })];
  const link = fakeLink({ joinRoom: { ok: true, alarms: flood } });
  const asked = [];
  const api = async (path) => {
    asked.push(path);
    return { ok: true, status: 200, body: { alarms: own, rules: [] } };
  };
  const store = new AlarmStore({ link, api });
  store.follow("press9");
  await settled();
  await settled();
  assert.equal(store.isCut, true);
  assert.ok(asked.includes("/api/alarms?machine=press9"));
  assert.deepEqual(store.of("press9").map((one) => one.id), ["x"]);
  link.emit("alarm", { ...own[0], state: "normal", event: "cleared" });
  assert.deepEqual(store.of("press9"), []);
  link.emit("alarms", []);
  assert.equal(store.isCut, false);
  assert.deepEqual(store.of("press9"), []);
});

test("a gateway without alarms leaves the store empty; a refusal is told in the gateway's words", async () => {
  const refused = { ok: false, error: { code: "unknown_machine", message: "no such room" } };
  const link = fakeLink({ joinRoom: refused, acknowledgeAlarm: refused });
  const store = new AlarmStore({ link, api: async () => ({ ok: false, status: 404, body: null }) });
  await settled();
  assert.equal(store.isKnown, false);
  assert.deepEqual(store.all(), []);
  assert.equal(await store.acknowledge({ id: "a" }, "Kim", ""), "no such room");
  assert.match(await store.unshelve({ id: "a" }), /does not answer/);
  assert.equal(await store.history(), null);
  assert.match(await store.putRule({ rule: "r" }), /does not answer/);
});
