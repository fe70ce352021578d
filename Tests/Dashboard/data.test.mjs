import assert from "node:assert/strict";
import { test } from "node:test";

import { Arrivals, sourceStates, totals } from "../../public/js/data/arrivals.js";
import { curlLine, exampleTopic, publishHost, publishLine } from "../../public/js/data/publish.js";
import { Refusals } from "../../public/js/data/refusals.js";
import { countsText, reasonText, refusedTotal, visibleText } from "../../public/js/data/words.js";

const rejection = (number, more = {}) => ({
  time: new Date(Date.UTC(2026, 10, 21, 9, 41, number)).toISOString(),
  source: "machines/press1/telemetry",
  reason: "notJSON",
  remedy: "send JSON",
  excerpt: `x${number}`,
  machine: "press1",
  ...more,
});

test("an excerpt shows what it is made of: control characters, direction marks, and no more than a few hundred", () => {
  assert.equal(visibleText("a\n\t\u0000\u007f"), "a‹LF›‹TAB›‹NUL›‹DEL›");
  assert.equal(visibleText("ab\u202Ecd\u200B\u0085"), "ab‹U+202E›cd‹U+200B›‹U+0085›");
  assert.equal(visibleText("<b>é 漢 🙂</b>"), "<b>é 漢 🙂</b>");
  assert.equal(visibleText("x".repeat(5000)).length, 301);
  assert.equal(visibleText(undefined), "");
  assert.equal(visibleText({ toString: () => "no" }), "");
});

test("reasons are words, unknown ones too; hints are no refusals", () => {
  assert.equal(reasonText("notJSON"), "not JSON");
  assert.equal(reasonText("someNewReason"), "some new reason");
  assert.equal(reasonText("constructor"), "constructor");
  const counts = { notJSON: 2, badTimestamp: 5, unchartedMetric: 9, noNumber: 0 };
  assert.equal(countsText(counts), "5 bad timestamp, 2 not JSON");
  assert.equal(refusedTotal(counts), 7);
  assert.equal(refusedTotal(null), 0);
});

test("a refusal that is in the answer and comes as an event too is counted once, the same again later twice", () => {
  const refusals = new Refusals();
  refusals.load({ counts: { notJSON: 2 }, rejected: [rejection(1), rejection(2)] });
  assert.equal(refusals.add(rejection(2)), false);
  assert.equal(refusals.add(rejection(2)), true);
  assert.equal(refusals.add(rejection(3, { count: 4 })), true);
  assert.equal(refusals.total, 7);
  assert.deepEqual(refusals.of(null).map((entry) => entry.excerpt), ["x3", "x2", "x2", "x1"]);
});

test("the list is bounded, keeps its numbers when it is asked for again, and knows what was not sent", () => {
  const refusals = new Refusals();
  for (let number = 0; number < 250; number += 1) refusals.add(rejection(number));
  assert.equal(refusals.list.length, 200);
  const first = refusals.list[0].number;
  refusals.add(rejection(300, { omitted: 40 }));
  assert.equal(refusals.omitted, 40);
  refusals.load({ counts: { notJSON: 290 }, rejected: refusals.list.map((entry) => rejection(0, {
    time: new Date(entry.time).toISOString(),
    excerpt: entry.excerpt,
  })) });
  assert.equal(refusals.omitted, 0);
  assert.equal(refusals.list[0].number, first + 1);
  assert.equal(refusals.total, 290);
});

test("refusals of one machine, and of none", () => {
  const refusals = new Refusals();
  refusals.add(rejection(1));
  refusals.add(rejection(2, { machine: undefined, reason: "badMachineName" }));
  refusals.add(null);
  assert.deepEqual(refusals.of("press1").map((entry) => entry.excerpt), ["x1"]);
  assert.deepEqual(refusals.of("").map((entry) => entry.reason), ["", "badMachineName"]);
});

test("rows: refused ones first, then by name, with a rate from the second look on", () => {
  const arrivals = new Arrivals();
  const ledger = (received, rejected = {}) => ({ received, stored: received, duplicates: 0, late: 1, rejected });
  const machines = [{ machine: "p2", state: "live", reason: "receiving" }];
  arrivals.load([{ machine: "p10", ledger: ledger(5) }, { machine: "p2", ledger: ledger(7) }, null], machines, 1000);
  assert.deepEqual(arrivals.rows.map((row) => row.machine), ["p2", "p10"]);
  assert.equal(arrivals.rows[0].rate, null);
  assert.equal(arrivals.rows[0].state, "live");
  arrivals.load(
    [{ machine: "p10", ledger: ledger(25, { noNumber: 3 }) }, { machine: "p2", ledger: ledger(2) }], null, 3000,
  );
  assert.deepEqual(arrivals.rows.map((row) => [row.machine, row.rate, row.reasons]), [
    ["p10", 10, "3 no number in it"],
    ["p2", null, ""],
  ]);
  assert.deepEqual(totals(arrivals.rows), { received: 27, stored: 27, rejected: 3 });
  arrivals.load("nonsense", null, 4000);
  assert.deepEqual(arrivals.rows, []);
});

test("sources: since when, and a broken store first", () => {
  const readiness = {
    store: { ok: false, detail: "disk full" },
    sources: [{ name: "mqtt", ok: true, detail: "connected to mqtt://a", since: "2026-11-21T09:00:00.000Z" }],
  };
  const states = sourceStates(readiness);
  assert.deepEqual(states.map((state) => state.name), ["store", "mqtt"]);
  assert.equal(states[1].since, Date.UTC(2026, 10, 21, 9));
  assert.equal(states[0].isWorking, false);
  assert.deepEqual(sourceStates(null), []);
});

test("the example topic fits the configured template", () => {
  assert.equal(exampleTopic([]).topic, "machines/press1/telemetry");
  const defaults = ["machines/{machine}/status", "machines/{machine}/{metric}", "machines/{machine}/telemetry"];
  assert.equal(exampleTopic(defaults).topic, "machines/press1/telemetry");
  const one = exampleTopic(["{site}/{line}/{machine}/{metric}"]);
  assert.deepEqual(one, { topic: "site1/line1/press1/rpm", payload: "1480" });
  assert.equal(exampleTopic(["$share/group/plant/_/{machine}/data"]).topic, "plant/any/press1/data");
});

test("the line names a host that a sensor elsewhere can reach, and is safe to paste", () => {
  assert.equal(publishHost("127.0.0.1", "gateway.local"), "gateway.local");
  assert.equal(publishHost("broker.local", "gateway.local"), "broker.local");
  assert.equal(publishHost(null, "[::1]"), "localhost");
  assert.equal(publishHost(null, "[fd00::1]"), "fd00::1");
  const line = publishLine({ host: "localhost", port: 1884, topics: ["it's here/{machine}"] }, "127.0.0.1");
  assert.match(line, /^mosquitto_pub -h localhost -p 1884 -t 'it'\\''s here\/press1' -m '\{"rpm":1480,/);
  assert.match(publishLine(null, "pi.local"), /^mosquitto_pub -h pi\.local -t machines\/press1\/telemetry -m /);
  const locked = publishLine({ host: "b", port: 8883, tls: true, login: true, topics: [] }, "pi.local");
  assert.match(locked, / -p 8883 -u USER -P PASSWORD --capath \/etc\/ssl\/certs -t /);
  assert.match(curlLine("http://pi:3000"), /^curl -X POST http:\/\/pi:3000\/api\/machines\/press1\/readings /);
});
