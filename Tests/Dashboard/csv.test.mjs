import assert from "node:assert/strict";
import { test } from "node:test";

import { csv, fileName } from "../../public/js/machine/csv.js";
import { limitLines, normalBand, withLimits } from "../../public/js/machine/limits.js";
import { spanText, stretchText, tickText } from "../../public/js/machine/when.js";
import { timeTicks } from "../../public/js/scales.js";

const same = (value) => value;
const columns = [
  { name: "rpm", unit: "rpm", convert: same },
  { name: "torque", unit: "lbf·ft", convert: (value) => value * 0.737562149277 },
  { name: "temp", unit: "", convert: same },
];
const row = (seq, values) => {
  return { seq, time: Date.UTC(2026, 10, 21, 9, 0, seq, 5), value: (name) => values[name] ?? NaN };
};

test("one line for each reading, numbers with a point, missing ones empty", () => {
  const text = csv([row(1, { rpm: 1480.25, torque: 100 }), row(2, { temp: -3 })], columns, "machineA");
  assert.equal(text, [
    "timestamp,machine,seq,rpm [rpm],torque [lbf·ft],temp",
    "2026-11-21T09:00:01.005Z,machineA,1,1480.25,73.75621493,",
    "2026-11-21T09:00:02.005Z,machineA,2,,,-3",
    "",
  ].join("\r\n"));
});

test("unchanged units change no digit", () => {
  const value = 0.1 + 0.2;
  assert.ok(csv([row(1, { rpm: value })], columns, "m").includes(`,${value},`));
});

test("a comma or a quote in a name is quoted", () => {
  const odd = [{ name: "a", unit: 'x,"y"', convert: same }];
  assert.ok(csv([], odd, "m").startsWith('timestamp,machine,seq,"a [x,""y""]"'));
});

test("the file says machine and window", () => {
  const range = { from: Date.UTC(2026, 10, 21, 9), to: Date.UTC(2026, 10, 21, 9, 10) };
  assert.equal(fileName("machineA", range, "", "csv"), "machineA_20261121T090000Z_20261121T091000Z.csv");
  assert.equal(fileName("m", range, "rpm", "png"), "m_rpm_20261121T090000Z_20261121T091000Z.png");
});

test("limits become lines with a name, mildest first; a rate is none", () => {
  const limits = [
    { kind: "highHigh", value: 2000 }, { kind: "high", value: 1800 }, { kind: "low", value: 100 },
    { kind: "rate", value: 5 }, { kind: "high", value: NaN },
  ];
  const lines = limitLines(limits, (value) => value * 2, String);
  assert.deepEqual(lines.map(({ label, shown }) => [label, shown]), [
    ["▲ HIGH 1800", 3600], ["▼ LOW 100", 200], ["▲ HIGH HIGH 2000", 4000],
  ]);
  assert.deepEqual(normalBand(lines), { low: 200, high: 3600 });
  assert.deepEqual(normalBand(lines.slice(0, 1)), { low: -Infinity, high: 3600 });
  assert.equal(normalBand([]), null);
});

test("the range makes room for a limit near the data, not for one far away", () => {
  const line = (shown) => ({ shown, isHigh: true, isOuter: false, label: "" });
  assert.deepEqual(withLimits(100, 120, 10, [line(140)]), { minimum: 100, maximum: 140 });
  assert.deepEqual(withLimits(100, 120, 10, [line(5000)]), { minimum: 100, maximum: 120 });
  assert.deepEqual(withLimits(100, 120, 10, [line(5000), line(130)]), { minimum: 100, maximum: 130 });
  assert.deepEqual(withLimits(NaN, NaN, 10, [line(5)]), { minimum: 5, maximum: 5 });
  assert.ok(Number.isNaN(withLimits(NaN, NaN, 10, []).minimum));
});

test("lengths of time and stretches read well", () => {
  assert.deepEqual([60_000, 600_000, 3_600_000, 21_600_000, 86_400_000, 1000, 4500].map(spanText),
    ["minute", "10 minutes", "hour", "6 hours", "day", "second", "4.5 seconds"]);
  const noon = new Date(2026, 10, 21, 12, 0, 0).getTime();
  assert.equal(stretchText({ from: noon, to: noon + 60_000 }, noon), "12:00:00 to 12:01:00");
  assert.equal(stretchText({ from: noon, to: noon + 1500 }, noon), "12:00:00.000 to 12:00:01.500");
  assert.equal(stretchText({ from: noon - 86_400_000, to: noon }, noon), "2026-11-20 12:00:00 to 2026-11-21 12:00:00");
});

test("the time axis has round steps from tenths of a second to days", () => {
  const spans = [1000, 5000, 60_000, HOUR, 12 * HOUR, 48 * HOUR, 14 * 24 * HOUR];
  const steps = spans.map((span) => timeTicks(0, span, 6, 0).step);
  assert.deepEqual(steps, [200, 1000, 10_000, 10 * 60_000, 2 * HOUR, 12 * HOUR, 3 * 24 * HOUR]);
  const midnight = new Date(2026, 10, 21).getTime();
  assert.equal(tickText(midnight, 12 * HOUR), "11-21");
  assert.equal(tickText(midnight + HOUR, HOUR), "01:00");
  assert.equal(tickText(midnight + 200, 200), "00:00:00.2");
});

const HOUR = 3_600_000;
