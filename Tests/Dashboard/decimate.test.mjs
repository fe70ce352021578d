import assert from "node:assert/strict";
import { test } from "node:test";

import { Bars, decimate } from "../../public/js/decimate.js";

/** Ten columns of 100 ms from time 0 on. */
const window = { start: 0, msPerColumn: 100, gap: 10_000 };

function bars(points, options = window, width = 10) {
  const result = new Bars(width);
  decimate(result, points.map(([time]) => time), points.map(([, value]) => value), options);
  return result;
}

const drawn = (result) => [...result.low].map((low) => !Number.isNaN(low));

test("nothing in, nothing drawn", () => {
  const result = bars([]);
  assert.ok(drawn(result).every((isDrawn) => !isDrawn));
  assert.ok(Number.isNaN(result.minimum) && Number.isNaN(result.maximum));
});

test("a column keeps the extremes of everything in it", () => {
  const result = bars([[10, 5], [20, 99], [30, -7], [40, 6]]);
  assert.deepEqual([result.low[0], result.high[0]], [-7, 99]);
  assert.deepEqual([result.minimum, result.maximum], [-7, 99]);
});

test("one spike among 100,000 readings survives", () => {
  const points = Array.from({ length: 100_000 }, (_, index) => [index / 100, index === 54_321 ? 1e6 : 0]);
  const result = bars(points);
  assert.equal(result.maximum, 1e6);
  assert.equal(Math.max(...result.high), 1e6);
});

test("empty columns between two readings are joined in a straight line", () => {
  const result = bars([[50, 0], [850, 8]]);
  assert.ok(drawn(result).slice(0, 9).every(Boolean));
  assert.equal(result.low[9], NaN);
  assert.ok(Math.abs(result.high[4] - 4.5) < 1e-9);
  for (let column = 1; column < 9; column += 1) {
    assert.ok(result.low[column] <= result.high[column - 1], `no hairline hole before column ${column}`);
  }
});

test("neighbouring columns touch, also on a falling edge", () => {
  const result = bars([[50, 100], [150, 0], [250, 100]]);
  assert.deepEqual([result.low[1], result.high[1]], [0, 100]);
  assert.deepEqual([result.low[2], result.high[2]], [0, 100]);
});

test("a gap is drawn as a gap", () => {
  const result = bars([[50, 1], [850, 2]], { ...window, gap: 799 });
  assert.deepEqual(drawn(result), [true, false, false, false, false, false, false, false, true, false]);
  const longest = bars([[50, 1], [850, 2]], { ...window, gap: 800 });
  assert.ok(drawn(longest)[4], "exactly the longest pause is still one line");
});

test("the line enters from the left", () => {
  const result = bars([[-100, 0], [100, 10]]);
  assert.ok(Math.abs(result.low[0] - 5) < 1e-9);
  assert.equal(result.minimum, 10, "what is outside does not stretch the range");
});

test("the newest of the readings left of the window counts, whatever their order", () => {
  const result = bars([[-50, 10], [-900, 500], [50, 10]]);
  assert.deepEqual([result.low[0], result.high[0]], [10, 10]);
});

test("late readings draw the same as readings in order", () => {
  const inOrder = [[20, 3], [120, 9], [130, 1], [480, 4], [950, 2]];
  const shuffled = [3, 0, 4, 2, 1].map((index) => inOrder[index]);
  assert.deepEqual([...bars(shuffled).low], [...bars(inOrder).low]);
  assert.deepEqual([...bars(shuffled).high], [...bars(inOrder).high]);
});

test("a line reaches a column at its earliest reading, also when that one came late", () => {
  const inOrder = bars([[50, 0], [410, 4], [490, 100]]);
  const late = bars([[50, 0], [490, 100], [410, 4]]);
  assert.deepEqual([...late.high], [...inOrder.high]);
  assert.ok(late.high[3] < 5);
});

test("the right edge belongs to the last column, what is beyond to none", () => {
  assert.ok(drawn(bars([[1000, 1]]))[9]);
  assert.ok(!drawn(bars([[1001, 1]])).some(Boolean));
});

test("readings without this metric are passed over", () => {
  const result = bars([[50, 1], [150, NaN], [250, 3]]);
  assert.ok(drawn(result)[1], "the line goes on across them");
  assert.deepEqual([result.minimum, result.maximum], [1, 3]);
});

test("two readings at the same instant are two values", () => {
  const result = bars([[50, 1], [50, 5]]);
  assert.deepEqual([result.low[0], result.high[0]], [1, 5]);
});

test("bars can be used again", () => {
  const result = new Bars(10);
  decimate(result, [50, 950], [1, 2], window);
  decimate(result, [450], [7], window);
  assert.deepEqual(drawn(result), [false, false, false, false, true, false, false, false, false, false]);
  assert.deepEqual([result.minimum, result.maximum], [7, 7]);
});
