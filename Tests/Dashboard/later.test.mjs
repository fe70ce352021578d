import assert from "node:assert/strict";
import { test } from "node:test";

import { group } from "../../public/js/known-alarms.js";
import { untilLoaded } from "../../public/js/later.js";

test("a part of the page that could not be fetched is asked for again, a broken one is not", async () => {
  let asked = 0;
  const load = async () => {
    asked += 1;
    if (asked < 3) throw new TypeError("Failed to fetch dynamically imported module");
    return "part";
  };
  assert.equal(await untilLoaded(load, async () => {}), "part");
  assert.equal(asked, 3);
  const broken = untilLoaded(async () => {
    throw new SyntaxError("no");
  });
  await assert.rejects(broken, SyntaxError);
});

test("alarms by machine, without those that were put aside", () => {
  const shelved = { machine: "a", id: "2", shelved: { until: "later" } };
  const groups = group([{ machine: "a", id: "1" }, shelved, { machine: "b", id: "3" }]);
  assert.deepEqual([groups.get("a").length, groups.get("b").length, groups.size], [1, 1, 2]);
});
