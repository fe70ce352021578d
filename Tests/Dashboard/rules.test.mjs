import assert from "node:assert/strict";
import { test } from "node:test";

import * as rules from "../../public/js/alarms/rules.js";

const plain = () => ({ symbol: "", convert: (value) => value });
const filled = { ...rules.BLANK, limit: "1800" };

test("a form with a limit is a rule with a name of its own", () => {
  const { rule, errors } = rules.readForm({ ...filled, machine: "press1", deadband: "20", onDelay: "2" }, plain);
  assert.deepEqual(errors, {});
  assert.deepEqual(rule, {
    rule: "press1-rpm-high", machine: "press1", kind: "high", metric: "rpm", limit: 1800, deadband: 20, onDelay: 2,
    offDelay: 0, latch: true, priority: "high", text: "", action: "", enabled: true, source: "page",
  });
});

test("each field says what is wrong with it", () => {
  const wrong = {
    ...filled, rule: "a name", machine: "-x", metric: "1rpm", onDelay: "-1", offDelay: "90000", priority: "huge",
    text: "x".repeat(501), action: "y".repeat(501), kind: "tall",
  };
  const { rule, errors } = rules.readForm(wrong, plain);
  assert.equal(rule, null);
  const names = ["action", "kind", "machine", "metric", "offDelay", "onDelay", "priority", "rule", "text"];
  assert.deepEqual(Object.keys(errors).sort(), names);
  assert.match(errors.text, /at most 500 bytes; it has 501/);
  assert.match(rules.readForm({ ...filled, limit: "much" }, plain).errors.limit, /a number/);
  assert.match(rules.readForm({ ...filled, limit: "" }, plain).errors.limit, /a number/);
  assert.match(rules.readForm({ ...filled, kind: "rate", limit: "-2" }, plain).errors.limit, /above 0/);
  assert.match(rules.readForm({ ...filled, deadband: "-2" }, plain).errors.deadband, /0 or/);
});

test("a rule for silence needs neither metric nor limit", () => {
  const { rule } = rules.readForm({ ...filled, kind: "stale", metric: "", limit: "" }, plain);
  assert.equal(rule.rule, "all-stale");
  assert.ok(!("metric" in rule) && !("limit" in rule));
});

test("a name in use is refused for a new rule, kept for the one that is edited, and evaded when none is given", () => {
  const others = [{ rule: "all-rpm-high", machine: "*" }];
  assert.match(rules.readForm({ ...filled, rule: "all-rpm-high" }, plain, others).errors.rule, /name already/);
  assert.deepEqual(rules.readForm({ ...filled, rule: "all-rpm-high" }, plain, others, "all-rpm-high").errors, {});
  assert.equal(rules.readForm(filled, plain, others).rule.rule, "all-rpm-high-2");
});

test("numbers as people write them", () => {
  assert.equal(rules.readNumber("1,5", 0), 1.5);
  assert.equal(rules.readNumber(" -3.25 ", 0), -3.25);
  assert.equal(rules.readNumber("\u22123", 0), -3);
  assert.equal(rules.readNumber("", 7), 7);
  for (const text of ["1.2.3", "1,000,000", "0x10", "Infinity", "12 rpm"]) {
    assert.ok(Number.isNaN(rules.readNumber(text, 0)), text);
  }
});

test("numbers are written and read in the viewer's units, differences without the offset", () => {
  const fahrenheit = () => ({ symbol: "°F", convert: (value) => value * 1.8 + 32 });
  const form = { ...filled, limit: "212", deadband: "18" };
  const { rule } = rules.readForm(form, fahrenheit);
  assert.equal(rule.limit, 100);
  assert.equal(rule.deadband, 10);
  const again = rules.formOf(rule, fahrenheit);
  assert.equal(again.limit, "212");
  assert.equal(again.deadband, "18");
  const rad = () => ({ symbol: "rad/s", convert: (value) => (value * Math.PI) / 30 });
  const once = rules.formOf({ ...rule, limit: 1800, kind: "high" }, rad);
  assert.equal(rules.readForm({ ...once, rule: "" }, rad).rule.limit, 1800);
});

test("limit lines of a machine: its own and those for all; not rates, not what is switched off", () => {
  const list = rules.cleanRules([
    { rule: "a", machine: "*", metric: "rpm", kind: "high", limit: 1800, priority: "high" },
    { rule: "b", machine: "press1", metric: "rpm", kind: "low", limit: 100, priority: "low" },
    { rule: "c", machine: "press2", metric: "rpm", kind: "low", limit: 100, priority: "low" },
    { rule: "d", machine: "*", metric: "rpm", kind: "rate", limit: 5, priority: "low" },
    { rule: "e", machine: "*", metric: "torque", kind: "high", limit: 5, priority: "low", enabled: false },
    { rule: 5 },
  ]);
  assert.deepEqual([...rules.limitLines(list, "press1")], [
    ["rpm", [{ value: 100, kind: "low", priority: "low" }, { value: 1800, kind: "high", priority: "high" }]],
  ]);
  assert.equal(rules.ownLimits(list, "press1", "rpm").low.rule, "b");
  assert.equal(rules.ownLimits(list, "press1", "rpm").high, null);
});
