import assert from "node:assert/strict";
import { test } from "node:test";

import { FillQueue } from "../../public/js/fleet/fill.js";
import { StableOrder, count, describeCounts, isWanted, searchWords } from "../../public/js/fleet/order.js";
import { BIN, BINS, Spark, sparkRange } from "../../public/js/fleet/spark.js";
import { TileState, sparkMetric } from "../../public/js/fleet/tile-state.js";
import { Watcher } from "../../public/js/fleet/watcher.js";

const now = Date.UTC(2026, 10, 21, 9, 41, 26);

const item = (machine, state = "live", alarm = null) => ({ machine, state, alarm, text: machine.toLowerCase() });
const fleet = (...items) => new Map(items.map((one) => [one.machine, one]));
const ask = (extra = {}) => ({ filter: null, query: null, isHeld: false, now: 0, ...extra });

test("abnormal first, then names as people count", () => {
  const order = new StableOrder();
  const items = fleet(
    item("press10"), item("press2"), item("late1", "late"), item("off1", "offline"), item("stale1", "stale"),
    item("press3", "live", 20), item("press4", "live", 0), item("off0", "offline"),
  );
  assert.equal(order.update(items, ask()), true);
  const wanted = ["press4", "press3", "off0", "off1", "stale1", "late1", "press2", "press10"];
  assert.deepEqual(order.names, wanted);
});

test("where all are in view they stand by name", () => {
  const order = new StableOrder();
  order.update(fleet(item("b", "offline"), item("a"), item("c", "live", 0)), ask({ isByName: true }));
  assert.deepEqual(order.names, ["a", "b", "c"]);
});

test("between two sorts nothing moves, and nothing while somebody is on a tile", () => {
  const order = new StableOrder();
  const items = fleet(item("a"), item("b"), item("c"));
  order.update(items, ask());
  items.set("c", item("c", "offline"));
  assert.equal(order.update(items, ask({ now: 1000 })), false, "too early");
  assert.equal(order.update(items, ask({ now: 60_000, isHeld: true })), false, "somebody aims at a tile");
  const held = order.names;
  assert.equal(order.update(items, ask({ now: 60_001 })), true);
  assert.notEqual(order.names, held);
  assert.deepEqual(order.names, ["c", "a", "b"]);
  assert.equal(order.update(items, ask({ now: 120_000 })), false, "sorted, but the same");
});

test("who is new comes last until the next sort, who is gone goes at once", () => {
  const order = new StableOrder();
  const items = fleet(item("b"), item("c"));
  order.update(items, ask());
  items.set("a", item("a", "offline"));
  items.delete("b");
  assert.equal(order.update(items, ask({ now: 10, isHeld: true })), true);
  assert.deepEqual(order.names, ["c", "a"]);
  order.update(items, ask({ now: 9000 }));
  assert.deepEqual(order.names, ["a", "c"]);
});

test("a filter or a search acts at once, also under the pointer", () => {
  const order = new StableOrder();
  const items = fleet(item("Press1"), item("press2", "offline"), item("mill1", "live", 3));
  order.update(items, ask());
  order.update(items, ask({ now: 1, isHeld: true, filter: "offline" }));
  assert.deepEqual(order.names, ["press2"]);
  order.update(items, ask({ now: 2, isHeld: true, query: " PRESS " }));
  assert.deepEqual(order.names, ["press2", "Press1"]);
  order.update(items, ask({ now: 3, filter: "alarm" }));
  assert.deepEqual(order.names, ["mill1"]);
  order.update(items, ask({ now: 4, query: "nothing" }));
  assert.deepEqual(order.names, []);
});

test("a machine that a filter leaves out is not taken for a new one", () => {
  const order = new StableOrder();
  const items = fleet(item("a"), item("b", "offline"));
  order.update(items, ask({ filter: "offline" }));
  order.update(items, ask({ filter: "offline", now: 10 }));
  items.set("a", item("a", "offline"));
  order.update(items, ask({ filter: "offline", now: 20, isHeld: true }));
  assert.deepEqual(order.names, ["b"], "it waits for the next sort");
});

test("a very large fleet shows its worst thousand and says how many are left", () => {
  const order = new StableOrder();
  const machines = Array.from({ length: 1200 }, (_, index) => item(`m${index}`, index > 1100 ? "stale" : "live"));
  const items = fleet(...machines);
  order.update(items, ask());
  assert.equal(order.names.length, 1000);
  assert.equal(order.names[0], "m1101");
  assert.equal(order.omitted, 200);
});

test("counts as people say them", () => {
  const counts = count([item("a"), item("b", "offline"), item("c", "live", 1), item("d", "stale")]);
  assert.equal(describeCounts(counts), "1 in alarm, 1 offline, 1 stale, 2 live");
  assert.equal(describeCounts(count([])), "no machines");
  assert.deepEqual(searchWords("  Line2  press "), ["line2", "press"]);
  assert.equal(isWanted({ ...item("a"), text: "a linz line2" }, null, ["line2", "linz"]), true);
});

const reading = (seq, extra = { rpm: seq }) => ({
  machine: "m", seq, timestamp: new Date(now + seq * 1000).toISOString(), ...extra,
});

test("a tile believes the gateway until a newer reading proves otherwise", () => {
  const tile = new TileState("m");
  tile.takeWord({ state: "offline", reason: "last will", late: false, metrics: [], latest: reading(5) }, now + 5000);
  assert.deepEqual(tile.judge(now + 5000), { state: "offline", word: "offline", reason: "last will" });
  assert.equal(tile.values[0].value, 5);
  tile.watchedSince = now + 5500;
  tile.takeLive(reading(6), now + 6000);
  assert.equal(tile.judge(now + 6000).state, "live");
  assert.equal(tile.judge(now + 9100).state, "stale", "silence is seen without the gateway's help");
  assert.equal(tile.takeLive(reading(6), now + 9100), false, "each once");
  tile.takeWord({ state: "stale", reason: "no reading for 4 s", late: false, metrics: [] }, now + 9000);
  assert.equal(tile.judge(now + 9000).reason, "no reading for 4 s");
});

test("what nobody watches is not called silent by the page", () => {
  const tile = new TileState("m");
  tile.takeWord({ state: "live", latest: reading(1) }, now);
  assert.equal(tile.judge(now + 3_600_000).state, "live");
  tile.watchedSince = now + 3_600_000;
  assert.equal(tile.judge(now + 3_601_000).state, "live", "the first reading may still be under way");
  assert.equal(tile.judge(now + 3_603_000).state, "stale");
});

test("one silent value is named until that value comes again", () => {
  const tile = new TileState("m");
  const metrics = [{ metric: "torque", state: "stale", reason: "no value for 9 s" }];
  tile.takeWord({ state: "live", late: false, metrics }, now);
  tile.takeLive(reading(1), now + 1000);
  assert.deepEqual(tile.judge(now + 1000), { state: "late", word: "torque stale", reason: "no value for 9 s" });
  tile.takeLive(reading(2, { torque: 3 }), now + 2000);
  assert.equal(tile.judge(now + 2000).state, "live");
});

test("lateness counts only when it lasts", () => {
  const tile = new TileState("m");
  tile.takeWord({ state: "live", late: true, metrics: [], reason: "late" }, now);
  assert.equal(tile.settledState(now), "live");
  assert.equal(tile.settledState(now + 2900), "live");
  assert.equal(tile.settledState(now + 3000), "late");
});

test("history fills the sparkline, and an older reading never replaces a newer value", () => {
  const tile = new TileState("m");
  tile.takeLive(reading(10), now + 10_000);
  tile.fill([8, 9, 10, 11].map((seq) => reading(seq)), false, now + 11_000);
  assert.equal(tile.values[0].value, 11);
  assert.equal(tile.seq, 11);
  const seen = [];
  tile.spark.forEach((index, low, high) => seen.push([index, low, high]));
  assert.equal(seen.at(-1)[0], BINS - 1);
  assert.deepEqual([seen[0][1], seen.at(-1)[2]], [8, 11]);
});

test("a machine without standard metrics has a sparkline too", () => {
  assert.equal(sparkMetric(reading(1, { torque: 1, rpm: "no" })).name, "torque");
  assert.equal(sparkMetric(reading(1, { temp: 40 })).name, "temp");
  assert.equal(sparkMetric(undefined), null);
});

test("bins keep extremes, gaps stay empty, old bins leave", () => {
  const spark = new Spark();
  spark.add(now, 5);
  spark.add(now + 1, 9);
  spark.add(now + 2, 2);
  spark.add(now + 5 * BIN, 4);
  const seen = [];
  spark.forEach((index, low, high, last) => seen.push([index, low, high, last]));
  assert.deepEqual(seen, [[BINS - 6, 2, 9, 2], [BINS - 1, 4, 4, 4]]);
  assert.deepEqual(spark.range(), { low: 2, high: 9 });
  spark.add(now + (BINS + 1) * BIN, 1);
  assert.deepEqual(spark.range(), { low: 1, high: 4 });
  spark.add(now, 1000);
  assert.deepEqual(spark.range(), { low: 1, high: 4 }, "too old");
  spark.add(now + NaN, 1);
  spark.add(now, NaN);
});

test("one broken clock does not wipe the line, a clock that was set is believed", () => {
  const spark = new Spark();
  spark.add(now, 5);
  const far = now + 86_400_000;
  spark.add(far, 6);
  spark.add(now + BIN, 5);
  assert.deepEqual(spark.range(), { low: 5, high: 5 });
  for (let index = 0; index < 3; index += 1) spark.add(far + index * BIN, 7);
  assert.deepEqual(spark.range(), { low: 7, high: 7 });
});

test("a flat line is not blown up", () => {
  assert.deepEqual(sparkRange({ low: 5, high: 5 }, 4), { low: 3, high: 7 });
  assert.deepEqual(sparkRange({ low: 0, high: 10 }, 4), { low: 0, high: 10 });
});

test("few requests at a time, in order, and none for what has left the view", async () => {
  const asked = [];
  const done = [];
  const queue = new FillQueue((machine) => {
    asked.push(machine);
    return new Promise((resolve) => done.push(resolve));
  });
  for (const name of ["a", "b", "c", "d", "e", "f"]) queue.add(name);
  queue.add("a");
  queue.remove("e");
  assert.deepEqual(asked, ["a", "b", "c", "d"]);
  done[0]();
  await new Promise(setImmediate);
  assert.deepEqual(asked, ["a", "b", "c", "d", "f"]);
  assert.equal(queue.size, 4);
});

test("only what is seen is watched, and again after a new connection", async () => {
  const asked = [];
  const timers = [];
  const watcher = new Watcher(async (_, { machines }) => asked.push(machines), (handler) => timers.push(handler));
  const settle = async () => {
    for (const handler of timers.splice(0)) handler();
    await new Promise(setImmediate);
  };
  watcher.see("b", true);
  watcher.see("a", true);
  await settle();
  assert.deepEqual(asked, [], "nobody looks");
  watcher.turn(true);
  await settle();
  assert.deepEqual(asked.splice(0), [["a", "b"]]);
  watcher.see("a", false);
  watcher.see("a", true);
  await settle();
  assert.deepEqual(asked, [], "scrolled there and back");
  watcher.reconnected();
  await settle();
  assert.deepEqual(asked.splice(0), [["a", "b"]]);
  watcher.turn(false);
  await settle();
  assert.deepEqual(asked.splice(0), [[]]);
});

test("a question that the end of the link swallowed is asked again", async () => {
  const timers = [];
  let asked = 0;
  const watcher = new Watcher(
    async () => {
      asked += 1;
      throw new Error("gone");
    },
    (handler) => timers.push(handler),
  );
  watcher.turn(true);
  watcher.see("a", true);
  for (const handler of timers.splice(0)) handler();
  await new Promise(setImmediate);
  watcher.see("a", false);
  watcher.see("a", true);
  for (const handler of timers.splice(0)) handler();
  await new Promise(setImmediate);
  assert.equal(asked, 2);
});
