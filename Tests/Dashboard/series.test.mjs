import assert from "node:assert/strict";
import { test } from "node:test";

import { Series } from "../../public/js/series.js";

const names = ["rpm", "torque"];

function filled(seqs, capacity = 100) {
  const series = new Series(names, capacity);
  for (const seq of seqs) series.insert(seq, seq * 1000, { rpm: seq, torque: -seq });
  return series;
}

test("columns stay in step", () => {
  const series = filled([1, 2, 3]);
  assert.deepEqual(series.seqs(), [1, 2, 3]);
  assert.deepEqual([...series.times()], [1000, 2000, 3000]);
  assert.deepEqual([...series.values("rpm")], [1, 2, 3]);
  assert.deepEqual([...series.values("torque")], [-1, -2, -3]);
});

test("readings that come late are put into their place", () => {
  const series = filled([1, 5, 3, 2, 4]);
  assert.deepEqual(series.seqs(), [1, 2, 3, 4, 5]);
  assert.deepEqual([...series.values("rpm")], [1, 2, 3, 4, 5]);
});

test("a metric that is missing or no number is NaN", () => {
  const series = new Series(names, 10);
  series.insert(1, 0, { rpm: 7 });
  series.insert(2, 0, { rpm: "7", torque: Infinity });
  series.insert(3, 0, { rpm: null, torque: 0 });
  assert.deepEqual([...series.values("rpm")], [7, NaN, NaN]);
  assert.deepEqual([...series.values("torque")], [NaN, NaN, 0]);
});

test("an unknown metric is a mistake of the caller", () => {
  assert.throws(() => filled([1]).values("speed"), RangeError);
});

test("it holds the newest and never more than its capacity", () => {
  const series = new Series(names, 10);
  for (let seq = 1; seq <= 1000; seq += 1) {
    assert.equal(series.insert(seq, seq, { rpm: seq }), true);
    assert.ok(series.length <= 10);
    assert.equal(series.firstSeq, Math.max(1, seq - 9));
  }
  assert.deepEqual([...series.values("rpm")], [991, 992, 993, 994, 995, 996, 997, 998, 999, 1000]);
});

test("a full buffer refuses what is older than everything in it", () => {
  const series = filled([11, 12, 13], 3);
  assert.equal(series.insert(10, 0, {}), false);
  assert.deepEqual(series.seqs(), [11, 12, 13]);
});

test("a hole filled in a full buffer costs the oldest", () => {
  const series = filled([11, 13, 14], 3);
  assert.equal(series.insert(12, 0, { rpm: 12 }), true);
  assert.deepEqual(series.seqs(), [12, 13, 14]);
});

test("backfill after many slides stays in order", () => {
  const series = new Series(names, 8);
  for (let seq = 1; seq <= 200; seq += 1) if (seq % 3 !== 0) series.insert(seq, seq, { rpm: seq });
  for (let seq = 1; seq <= 200; seq += 1) if (seq % 3 === 0) series.insert(seq, seq, { rpm: seq });
  assert.deepEqual(series.seqs(), [193, 194, 195, 196, 197, 198, 199, 200]);
  assert.deepEqual([...series.values("rpm")], series.seqs());
});

test("the span ignores the order and the future", () => {
  const series = new Series(names, 10);
  assert.equal(series.span(), 0);
  for (const [seq, time] of [[1, 5000], [2, 1000], [3, 9_999_999]]) series.insert(seq, time, {});
  assert.equal(series.span(), 9_998_999);
  assert.equal(series.span(6000), 4000);
  assert.equal(series.span(0), 0);
});

test("seqs() is a copy", () => {
  const series = filled([1, 2]);
  series.seqs()[0] = 99;
  assert.deepEqual(series.seqs(), [1, 2]);
});
