import assert from "node:assert/strict";
import { test } from "node:test";

import {
  SPAN_MAX, SPAN_MIN, clamp, horizon, liveSpan, moved, pan, parseSpan, parseTime, pinch, readSpan, togglePause,
  wholeSpan, writeSpan, writeState, zoom,
} from "../../public/js/machine/span.js";

/** An hour of readings, from 0 to 3,600,000. */
const bounds = { oldest: 0, edge: 3_600_000 };
const minute = { from: 60_000, to: 120_000 };

test("windows in the URL are read and written back the same", () => {
  for (const text of ["1m", "5m", "15m", "1h", "6h", "2d", "90s", "all", "1.5s"]) {
    assert.equal(writeSpan(parseSpan(text)), text);
  }
  assert.equal(parseSpan("60s"), 60_000);
  assert.equal(writeSpan(60_000), "1m");
});

test("nonsense in the URL is no window, and extremes are cut", () => {
  for (const text of [null, undefined, "", "m", "10", "-5m", "1e9h", "5 m", "NaN"]) assert.equal(parseSpan(text), null);
  assert.equal(parseSpan("0s"), SPAN_MIN);
  assert.equal(parseSpan("999999d"), SPAN_MAX);
  assert.equal(parseTime("1970-01-01T00:00:01Z"), 1000);
  assert.equal(parseTime("86400000"), 86_400_000);
  for (const text of [null, "", "yesterday", "1e400"]) assert.equal(parseTime(text), null);
});

test("a state survives the URL", () => {
  const held = { span: 600_000, held: { from: 1000, to: 61_000 }, isPaused: true };
  const names = writeState(held);
  assert.deepEqual(readSpan((name) => names[name]), held);
  const live = writeState(liveSpan());
  assert.ok(Object.values(live).every((value) => value === null));
  assert.deepEqual(readSpan((name) => live[name]), liveSpan());
});

test("from and to that are no stretch of time are not held", () => {
  const read = (from, to) => readSpan((name) => ({ from, to })[name]).held;
  assert.equal(read("5000", null), null);
  assert.equal(read("5000", "5000"), null);
  assert.equal(read("9000", "5000"), null);
  assert.deepEqual(read("5000", "9000"), { from: 5000, to: 9000 });
});

test("zooming keeps the instant under the pointer where it is", () => {
  const range = zoom(minute, 0.5, 75_000, bounds);
  assert.deepEqual(range, { from: 67_500, to: 97_500 });
  assert.equal((75_000 - range.from) / 30_000, (75_000 - minute.from) / 60_000);
});

test("zooming ends at a second and at everything kept", () => {
  const near = zoom(minute, 1e-9, 90_000, bounds);
  assert.equal(near.to - near.from, SPAN_MIN);
  assert.ok(near.from <= 90_000 && near.to >= 90_000);
  assert.deepEqual(zoom(minute, 1e9, 90_000, bounds), { from: 0, to: 3_600_000 });
});

test("panning stops at the oldest and at the newest reading", () => {
  assert.deepEqual(pan(minute, 30_000, bounds), { from: 90_000, to: 150_000 });
  assert.deepEqual(pan(minute, -1e9, bounds), { from: 0, to: 60_000 });
  assert.deepEqual(pan(minute, 1e9, bounds), { from: 3_540_000, to: 3_600_000 });
});

test("a ring that is shorter than the window does not pull the window apart", () => {
  const short = { oldest: 3_590_000, edge: 3_600_000 };
  assert.deepEqual(clamp({ from: 3_000_000, to: 3_060_000 }, short), { from: 3_540_000, to: 3_600_000 });
  assert.equal(horizon(short), 60_000);
});

test("without a known oldest reading only the newest bounds", () => {
  const open = { oldest: null, edge: 3_600_000 };
  assert.deepEqual(clamp({ from: -500_000, to: -440_000 }, open), { from: -500_000, to: -440_000 });
  assert.equal(horizon(open), SPAN_MAX);
});

test("two fingers keep their instants under them", () => {
  const range = pinch(minute, [0.25, 0.75], [0, 1], bounds);
  assert.deepEqual(range, { from: 75_000, to: 105_000 });
  const both = pinch(minute, [0.4, 0.6], [0.5, 0.7], bounds);
  assert.deepEqual([both.from, both.to].map(Math.round), [54_000, 114_000], "both moved: a pan");
  const out = pinch(minute, [0, 1], [0.25, 0.75], bounds);
  assert.equal(out.to - out.from, 120_000);
});

test("fingers on one spot or crossed change no scale", () => {
  for (const [before, after] of [[[0.5, 0.5], [0.4, 0.6]], [[0.4, 0.6], [0.6, 0.4]], [[0.4, 0.6], [0.5, 0.5]]]) {
    const range = pinch(minute, before, after, bounds);
    assert.equal(Math.round(range.to - range.from), 60_000);
    assert.ok(Number.isFinite(range.from));
  }
});

test("a window moved to the newest reading follows it again, a paused one never", () => {
  const atEdge = { from: 3_540_000, to: 3_600_000 };
  assert.deepEqual(moved(liveSpan(300_000), atEdge, bounds), liveSpan(60_000));
  const paused = moved({ span: null, held: minute, isPaused: true }, atEdge, bounds);
  assert.deepEqual(paused.held, atEdge);
  assert.deepEqual(moved(liveSpan(300_000), minute, bounds).held, minute);
  assert.equal(moved(liveSpan(300_000), minute, bounds).span, 300_000, "where back to live goes to");
});

test("pause holds what is seen and goes back to the window before", () => {
  const paused = togglePause(liveSpan(300_000), minute);
  assert.deepEqual(paused, { span: 300_000, held: minute, isPaused: true });
  assert.deepEqual(togglePause(paused, minute), liveSpan(300_000));
});

test("the whole ring grows in steps, so that the scale does not shimmer", () => {
  const spans = new Set();
  for (let edge = 1_000_000; edge < 1_100_000; edge += 100) spans.add(wholeSpan({ oldest: 0, edge }));
  assert.ok(spans.size <= 6, `${spans.size} steps for ten per cent`);
  for (const span of spans) assert.ok(span >= 1_000_000);
  assert.equal(wholeSpan({ oldest: null, edge: 5 }), 60_000);
});
