import assert from "node:assert/strict";
import { test } from "node:test";

import { LazyRange, WINDOWS, niceRange, niceStep, timeTicks, valueTicks, windowFor } from "../../public/js/scales.js";

test("the window is the shortest that holds everything", () => {
  assert.equal(windowFor(0), 60_000);
  assert.equal(windowFor(60_000), 60_000);
  assert.equal(windowFor(60_001), 120_000);
  assert.equal(windowFor(1e12), WINDOWS[WINDOWS.length - 1]);
});

test("steps are 1, 2 or 5 times a power of ten", () => {
  const cases = [[1, 1], [1.1, 2], [2.5, 5], [7, 10], [0.03, 0.05], [1234, 2000], [1e-9, 1e-9]];
  for (const [least, step] of cases) {
    assert.ok(Math.abs(niceStep(least) / step - 1) < 1e-9, `${least} gives ${niceStep(least)}`);
  }
  for (const least of [0, -1, NaN, Infinity]) assert.equal(niceStep(least), 1);
});

test("a range holds its data", () => {
  const cases = [[0, 0], [1480, 1480], [-5, 5], [1340.7, 1545.3], [0.001, 0.002], [-1e6, 1e6], [1e12, 1e12]];
  for (const [low, high] of cases) {
    const range = niceRange(low, high, 0.4);
    assert.ok(range.low <= low && range.high >= high, JSON.stringify({ low, high, range }));
    assert.ok(range.high > range.low);
    assert.ok(valueTicks(range).length <= 8);
  }
});

test("noise is not blown up to the full height", () => {
  const range = niceRange(100.01, 100.02, 20);
  assert.ok(range.high - range.low >= 20);
});

test("a machine at rest is not shown with negative speed", () => {
  assert.deepEqual(niceRange(0, 0, 20), { low: 0, high: 20, step: 5 });
  assert.ok(niceRange(-1, 0, 20).low < 0, "unless it says so itself");
});

test("the range grows at once", () => {
  const range = new LazyRange(1);
  const before = range.update(0, 10, 0);
  const after = range.update(0, 1000, 1);
  assert.ok(before.high < 1000 && after.high >= 1000);
});

test("the range shrinks only after ten seconds of being too tall", () => {
  const range = new LazyRange(1);
  range.update(0, 1000, 0);
  assert.ok(range.update(0, 10, 1000).high >= 1000);
  assert.ok(range.update(0, 10, 10_999).high >= 1000);
  assert.ok(range.update(0, 10, 11_000).high < 100);
});

test("one tall moment starts the wait again", () => {
  const range = new LazyRange(1);
  range.update(0, 1000, 0);
  range.update(0, 10, 1000);
  range.update(0, 900, 9000);
  assert.ok(range.update(0, 10, 12_000).high >= 1000);
  assert.ok(range.update(0, 10, 22_000).high < 100);
});

test("data that only moves a little does not move the range", () => {
  const range = new LazyRange(1);
  const first = range.update(100, 200, 0);
  for (let now = 0; now < 60_000; now += 500) assert.equal(range.update(100 + now / 3000, 200, now), first);
});

test("without data there is still an axis, and the last one stays", () => {
  const range = new LazyRange(20);
  assert.deepEqual(range.update(NaN, NaN, 0), { low: 0, high: 20, step: 5 });
  const known = range.update(100, 500, 1);
  assert.equal(range.update(NaN, NaN, 2), known);
  range.reset();
  assert.equal(range.update(NaN, NaN, 3).high, 20);
});

test("ticks are free of rounding noise", () => {
  assert.deepEqual(valueTicks({ low: 0, high: 0.3, step: 0.1 }).map(String).length, 4);
  assert.deepEqual(valueTicks({ low: -2, high: 2, step: 1 }), [-2, -1, 0, 1, 2]);
});

test("times are round in local time and not more than there is room for", () => {
  const start = Date.UTC(2026, 10, 21, 9, 41, 26, 123);
  const halfHour = 5.5 * 3_600_000;
  for (const most of [1, 3, 6, 20]) {
    const { step, ticks } = timeTicks(start, start + 600_000, most, halfHour);
    assert.ok(ticks.length <= most + 1);
    for (const tick of ticks) {
      assert.equal((tick + halfHour) % step, 0);
      assert.ok(tick >= start && tick <= start + 600_000);
    }
  }
  assert.ok(timeTicks(start, start + 86_400_000 * 7, 0, 0).ticks.length <= 2, "a week without room");
});
