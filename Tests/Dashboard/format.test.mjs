import assert from "node:assert/strict";
import { test } from "node:test";

import * as format from "../../public/js/format.js";

test("as many decimals as the value needs, and no more than allowed", () => {
  const cases = [
    [1480, 1, 0], [1480.2, 1, 1], [6.02, 2, 2], [6.5, 2, 1], [1 / 3, 2, 2], [-0.5, 1, 1], [0.1 + 0.2, 1, 1], [0, 2, 0],
  ];
  for (const [value, most, decimals] of cases) {
    assert.equal(format.decimalsNeeded(value, most), decimals, String(value));
  }
});

test("numbers have fixed decimals, no grouping, and follow the locale", () => {
  assert.equal(format.formatNumber(1480, 1, "en"), "1480.0");
  assert.equal(format.formatNumber(12_345.678, 1, "en"), "12345.7");
  assert.equal(format.formatNumber(12_345.678, 1, "de"), "12345,7");
  assert.equal(format.formatNumber(-3.25, 1, "en"), "-3.3");
});

test("zero has no sign", () => {
  assert.equal(format.formatNumber(-0.01, 1, "en"), "0.0");
  assert.equal(format.formatNumber(-0, 0, "en"), "0");
  assert.equal(format.formatNumber(-0.06, 1, "en"), "-0.1");
  assert.equal(format.formatNumber(-0.01, 1, "sv"), "0,0", "also with a true minus sign");
});

test("what is no number is shown as no value", () => {
  for (const value of [NaN, Infinity, -Infinity, undefined]) {
    assert.equal(format.formatNumber(value, 1), format.NO_VALUE);
  }
});

test("date and time are local and padded", () => {
  const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
  assert.equal(format.formatDate(time), "2026-01-02");
  assert.equal(format.formatTime(time), "03:04:05");
  assert.equal(format.formatTime(time, false), "03:04");
  assert.match(format.formatZone(time), /^UTC([+−]\d\d:\d\d)?$/);
});

test("ages are for people", () => {
  const cases = [
    [-5, "0 s"], [999, "0 s"], [59_999, "59 s"],
    [60_000, "1 min 00 s"], [200_000, "3 min 20 s"], [600_000, "10 min"],
    [3_599_999, "59 min"], [3_600_000, "1 h 00 min"], [7_500_000, "2 h 05 min"],
    [47 * 3_600_000, "47 h 00 min"], [76 * 3_600_000, "3 d 4 h"],
  ];
  for (const [milliseconds, text] of cases) assert.equal(format.formatAge(milliseconds), text);
});

test("an outage is told in full, and only if it cost something", () => {
  assert.equal(format.describeRecovery(0, 0), "");
  assert.equal(format.describeRecovery(1, 0), "1 reading recovered");
  assert.equal(format.describeRecovery(412, 38), "412 readings recovered, 38 were overwritten");
  assert.equal(format.describeRecovery(0, 38), "38 readings were overwritten");
  assert.equal(format.describeRecovery(0, 1), "1 reading was overwritten");
  assert.equal(format.describeRecovery(2, 1), "2 readings recovered, 1 was overwritten");
});

test("the line for a first reading can be pasted as it is", () => {
  assert.equal(
    format.publishExample("gateway.local"),
    `mosquitto_pub -h gateway.local -t machines/press1/telemetry -m '{"rpm":1480,"torque":120.5,"pressure":6.02}'`,
  );
});

test("an age in one word where there is little room", () => {
  const said = [-5, 7900, 249_000, 7_300_000, 172_800_000].map(format.formatShortAge);
  assert.deepEqual(said, ["0 s", "7 s", "4 min", "2 h", "2 d"]);
});
