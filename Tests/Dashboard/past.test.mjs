import assert from "node:assert/strict";
import { test } from "node:test";

import { Feed } from "../../public/js/feed.js";
import { Cross } from "../../public/js/machine/cross.js";
import { Past, breaksOf } from "../../public/js/machine/past.js";
import { Scene } from "../../public/js/machine/scene.js";
import { liveSpan } from "../../public/js/machine/span.js";
import { columnsOf } from "../../public/js/machine/timeline.js";

const HOUR = 3_600_000;
const EPOCH = 1_700_000_000_000;

const reading = (seq) => ({
  machine: "m", seq, timestamp: new Date(EPOCH + seq * 1000).toISOString(), rpm: seq % 100, torque: 1, pressure: 2,
});

/** A gateway with readings 1 to `last`, one a second, that thins by leaving out, and keeps what it was asked. */
class Gateway {
  asked = [];
  #waiting = [];
  constructor(last) {
    this.last = last;
  }

  ask = (request) => {
    this.asked.push(request);
    return new Promise((resolve) => this.#waiting.push({ request, resolve }));
  };

  async answer(isOK = true) {
    for (const { request, resolve } of this.#waiting.splice(0)) resolve(isOK ? this.#readings(request) : null);
    await new Promise((resolve) => setImmediate(resolve));
  }

  #readings({ from, to, maxPoints }) {
    const seqs = Array.from({ length: this.last }, (_, index) => index + 1)
      .filter((seq) => EPOCH + seq * 1000 >= from && EPOCH + seq * 1000 <= to);
    const every = Math.max(1, Math.ceil(seqs.length / maxPoints));
    const kept = seqs.filter((_, index) => index % every === 0 || index === seqs.length - 1);
    return { machine: "m", total: seqs.length, readings: kept.map(reading) };
  }
}

/** A feed with the newest `count` readings up to `last`. */
function feedWith(last, count, capacity = 3600) {
  const feed = new Feed("m", capacity);
  feed.epoch = "e";
  for (let seq = last - count + 1; seq <= last; seq += 1) {
    feed.take(reading(seq), { now: EPOCH + seq * 1000, isLive: false });
  }
  return feed;
}

function scene(gateway, feed, span = liveSpan()) {
  const one = new Scene(gateway.ask);
  one.show(feed);
  one.set(span);
  return one;
}

function at(one, seq, width = 600) {
  const now = EPOCH + seq * 1000;
  one.update(now, width);
  one.fetch(now, width, () => {});
}

const shown = (one) => one.pieces.flatMap(({ source, from, to }) => Array.from(source.seqs).slice(from, to));

test("what the page holds is not asked for", () => {
  const gateway = new Gateway(10_000);
  at(scene(gateway, feedWith(10_000, 600), liveSpan(300_000)), 10_000);
  assert.equal(gateway.asked.length, 0);
});

test("a long live window asks once, is joined with the tail and follows it", async () => {
  const gateway = new Gateway(10_000);
  const feed = feedWith(10_000, 600);
  const one = scene(gateway, feed, liveSpan(HOUR));
  at(one, 10_000);
  assert.equal(gateway.asked.length, 1);
  assert.ok(gateway.asked[0].from <= EPOCH + 6_400_000 && gateway.asked[0].to === Infinity);
  at(one, 10_000);
  assert.equal(gateway.asked.length, 1, "one request at a time");
  await gateway.answer();
  for (let seq = 10_001; seq <= 10_100; seq += 1) {
    feed.take(reading(seq), { now: EPOCH + seq * 1000, isLive: true });
    at(one, seq);
  }
  assert.equal(gateway.asked.length, 1, "the live tail needs no answer");
  const seqs = shown(one);
  assert.deepEqual(seqs.slice(-700), Array.from({ length: 700 }, (_, index) => 9401 + index));
  assert.ok(seqs[0] <= 6500);
});

test("the past is asked for again before the sliding buffer leaves a hole", async () => {
  const gateway = new Gateway(10_000);
  const feed = feedWith(10_000, 600, 600);
  const one = scene(gateway, feed, liveSpan(HOUR));
  at(one, 10_000);
  await gateway.answer();
  for (let seq = 10_001; seq <= 10_700; seq += 1) {
    gateway.last = seq;
    feed.take(reading(seq), { now: EPOCH + seq * 1000, isLive: true });
    at(one, seq);
    await gateway.answer();
  }
  assert.equal(gateway.asked.length, 2);
  at(one, 10_700);
  const seqs = shown(one);
  for (let index = 1; index < seqs.length; index += 1) assert.ok(seqs[index] - seqs[index - 1] <= 2, "no hole");
});

test("a request that failed is tried again, but not at once", async () => {
  const gateway = new Gateway(10_000);
  const one = scene(gateway, feedWith(10_000, 600), liveSpan(HOUR));
  at(one, 10_000);
  await gateway.answer(false);
  at(one, 10_001);
  assert.equal(gateway.asked.length, 1);
  at(one, 10_006);
  assert.equal(gateway.asked.length, 2);
});

test("zooming into thinned readings asks for finer ones and keeps the coarse ones until they come", async () => {
  const gateway = new Gateway(100_000);
  const one = scene(gateway, feedWith(100_000, 600), liveSpan(20 * HOUR));
  one.oldest = EPOCH;
  at(one, 100_000);
  await gateway.answer();
  at(one, 100_000);
  assert.ok(one.counts().total > one.counts().seen, "thinned");
  one.set({ ...liveSpan(), held: { from: EPOCH + 50_000_000, to: EPOCH + 50_600_000 } });
  at(one, 100_000);
  assert.equal(gateway.asked.length, 2);
  assert.ok(one.counts().seen > 10, "not empty while it waits");
  await gateway.answer();
  at(one, 100_000);
  assert.deepEqual(one.counts(), { seen: 601, total: 601 });
  at(one, 100_050);
  assert.equal(gateway.asked.length, 2, "a held window that is whole asks no more");
});

test("a past with nothing in it is not asked for again and again", async () => {
  const gateway = new Gateway(100);
  const one = scene(gateway, feedWith(100, 50), { ...liveSpan(), held: { from: EPOCH - 2e9, to: EPOCH - 1e9 } });
  for (let seq = 100; seq < 130; seq += 1) {
    at(one, seq);
    await gateway.answer();
  }
  assert.equal(gateway.asked.length, 1);
});

test("pause keeps what is seen although buffer and ring go on, and counts", () => {
  const gateway = new Gateway(1000);
  const feed = feedWith(1000, 100, 100);
  const one = scene(gateway, feed, liveSpan(60_000));
  at(one, 1000);
  const before = shown(one).filter((seq) => seq > 940);
  one.togglePause();
  for (let seq = 1001; seq <= 1300; seq += 1) feed.take(reading(seq), { now: EPOCH + seq * 1000, isLive: true });
  at(one, 1300);
  assert.deepEqual(shown(one).filter((seq) => seq > 940 && seq <= 1000), before);
  assert.deepEqual(one.range, { from: EPOCH + 940_000, to: EPOCH + 1_000_000 });
  assert.equal(one.behind, 300);
  one.togglePause();
  at(one, 1300);
  assert.equal(one.behind, 0);
  assert.equal(one.range.to, EPOCH + 1_300_000);
});

test("steps that come before the next frame add up", () => {
  const one = scene(new Gateway(1000), feedWith(1000, 500), liveSpan(100_000));
  one.oldest = EPOCH;
  at(one, 1000);
  for (let step = 0; step < 4; step += 1) one.zoom(0.5, 0.5);
  assert.equal(Math.round(one.range.to - one.range.from), 6250);
  for (let step = 0; step < 3; step += 1) one.pan(-1);
  at(one, 1000);
  assert.ok(Math.abs(one.range.from - (EPOCH + 950_000 - 3125 - 3 * 6250)) < 200, String(one.range.from - EPOCH));
});

test("a page that opens paused holds its first picture", () => {
  const feed = feedWith(1000, 100);
  const one = scene(new Gateway(1000), feed, { span: null, held: null, isPaused: true });
  at(one, 1000);
  const { range } = one;
  at(one, 1200);
  assert.deepEqual(one.range, range);
  assert.equal(one.isLive, false);
});

test("a gap between thinned readings is told from many that were left out", () => {
  const seqs = [1, 61, 121, 181, 182, 242, 302];
  const time = (seq) => EPOCH + seq * 1000 + (seq >= 182 ? 600_000 : 0);
  const columns = columnsOf(seqs.map((seq) => ({ ...reading(seq), timestamp: new Date(time(seq)).toISOString() })));
  const breaks = breaksOf(columns);
  assert.deepEqual(breaks.map(({ from, to }) => [from, to]), [[time(181), time(182)]]);
  const jump = [1, 61, 121, 241, 301, 361];
  const late = (seq) => EPOCH + seq * 1000 + (seq >= 241 ? 600_000 : 0);
  const inside = columnsOf(jump.map((seq) => ({ ...reading(seq), timestamp: new Date(late(seq)).toISOString() })));
  assert.deepEqual(breaksOf(inside).map(({ from }) => from), [late(121)], "also where many were left out");
});

test("a pinned window is shown without the ring", () => {
  const gateway = new Gateway(0);
  const range = { from: EPOCH + 100_000, to: EPOCH + 200_000 };
  const one = scene(gateway, feedWith(9000, 10), { ...liveSpan(), held: range });
  one.pin(Array.from({ length: 101 }, (_, index) => reading(100 + index)), range);
  at(one, 9000);
  assert.equal(one.counts().seen, 101);
  assert.equal(gateway.asked.length, 0);
});

test("another machine takes nothing along but the window", () => {
  const one = scene(new Gateway(1000), feedWith(1000, 100), liveSpan(60_000));
  at(one, 1000);
  one.show(null);
  at(one, 1000);
  assert.deepEqual(one.pieces, []);
  assert.equal(one.span.span, 60_000);
});

test("a gap in thinned readings must be longer than what was thinned away", async () => {
  const past = new Past(async () => ({ total: 50_000, readings: [1, 20_000, 50_000].map(reading) }));
  const now = EPOCH + 5e7;
  const need = { range: { from: EPOCH, to: now }, isLive: false, width: 600, first: null, last: null, now };
  await new Promise((resolve) => past.update(need, resolve));
  assert.ok(past.best(need.range)[0].bucket > 10_000);
});

test("the crosshair reads the nearest reading, stays with the pointer, and says nothing in a gap", () => {
  const feed = new Feed("m");
  feed.epoch = "e";
  for (const seq of [1, 2, 3, 50, 51]) feed.take(reading(seq), { now: EPOCH + 60_000, isLive: false });
  const one = scene(new Gateway(0), feed, { ...liveSpan(), held: { from: EPOCH, to: EPOCH + 60_000 } });
  at(one, 60);
  const cross = new Cross();
  const read = () => cross.read(one.pieces, one.range, { columns: 600, gap: 2500, names: ["rpm", "temp"] });
  assert.equal(read(), null);
  cross.point(2.2 / 60);
  assert.equal(read().seq, 2);
  assert.equal(read().time, EPOCH + 2000);
  assert.deepEqual([...read().values], [["rpm", 2]]);
  cross.point(0.5);
  assert.equal(read().seq, null);
  cross.clear();
  cross.end(1, one.pieces, one.range);
  assert.equal(read().seq, 51);
  cross.step(-1, one.pieces, one.range, 600);
  assert.equal(read().seq, 50);
  cross.step(-1, one.pieces, one.range, 600);
  assert.equal(read().seq, 3, "over the gap");
  cross.step(-1, one.pieces, one.range, 600);
  cross.step(-1, one.pieces, one.range, 600);
  cross.step(-1, one.pieces, one.range, 600);
  assert.equal(read().seq, 1, "and not beyond the first");
});

test("a metric of its own has a pace and decimals of its own", () => {
  const feed = new Feed("m");
  for (let seq = 1; seq <= 100; seq += 1) {
    const slow = seq % 10 === 0 ? { oil: seq / 8 } : {};
    feed.take({ ...reading(seq), ...slow }, { now: EPOCH + seq * 1000, isLive: true });
  }
  assert.deepEqual(feed.extras, ["oil"]);
  assert.equal(feed.metricOf("oil").freshness.staleAfter, 30_000);
  assert.equal(feed.metricOf("oil").decimals, 2);
  assert.equal(feed.metricOf("rpm").freshness.staleAfter, 3000);
  assert.equal(feed.metricOf("other"), null);
});
