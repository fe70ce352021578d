import assert from "node:assert/strict";
import { test } from "node:test";

import { Bars, decimatePieces } from "../../public/js/decimate.js";
import { Series } from "../../public/js/series.js";
import { columnsOf, indexOf, instants, join, nearest, neighbourTime } from "../../public/js/machine/timeline.js";

const reading = (seq, values = { rpm: seq }, time = seq * 1000) => ({
  machine: "m", seq, timestamp: new Date(time).toISOString(), ...values,
});
const source = (...seqs) => columnsOf(seqs.map((seq) => reading(seq)));
const seqsOf = (pieces) => pieces.flatMap(({ source: one, from, to }) => Array.from(one.seqs).slice(from, to));

test("readings become columns in order of seq, extra metrics too", () => {
  const columns = columnsOf([reading(3, { rpm: 3 }), reading(1, { rpm: 1, temp: 20 }), { seq: "x" }, null]);
  assert.deepEqual([...columns.seqs], [1, 3]);
  assert.deepEqual([...columns.values("rpm")], [1, 3]);
  assert.deepEqual([...columns.values("temp")], [20, NaN]);
  assert.equal(columns.values("seq"), null);
  assert.equal(columns.values("other"), null);
});

test("the past and the live buffer meet without a seam and without a reading twice", () => {
  const pieces = join([source(50, 51, 52), source(1, 20, 40, 49, 50, 51)]);
  assert.deepEqual(seqsOf(pieces), [1, 20, 40, 49, 50, 51, 52]);
  assert.ok(pieces.every(({ from, to }) => to > from));
});

test("what was held fills the hole between past and live", () => {
  const pieces = join([source(90, 91), source(30, 31, 32), source(1, 30, 60, 89, 90)]);
  assert.deepEqual(seqsOf(pieces), [1, 30, 31, 32, 60, 89, 90, 91]);
});

test("the first source wins where two overlap", () => {
  const fine = source(10, 11, 12, 13);
  const coarse = columnsOf([reading(9), reading(10, { rpm: -1 }), reading(13, { rpm: -1 }), reading(14)]);
  const valuesOf = ({ source: one, from, to }) => Array.from(one.values("rpm")).slice(from, to);
  const values = join([fine, coarse]).flatMap(valuesOf);
  assert.deepEqual(values, [9, 10, 11, 12, 13, 14]);
});

test("nothing joined is nothing", () => {
  assert.deepEqual(join([]), []);
  assert.deepEqual(join([source(), source()]), []);
});

test("every way to cut a stream into sources gives the stream", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = generator(seed);
    const all = Array.from({ length: 40 }, (_, index) => index + 1);
    const runs = Array.from({ length: 3 }, () => {
      const from = Math.floor(random() * 40);
      return all.slice(from, from + 1 + Math.floor(random() * 20));
    });
    const joined = seqsOf(join(runs.map((seqs) => source(...seqs))));
    assert.deepEqual(joined, [...new Set(runs.flat())].sort((a, b) => a - b), `seed ${seed}`);
  }
});

test("the live buffer is a source as it is", () => {
  const series = new Series(["rpm"], 5);
  for (let seq = 1; seq <= 8; seq += 1) series.insert(seq, seq * 1000, { rpm: seq });
  series.addMetric("temp");
  series.insert(9, 9000, { rpm: 9, temp: 20 });
  const pieces = join([series.source(), source(1, 3, 5)]);
  assert.deepEqual(seqsOf(pieces), [1, 3, 5, 6, 7, 8, 9]);
  assert.deepEqual([...series.source().values("temp")], [NaN, NaN, NaN, NaN, 20]);
});

test("a copy does not follow the stream, and metrics are bounded", () => {
  const series = new Series(["rpm"], 5);
  series.insert(1, 1000, { rpm: 1 });
  const copy = series.copy();
  series.insert(2, 2000, { rpm: 2 });
  assert.deepEqual([...copy.seqs], [1]);
  for (let index = 0; index < 100; index += 1) series.addMetric(`extra${index}`);
  assert.equal(series.names.length, 32);
  assert.equal(series.addMetric("rpm"), false);
});

test("binary search", () => {
  assert.equal(indexOf([], 5), 0);
  assert.equal(indexOf([1, 3, 5], 0), 0);
  assert.equal(indexOf([1, 3, 5], 3), 1);
  assert.equal(indexOf([1, 3, 5], 4), 2);
  assert.equal(indexOf([1, 3, 5], 6), 3);
});

test("late readings are told from those in order, one from the future makes none late", () => {
  const readings = [reading(1, {}, 1000), reading(2, {}, 9_000_000), reading(3, {}, 3000), reading(4, {}, 2000)];
  const found = instants(join([columnsOf(readings)]), { from: 0, to: 10_000 }, 60_000);
  assert.deepEqual(found.map(({ seq, isLate }) => [seq, isLate]), [[1, false], [3, false], [4, true]]);
});

test("the nearest reading, and none where there is a gap", () => {
  const pieces = join([source(1, 2, 10)]);
  assert.equal(nearest(pieces, 2300, 1000).seq, 2);
  assert.equal(nearest(pieces, 6000, 1000), null);
  assert.equal(nearest(pieces, 9500, 1000).time, 10_000);
  assert.equal(nearest(pieces, 2000, 1000, "temp"), null);
});

test("from reading to reading, in both directions, also over sources", () => {
  const pieces = join([source(3, 4), source(1, 2)]);
  assert.equal(neighbourTime(pieces, 2000, 1), 3000);
  assert.equal(neighbourTime(pieces, 3000, -1), 2000);
  assert.equal(neighbourTime(pieces, 4000, 1), null);
});

test("gaps: between readings, at the end, across the whole window; not where the line goes on", () => {
  const gaps = (times, options = {}) => {
    const bars = new Bars(10);
    const columns = columnsOf(times.map((time, index) => reading(index + 1, { rpm: 1 }, time)));
    const window = { start: 1_000_000, msPerColumn: 1000, gap: 2500, ...options };
    decimatePieces(bars, join([columns]), "rpm", window);
    return bars.gaps.map(({ from, to }) => [from - 1_000_000, to - 1_000_000]);
  };
  const at = (...seconds) => seconds.map((second) => 1_000_000 + second * 1000);
  assert.deepEqual(gaps(at(0, 2, 4, 6, 8)), []);
  assert.deepEqual(gaps(at(0, 2, 7, 9)), [[2000, 7000]]);
  assert.deepEqual(gaps(at(0, 2)), [[2000, 10_000]], "silence until the right edge");
  assert.deepEqual(gaps(at(-5, 20)), [[-5000, 20_000]], "nothing in the window");
  assert.deepEqual(gaps(at(-1, 1, 3, 5, 7, 9, 11)), []);
  assert.deepEqual(gaps(at(7, 9)), [], "nothing is known of what was before the first reading");
  assert.deepEqual(gaps(at(0, 2, 4, 6, 8, 9_000), { latest: 1_100_000 }), [], "a wrong clock makes no gap");
});

test("the line leaves the window to the next reading", () => {
  const bars = new Bars(10);
  const columns = columnsOf([reading(1, { rpm: 0 }, 5000), reading(2, { rpm: 10 }, 15_000)]);
  decimatePieces(bars, join([columns]), "rpm", { start: 0, msPerColumn: 1000, gap: 60_000 });
  assert.ok(Math.abs(bars.high[9] - 5) < 1e-9);
  assert.deepEqual([bars.minimum, bars.maximum], [0, 0], "what is outside does not count");
});

test("a metric that only some sources have", () => {
  const bars = new Bars(10);
  const pieces = join([columnsOf([reading(5, { temp: 7 })]), source(1, 2, 3)]);
  decimatePieces(bars, pieces, "temp", { start: 0, msPerColumn: 1000, gap: 2500 });
  assert.equal(bars.count, 1);
  assert.equal(bars.low[5], 7);
});

function generator(seed) {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
