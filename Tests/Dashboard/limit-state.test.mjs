import assert from "node:assert/strict";
import { test } from "node:test";

import { alarmWeight, byWeight } from "../../public/js/fleet/model.js";
import { judgeLimit } from "../../public/js/machine/limit-state.js";

const alarm = (kind, state = "unacknowledged", metric = "rpm") => ({ kind, state, metric });
const lines = [{ value: 1800, kind: "high" }, { value: 2000, kind: "highHigh" }, { value: 100, kind: "low" }];

test("the badge of a value is that of its worst alarm, else of the limit it is beyond", () => {
  const judge = (value, ...alarms) => judgeLimit(value, alarms, "rpm", lines);
  assert.deepEqual(judge(1500), { text: "", state: "" });
  assert.deepEqual(judge(null), { text: "", state: "" });
  assert.deepEqual(judge(1900), { text: "▲ HIGH", state: "pending" });
  assert.deepEqual(judge(2001), { text: "▲▲ HIGH HIGH", state: "pending" });
  assert.deepEqual(judge(99), { text: "▼ LOW", state: "pending" });
  assert.deepEqual(judge(1500, alarm("high", "returned")), { text: "▲ HIGH", state: "returned" });
  assert.deepEqual(
    judge(2100, alarm("highHigh", "acknowledged"), alarm("high")),
    { text: "▲ HIGH", state: "unacknowledged" },
    "what nobody has acknowledged comes first",
  );
  assert.deepEqual(judge(1500, alarm("high", "unacknowledged", "torque")), { text: "", state: "" });
});

test("alarms weigh by what is to be done, then by priority", () => {
  const one = (state, priority) => ({ state, priority });
  const sorted = byWeight([
    one("acknowledged", "urgent"),
    one("unacknowledged", "low"),
    one("returned", "high"),
    one("unacknowledged", "urgent"),
  ]);
  const names = sorted.map(({ state, priority }) => `${state} ${priority}`);
  assert.deepEqual(names, ["unacknowledged urgent", "unacknowledged low", "returned high", "acknowledged urgent"]);
  assert.ok(alarmWeight({}) > alarmWeight(one("acknowledged", "low")));
});
