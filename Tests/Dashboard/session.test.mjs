import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Link, retryDelay } from "../../public/js/link.js";
import { Session } from "../../public/js/session.js";

/** Timers that run when a test says so, and answers to fetch. */
let timers;
let requests;
let answerToFetch;
const { setTimeout, clearTimeout, fetch } = globalThis;
const { info } = console;

beforeEach(() => {
  timers = new Map();
  requests = [];
  answerToFetch = null;
  let next = 1;
  globalThis.setTimeout = (body, delay) => {
    timers.set(next, { body, delay });
    return next++;
  };
  globalThis.clearTimeout = (timer) => timers.delete(timer);
  globalThis.fetch = async (url) => {
    requests.push(url);
    return { ok: answerToFetch !== null, json: async () => answerToFetch };
  };
  console.info = () => {};
});

afterEach(() => {
  Object.assign(globalThis, { setTimeout, clearTimeout, fetch });
  console.info = info;
});

/** What a client of Socket.IO offers, driven by the test. */
class FakeSocket {
  connected = false;
  handlers = {};
  sent = [];
  connects = 0;
  on(event, handler) {
    this.handlers[event] = handler;
  }
  connect() {
    this.connects += 1;
  }
  disconnect() {
    this.lose("io client disconnect");
  }
  emit(event, data, acknowledge) {
    this.sent.push({ event, data, acknowledge });
  }
  open() {
    this.connected = true;
    this.handlers.connect();
  }
  lose(reason) {
    this.connected = false;
    this.handlers.disconnect(reason);
  }
  get last() {
    return this.sent[this.sent.length - 1];
  }
}

const stamp = (seq) => new Date(Date.now() - 100_000 + seq * 10).toISOString();
const reading = (machine, seq) => ({ machine, seq, timestamp: stamp(seq), rpm: 1 });
const readings = (machine, from, to) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => reading(machine, from + index));

/** What the gateway answers to a join: readings `from` to `to`, which is the newest. */
function answer(machine, from, to, more = {}) {
  const held = readings(machine, from, to);
  return { ok: true, machine, epoch: "e1", firstSeq: 1, nextSeq: to + 1, lost: 0, readings: held, ...more };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function runTimer(delay) {
  const [key, timer] = [...timers].find(([, candidate]) => delay(candidate.delay)) ?? [];
  assert.notEqual(key, undefined, "a timer is due");
  timers.delete(key);
  timer.body();
  await settle();
}

async function opened(machine = null, list = ["a", "b"]) {
  const socket = new FakeSocket();
  const session = new Session(new Link(() => socket, null), { machine }, () => {});
  socket.open();
  socket.handlers.machines(list.map((name) => ({ machine: name, state: "live" })));
  await settle();
  return { socket, session };
}

async function joined(machine = "a", to = 5) {
  const { socket, session } = await opened(machine);
  socket.last.acknowledge(answer(machine, 1, to));
  await settle();
  return { socket, session };
}

test("it joins the machine of the URL with history and without a place", async () => {
  const { socket, session } = await joined("b");
  assert.equal(socket.sent.length, 1);
  assert.deepEqual(socket.last.data, { machine: "b", history: 600, ring: true });
  assert.deepEqual(session.feed.series.seqs(), [1, 2, 3, 4, 5]);
  assert.equal(session.recovery, null, "history is no recovery");
});

test("after an outage it joins with its place and closes the hole", async () => {
  const { socket, session } = await joined("a", 5);
  socket.lose("transport close");
  assert.equal(session.link.status.reason, "the connection was closed");
  await runTimer((delay) => delay >= 375 && delay <= 625);
  assert.equal(socket.connects, 2);
  socket.open();
  assert.deepEqual(socket.last.data, { machine: "a", history: 600, ring: true, since: 5, epoch: "e1" });
  socket.last.acknowledge(answer("a", 6, 9));
  await settle();
  socket.handlers.machineData(reading("a", 10));
  assert.deepEqual(session.feed.series.seqs(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual([session.feed.ledger.recovered, session.feed.ledger.missing], [4, 0]);
  assert.equal(session.recovery.recovered, 4);
});

test("what was overwritten meanwhile is told and not asked for again", async () => {
  const { socket, session } = await joined("a", 5);
  socket.lose("transport close");
  socket.open();
  socket.last.acknowledge(answer("a", 9, 12, { firstSeq: 9, lost: 3 }));
  await settle();
  assert.deepEqual([session.recovery.recovered, session.recovery.lost, session.feed.ledger.missing], [4, 3, 0]);
  assert.equal([...timers.values()].some((timer) => timer.delay === 1000), false, "no recovery is planned");
});

test("another epoch drops what was held and starts from nothing", async () => {
  const { socket, session } = await joined("a", 500);
  socket.lose("transport close");
  socket.open();
  socket.last.acknowledge(answer("a", 1, 3, { epoch: "e2" }));
  await settle();
  assert.deepEqual(socket.last.data, { machine: "a", history: 600, ring: true });
  socket.last.acknowledge(answer("a", 1, 3, { epoch: "e2" }));
  await settle();
  assert.deepEqual([session.feed.epoch, session.feed.ledger.last, session.feed.ledger.recovered], ["e2", 3, 0]);
});

test("a thinned stream is filled from the interface", async () => {
  const { socket, session } = await joined("a", 5);
  socket.handlers.machineData(reading("a", 9));
  assert.equal(session.feed.ledger.missing, 3);
  answerToFetch = answer("a", 6, 9);
  await runTimer((delay) => delay === 1000);
  await settle();
  assert.deepEqual(requests, ["/api/machines/a/readings?since=5&limit=204"]);
  assert.deepEqual([session.feed.ledger.missing, session.feed.ledger.recovered, session.recovery.recovered], [0, 3, 3]);
});

test("a request for missing readings that fails is made again, later each time", async () => {
  const { socket, session } = await joined("a", 5);
  socket.handlers.machineData(reading("a", 9));
  await runTimer((delay) => delay === 1000);
  await runTimer((delay) => delay === 2000);
  assert.equal(requests.length, 2);
  assert.equal([...timers.values()].some((timer) => timer.delay === 4000), true);
  assert.equal(session.feed.ledger.missing, 3);
});

test("machines are never mixed", async () => {
  const { socket, session } = await joined("a", 5);
  const late = socket.last;
  session.select("b");
  late.acknowledge(answer("a", 1, 50));
  socket.handlers.machineData(reading("a", 6));
  await settle();
  assert.equal(session.feed.ledger.count, 0);
  socket.last.acknowledge(answer("b", 1, 2));
  await settle();
  socket.handlers.machineData(reading("a", 7));
  assert.deepEqual(session.feed.series.seqs(), [1, 2]);
});

test("an answer that is overtaken by another choice is ignored", async () => {
  const { socket, session } = await opened("a");
  const first = socket.last;
  session.select("b");
  session.select("a");
  socket.last.acknowledge(answer("a", 1, 2));
  await settle();
  first.acknowledge(answer("a", 1, 1, { epoch: "old" }));
  await settle();
  assert.deepEqual([session.feed.epoch, session.feed.ledger.last], ["e1", 2]);
});

test("an overtaken refusal says nothing about the machine shown now", async () => {
  const { socket, session } = await opened("a");
  const first = socket.last;
  session.select("b");
  socket.last.acknowledge(answer("b", 1, 2));
  first.acknowledge({ ok: false, error: { code: "unknown_machine", message: "no machine a" } });
  await settle();
  assert.equal(session.machineStatus, null);
});

test("missing readings of a machine that was left are nobody's recovery", async () => {
  const { socket, session } = await joined("a", 5);
  socket.handlers.machineData(reading("a", 9));
  answerToFetch = answer("a", 6, 9);
  const fetching = runTimer((delay) => delay === 1000);
  session.select("b");
  await fetching;
  await settle();
  assert.equal(session.recovery, null);
  assert.equal(session.feed.ledger.count, 0);
});

test("a bookmarked machine that goes away is shown again when it is back", async () => {
  const { socket, session } = await joined("b");
  socket.handlers.machines([{ machine: "a" }, { machine: "c" }]);
  assert.deepEqual([session.machine, session.isWaitingForWanted], ["a", true]);
  socket.handlers.machines([{ machine: "a" }, { machine: "b" }, { machine: "c" }]);
  assert.equal(session.machine, "b");
});

test("after a connection that worked the next retry is quick again", async () => {
  const { socket } = await joined("a");
  socket.lose("transport close");
  for (let failure = 0; failure < 6; failure += 1) {
    await runTimer((delay) => delay !== 8000);
    socket.handlers.connect_error(new Error("refused"));
  }
  assert.ok([...timers.values()].some((timer) => timer.delay > 3000 && timer.delay < 6500));
  await runTimer((delay) => delay !== 8000);
  socket.open();
  socket.lose("transport close");
  await runTimer((delay) => delay <= 625);
});

test("no answer to a join is a dead connection", async () => {
  const { socket, session } = await opened("a");
  await runTimer((delay) => delay === 8000);
  assert.equal(socket.connected, false);
  assert.equal(session.link.status.reason, "the gateway does not answer");
});

test("a refused machine is joined when the list names it", async () => {
  const { socket, session } = await opened("a");
  socket.last.acknowledge({ ok: false, error: { code: "unknown_machine", message: "no machine a" } });
  await settle();
  assert.equal(session.trouble.reason, "no machine a");
  socket.handlers.machines([{ machine: "a" }, { machine: "b" }]);
  assert.equal(socket.sent.length, 2);
  socket.last.acknowledge(answer("a", 1, 1));
  await settle();
  socket.handlers.machineData(reading("a", 2));
  assert.equal(session.trouble, null);
});

test("status of the machine counts until a reading proves otherwise", async () => {
  const { socket, session } = await joined("a", 5);
  socket.handlers.machineStatus({ machine: "b", state: "offline", reason: "not ours" });
  assert.equal(session.trouble?.reason, undefined);
  socket.handlers.machineStatus({ machine: "a", state: "offline", reason: "last will" });
  assert.equal(session.trouble.reason, "last will");
  socket.handlers.machineData(reading("a", 6));
  assert.equal(session.trouble, null);
});

test("a bookmarked machine that comes later is shown when it comes", async () => {
  const { socket, session } = await opened("late");
  assert.deepEqual([session.machine, session.isWaitingForWanted], ["a", true]);
  socket.handlers.machines([{ machine: "a" }, { machine: "b" }, { machine: "late" }]);
  assert.deepEqual([session.machine, session.isWaitingForWanted], ["late", false]);
});

test("what somebody chose is not taken away by a bookmark", async () => {
  const { socket, session } = await opened("late");
  session.select("b");
  socket.handlers.machines([{ machine: "a" }, { machine: "b" }, { machine: "late" }]);
  assert.equal(session.machine, "b");
});

test("without machines nothing is joined; the first one opens by itself", async () => {
  const { socket, session } = await opened(null, []);
  assert.deepEqual([session.machine, socket.sent.length], [null, 0]);
  socket.handlers.machines([{ machine: "press1" }]);
  assert.deepEqual(socket.last.data, { machine: "press1", history: 600, ring: true });
});

test("retries are spread, grow and stay below seven seconds", () => {
  assert.equal(retryDelay(0, 0), 375);
  assert.equal(retryDelay(0, 1), 625);
  for (let attempt = 0; attempt < 2000; attempt += 1) assert.ok(retryDelay(attempt, 1) <= 6250);
  assert.ok(retryDelay(2, 0) > retryDelay(0, 1));
});

test("a stream that falls silent is asked for once", async () => {
  const { socket, session } = await joined("a", 5);
  const later = Date.now() + 60_000;
  session.beat(later);
  assert.equal(socket.sent.length, 1, "the join that has just been answered was the question");
  socket.handlers.machineData(reading("a", 6));
  session.beat(Date.now());
  assert.equal(socket.sent.length, 1, "it is not silent yet");
  session.beat(later);
  session.beat(later + 500);
  assert.deepEqual(socket.last.data, { machine: "a", history: 600, ring: true, since: 6, epoch: "e1" });
  assert.equal(socket.sent.length, 2);
  socket.last.acknowledge(answer("a", 7, 8));
  await settle();
  assert.deepEqual([session.feed.ledger.last, session.feed.ledger.recovered], [8, 2]);
});

test("a silent connection without an answer is given up", async () => {
  const { socket, session } = await joined("a", 5);
  socket.handlers.machineData(reading("a", 6));
  for (const key of timers.keys()) timers.delete(key);
  session.beat(Date.now() + 60_000);
  await runTimer((delay) => delay === 8000);
  assert.deepEqual([socket.connected, session.link.status.reason], [false, "the gateway does not answer"]);
});

test("waking up does not wait for the retry", async () => {
  const { socket, session } = await joined("a");
  socket.lose("ping timeout");
  session.wake();
  session.wake();
  assert.equal(socket.connects, 2, "and one knock is enough");
});

test("a refused connection keeps the first reason and tries again", async () => {
  const { socket, session } = await joined("a");
  socket.lose("transport close");
  await runTimer((delay) => delay <= 625);
  socket.handlers.connect_error(new Error("websocket error"));
  assert.equal(session.link.status.reason, "the connection was closed");
  assert.ok([...timers.values()].some((timer) => timer.delay >= 750 && timer.delay <= 1250));
});
