import assert from "node:assert/strict";
import { test } from "node:test";

import { GatewayClock, MachineClock } from "../../public/js/clock.js";
import { Freshness } from "../../public/js/freshness.js";
import { formatInterval, judgeValue } from "../../public/js/judgement.js";
import { EXTRAS_MAX, Extras } from "../../public/js/machine/extras.js";
import { factsOf } from "../../public/js/machine/facts.js";
import { describeRing } from "../../public/js/machine/horizon.js";
import { Thinning } from "../../public/js/machine/thinning.js";
import { MachineWord } from "../../public/js/word.js";

const now = Date.UTC(2026, 10, 21, 9, 41, 26);
const iso = (time) => new Date(time).toISOString();

/** A value that came every second until `now`. */
function everySecond() {
  const freshness = new Freshness();
  for (let index = 9; index >= 0; index -= 1) freshness.noteLive(now - index * 1000, now - index * 1000);
  return freshness;
}

test("a value goes from live over late to stale, each with its age and reason", () => {
  const freshness = everySecond();
  const judge = (age) => judgeValue(freshness, new MachineWord(), "rpm", { isUp: true, now: now + age });
  assert.deepEqual(judge(1400), { state: "live", badge: "", why: "" });
  assert.deepEqual(judge(2000), { state: "late", badge: "LATE 2 s", why: "none for 2 s, expected every 1 s" });
  assert.deepEqual(judge(7000), { state: "stale", badge: "STALE 7 s", why: "none for 7 s, expected every 1 s" });
});

test("of a value whose pace is not known nothing is late, and nothing that never came is stale", () => {
  const freshness = new Freshness();
  const judge = (time) => judgeValue(freshness, new MachineWord(), "rpm", { isUp: true, now: time });
  assert.equal(judge(now).state, "none");
  freshness.noteHistory(now, now);
  assert.equal(judge(now + 2400).state, "live");
  assert.deepEqual(judge(now + 4000), { state: "stale", badge: "STALE 4 s", why: "none for 4 s" });
});

test("the gateway's word counts before the page could know", () => {
  const word = new MachineWord();
  word.take({ state: "live", metrics: [{ metric: "torque", state: "stale" }, { metric: "rpm", state: "live" }] });
  const judge = (metric) => judgeValue(everySecond(), word, metric, { isUp: true, now: now + 500 }).state;
  assert.deepEqual([judge("rpm"), judge("torque"), judge(null)], ["live", "stale", "live"]);
  word.disprove({ rpm: 1 });
  assert.equal(judge("torque"), "stale");
  word.disprove({ rpm: 1, torque: 2 });
  assert.equal(judge("torque"), "live");
  word.take({ state: "offline", reason: "last will" });
  const judged = judgeValue(everySecond(), word, "rpm", { isUp: true, now: now + 500 });
  assert.deepEqual(judged, { state: "offline", badge: "OFFLINE 0 s", why: "offline: last will" });
});

test("without a connection no value is live, and the reason says so", () => {
  const judge = (age) => judgeValue(everySecond(), new MachineWord(), "rpm", { isUp: false, now: now + age });
  assert.deepEqual(judge(100), { state: "late", badge: "LATE 0 s", why: "no connection to the gateway" });
  assert.deepEqual(judge(9000), { state: "stale", badge: "STALE 9 s", why: "no connection to the gateway" });
});

test("intervals as people say them", () => {
  const said = [12, 209, 996, 1000, 2480, 15_300, 90_000].map(formatInterval);
  assert.deepEqual(said, ["10 ms", "200 ms", "1 s", "1 s", "2.5 s", "15 s", "1 min 30 s"]);
});

test("a device whose clock is wrong goes by the gateway's time, and says so", () => {
  const clock = new GatewayClock();
  assert.equal(clock.now(now), now);
  clock.note(iso(now + 40_010), now, now + 20);
  assert.equal(clock.now(now), now + 40_000);
  assert.equal(clock.describe(), "this device's clock is 40 s behind the gateway");
  clock.note(iso(now - 3_600_000), now + 100, now + 100);
  assert.equal(clock.describe(), "this device's clock is 1 h 00 min ahead of the gateway");
});

test("a difference that the way of the answer explains is none", () => {
  const clock = new GatewayClock();
  clock.note(iso(now + 3000), now, now + 4000);
  assert.equal(clock.correction, 0);
  clock.note(iso(now + 1500), now, now);
  assert.equal(clock.correction, 0);
  clock.note("soon", now, now);
  clock.note(undefined, now, now);
  assert.equal(clock.describe(), "");
});

test("a slow answer does not spoil what a quick one told", () => {
  const clock = new GatewayClock();
  clock.note(iso(now + 10_000), now, now);
  clock.note(iso(now + 10_000), now, now + 3000);
  assert.equal(clock.correction, 10_000);
});

test("a machine's clock is judged by the median of its live readings", () => {
  const clock = new MachineClock();
  for (let index = 0; index < 5; index += 1) clock.note(now + 200_000 + index * 1000, now + index * 1000);
  clock.note(now - 3_600_000, now + 5000);
  assert.equal(clock.describe(), "the machine's clock is 3 min 20 s ahead of the gateway");
  const honest = new MachineClock();
  for (let index = 0; index < 9; index += 1) honest.note(now - 1500, now);
  assert.equal(honest.describe(), "");
  const late = new MachineClock();
  for (let index = 0; index < 9; index += 1) late.note(now - 3_600_000, now);
  assert.match(late.describe(), /^stamped 1 h 00 min behind the gateway/);
});

test("a thinned stream is told from a single gap", () => {
  const thinning = new Thinning();
  for (let index = 0; index < 20; index += 1) thinning.note(index, now + index * 100);
  thinning.note(500, now + 2100);
  assert.equal(thinning.describe(now + 2100), "");
  thinning.interrupt();
  for (let index = 0; index < 10; index += 1) thinning.note(1000 + index * 20, now + 3000 + index * 200);
  assert.equal(thinning.describe(now + 5000), "1 of 20 shown, peaks kept");
  assert.equal(thinning.describe(now + 20_000), "", "it was so, and is not any more");
});

test("how far back the ring reaches", () => {
  const full = { capacity: 1000, count: 1000, oldest: iso(now - 11_520_000) };
  assert.equal(describeRing(full, now, 1000), "keeps last 3 h 12 min");
  const filling = { capacity: 1000, count: 3, oldest: iso(now) };
  assert.equal(describeRing(filling, now, 1000), "keeps last 16 min (1000 readings)");
  assert.equal(describeRing({ capacity: 1000, count: 3 }, now, 0), "keeps last 1000 readings");
  assert.equal(describeRing(undefined, now, 0), "");
});

test("extra metrics: newest value, by name, bounded", () => {
  const extras = new Extras();
  const reading = (seq, more) => ({ machine: "m", seq, timestamp: iso(now + seq * 1000), rpm: 1, ...more });
  extras.take(reading(2, { temp: 40.25, amps: 3 }), { now, isLive: true });
  extras.take(reading(1, { temp: 39, note: "text" }), { now, isLive: false });
  const held = extras.list().map(({ name, value, decimals }) => [name, value, decimals]);
  assert.deepEqual(held, [["amps", 3, 0], ["temp", 40.25, 2]]);
  const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`x${index}`, index]));
  extras.take(reading(3, many), { now, isLive: true });
  assert.equal(extras.list().length, EXTRAS_MAX);
  assert.equal(extras.omitted, 18);
  extras.clear();
  assert.deepEqual(extras.list(), []);
});

test("the line below the cards says what there is to say, trouble marked", () => {
  const clock = new GatewayClock();
  clock.note(iso(now + 40_000), now, now);
  const details = {
    labels: { site: "Linz", line: "2" },
    ring: { capacity: 1000, count: 1000, oldest: iso(now - 60_000) },
    ringAt: now,
    thinning: new Thinning(),
    clock: new MachineClock(),
  };
  const facts = factsOf(details, { feed: null, clock }, now).filter(({ text }) => text !== "");
  assert.deepEqual(facts, [
    { name: "labels", text: "site Linz · line 2", isTrouble: false },
    { name: "ring", text: "keeps last 1 min 00 s", isTrouble: false },
    { name: "device-clock", text: "this device's clock is 40 s behind the gateway", isTrouble: true },
  ]);
});
