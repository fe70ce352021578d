import assert from "node:assert/strict";
import { test } from "node:test";

import { flagsOf } from "../../public/js/machine/flags.js";
import { parseNames } from "../../public/js/machine/metric-names.js";

const range = { from: 0, to: 100_000 };
const mark = (time, kind = "note", text = `at ${time}`) => ({ time, kind, text, machine: "m" });

test("a flag stands at its moment, those outside the window do not", () => {
  const flags = flagsOf([mark(-1), mark(0), mark(50_000, "alarm"), mark(100_001)], range, 500);
  assert.deepEqual(flags.map(({ x, kind }) => [x, kind]), [[0, "note"], [250, "alarm"]]);
  assert.match(flags[1].lines[0], /^\d\d:\d\d:\d\d at 50000$/);
});

test("flags that would stand on each other become one that says everything, alarms first", () => {
  const [flag, ...others] = flagsOf([mark(1000), mark(1500, "message"), mark(2000, "alarm")], range, 500);
  assert.deepEqual(others, []);
  assert.deepEqual([flag.count, flag.kind, flag.lines.length], [3, "alarm", 3]);
});

test("a thousand notes are bounded in flags and in lines", () => {
  const flags = flagsOf(Array.from({ length: 10_000 }, (_, index) => mark(index * 10)), range, 2000);
  assert.ok(flags.length <= 40);
  assert.ok(flags.every(({ lines }) => lines.length <= 6));
  const [one] = flagsOf(Array.from({ length: 100 }, () => mark(5)), range, 2000);
  assert.equal(one.count, 100);
});

test("metrics in the URL: names only, each once, bounded", () => {
  assert.deepEqual(parseNames("temp,flow,temp,,<b>,1a"), ["temp", "flow"]);
  assert.deepEqual(parseNames(null), []);
  assert.deepEqual(parseNames(["temp"]), []);
  assert.equal(parseNames(Array.from({ length: 100 }, (_, index) => `m${index}`).join()).length, 32);
});
