import assert from "node:assert/strict";
import { test } from "node:test";

import { Feed } from "../../public/js/feed.js";
import { Freshness, MedianInterval } from "../../public/js/freshness.js";
import { judgeLink } from "../../public/js/judgement.js";
import { chooseMachine, cleanList, neighbour } from "../../public/js/machines.js";

const now = Date.UTC(2026, 10, 21, 9, 41, 26);

/** Reading number `seq` of press1, `seq` seconds after `now`. */
function reading(seq, extra = {}) {
  return { machine: "press1", seq, timestamp: new Date(now + seq * 1000).toISOString(), rpm: seq, ...extra };
}

test("the median interval is moved neither by one pause nor by one burst", () => {
  const interval = new MedianInterval();
  assert.equal(interval.value, 0);
  let time = 0;
  for (let index = 0; index < 12; index += 1) interval.note((time += 1000));
  interval.note((time += 60_000));
  for (let index = 0; index < 5; index += 1) interval.note((time += 1));
  interval.note(time - 5000);
  assert.equal(interval.value, 1000);
});

test("a fast machine is stale after 2.5 s, a slow one after three of its intervals", () => {
  const fast = new Freshness();
  const slow = new Freshness();
  for (let index = 0; index < 20; index += 1) {
    fast.noteLive(now + index * 100, now + index * 100);
    slow.noteLive(now + index * 10_000, now + index * 10_000);
  }
  assert.equal(fast.staleAfter, 2500);
  assert.equal(fast.isStale(now + 1900 + 2500), false);
  assert.equal(fast.isStale(now + 1900 + 2501), true);
  assert.equal(slow.staleAfter, 30_000);
});

test("a device that sends batches is not stale between them", () => {
  const freshness = new Freshness();
  for (let batch = 0; batch < 20; batch += 1) {
    const came = now + batch * 10_000;
    for (let index = 0; index < 10; index += 1) freshness.noteLive(came + index * 1000, came);
  }
  assert.equal(freshness.staleAfter, 30_000);
});

test("history is as old as it says, but never from the future", () => {
  const freshness = new Freshness();
  assert.equal(freshness.age(now), Infinity);
  freshness.noteHistory(now - 3_600_000, now);
  assert.equal(freshness.age(now), 3_600_000);
  freshness.noteHistory(now + 9_999_999, now);
  assert.equal(freshness.age(now + 1000), 1000);
});

test("a feed takes its own machine's readings, each once", () => {
  const feed = new Feed("press1");
  assert.equal(feed.take(reading(1), { now, isLive: true }), true);
  assert.equal(feed.take(reading(1), { now, isLive: true }), false);
  assert.equal(feed.take(reading(2, { machine: "press2" }), { now, isLive: true }), false);
  assert.equal(feed.take(reading(3, { timestamp: "soon" }), { now, isLive: true }), false);
  assert.equal(feed.take(undefined, { now, isLive: true }), false);
  assert.deepEqual([feed.ledger.count, feed.series.length], [1, 1]);
});

test("an older reading that is recovered does not replace the newest value", () => {
  const feed = new Feed("press1");
  feed.take(reading(5), { now, isLive: true });
  feed.take(reading(4), { now, isLive: false, isRecovery: true });
  assert.equal(feed.metrics[0].value, 5);
  assert.equal(feed.latestTime, now + 5000);
  assert.equal(feed.ledger.recovered, 1);
});

test("each metric has its own age, so one that falls silent is seen", () => {
  const feed = new Feed("press1");
  feed.take(reading(1, { torque: 7 }), { now, isLive: true });
  for (let seq = 2; seq < 9; seq += 1) feed.take(reading(seq), { now: now + seq * 1000, isLive: true });
  const [rpm, torque, pressure] = feed.metrics;
  assert.equal(rpm.freshness.isStale(now + 8500), false);
  assert.equal(torque.freshness.isStale(now + 8500), true);
  assert.equal(torque.value, 7);
  assert.equal(pressure.value, null);
});

test("ledger and buffer forget together", () => {
  const feed = new Feed("press1", 10);
  for (let seq = 1; seq <= 50; seq += 1) feed.take(reading(seq), { now, isLive: true });
  assert.deepEqual([feed.ledger.first, feed.ledger.last, feed.ledger.count, feed.series.length], [41, 50, 10, 10]);
  assert.equal(feed.take(reading(40), { now, isLive: false }), false);
});

test("one sensor clock in the future does not push the others out of the window", () => {
  const feed = new Feed("press1");
  feed.take(reading(1), { now: now + 1000, isLive: true });
  feed.take(reading(2, { timestamp: "2099-01-01T00:00:00Z" }), { now: now + 2000, isLive: true });
  assert.equal(feed.edge, now + 1000);
  feed.take(reading(3), { now: now + 3000, isLive: true });
  assert.equal(feed.edge, now + 3000);
});

test("a machine whose clock is always in the future is shown all the same", () => {
  const feed = new Feed("press1");
  feed.take(reading(1, { timestamp: "2099-01-01T00:00:00Z" }), { now, isLive: true });
  feed.take(reading(2, { timestamp: "2099-01-01T00:00:01Z" }), { now, isLive: true });
  assert.equal(feed.edge, Date.UTC(2099, 0, 1, 0, 0, 1));
});

test("silence moves the right edge on", () => {
  const feed = new Feed("press1");
  feed.take(reading(0 + 1), { now: now + 1000, isLive: true });
  assert.equal(feed.edgeAt(now + 2000), now + 1000);
  assert.equal(feed.edgeAt(now + 61_000), now + 61_000);
});

test("the link is judged by what is seen, not by the socket alone", () => {
  const up = { phase: "connected", reason: "", retryAt: null };
  const feed = new Feed("press1");
  const judge = (link, trouble, at) => judgeLink(link, feed, trouble, at);
  assert.equal(judge(up, null, now).detail, "nothing from press1 yet");
  feed.take(reading(1), { now, isLive: true });
  assert.deepEqual(judge(up, null, now), { state: "live", title: "Live", detail: "" });
  assert.equal(judge(up, null, now + 9000).state, "nodata");
  assert.equal(judge(up, null, now + 9000).detail, "last reading 9 s ago");
  assert.equal(judge(up, { state: "offline", reason: "last will" }, now).detail, "press1 is offline: last will");
  assert.equal(judge(up, { state: "stale" }, now + 9000).detail, "press1 is stale: last reading 9 s ago");
  assert.equal(judgeLink(up, null, null, now).state, "nodata");
});

test("a broken link says why and when it is tried again", () => {
  const judge = (link) => judgeLink(link, null, null, now);
  assert.equal(judge({ phase: "connecting", reason: "", retryAt: null }).state, "connecting");
  const waiting = judge({ phase: "waiting", reason: "the connection was closed", retryAt: now + 2001 });
  assert.deepEqual([waiting.state, waiting.detail], ["disconnected", "the connection was closed; next try in 3 s"]);
  const trying = judge({ phase: "connecting", reason: "the connection was closed", retryAt: null });
  assert.deepEqual([trying.state, trying.detail], ["disconnected", "the connection was closed; trying now"]);
});

test("the list from the wire is cleaned and ordered for people", () => {
  const list = cleanList([{ machine: "press10" }, null, { machine: 5 }, { machine: "press2" }, {}, { machine: "" }]);
  assert.deepEqual(list.map((entry) => entry.machine), ["press2", "press10"]);
  assert.deepEqual(cleanList("nonsense"), []);
});

test("which machine is shown", () => {
  const list = cleanList([{ machine: "a" }, { machine: "b" }, { machine: "c" }]);
  assert.equal(chooseMachine([], "a", "b"), null);
  assert.equal(chooseMachine(list.slice(0, 1), null, "b"), "a", "the only one");
  assert.equal(chooseMachine(list, null, "b"), "b", "the URL's");
  assert.equal(chooseMachine(list, "c", "gone"), "c", "the current one stays");
  assert.equal(chooseMachine(list, "gone", "gone too"), "a", "else the first");
});

test("the neighbours go round", () => {
  const list = cleanList([{ machine: "a" }, { machine: "b" }]);
  assert.equal(neighbour(list, "b", 1), "a");
  assert.equal(neighbour(list, "a", -1), "b");
  assert.equal(neighbour([], "a", 1), null);
});
