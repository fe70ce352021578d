"use strict";
// What no network can be made to do on demand. The ordinary cases run in a browser: Tests/EndToEnd/test_own_client.py.

const assert = require("node:assert/strict");
const test = require("node:test");
const { World, HANDSHAKE, settle } = require("./world.js");

const RS = "\x1e";

/** Records the named events of an emitter as [name, ...values]. */
function record(emitter, ...names) {
  const log = [];
  for (const name of names) emitter.on(name, (...values) => log.push([name, ...values]));
  return log;
}

// ---- URLs

for (const [uri, expected] of [
  [undefined, "ws://plant:3000/socket.io/?EIO=4&transport=websocket"],
  ["/ns", "ws://plant:3000/socket.io/?EIO=4&transport=websocket"],
  ["//other:1/ns", "ws://other:1/socket.io/?EIO=4&transport=websocket"],
  ["other:1", "ws://other:1/socket.io/?EIO=4&transport=websocket"],
  ["https://other/ns?x=a%20b", "wss://other/socket.io/?x=a%20b&EIO=4&transport=websocket"],
  ["wss://other", "wss://other/socket.io/?EIO=4&transport=websocket"],
]) {
  test(`io(${uri}) opens ${expected}`, () => {
    const world = new World();
    const socket = world.io(uri, { transports: ["websocket"] });
    assert.equal(world.socket.url, expected);
    assert.equal(socket.nsp, /\/ns/.test(uri) ? "/ns" : "/");
  });
}

test("path and query options, over polling with a new t each time", async () => {
  const world = new World();
  world.io({ path: "/deep/io/", query: { a: "1+ 2" } });
  assert.match(world.requests[0].url, /^http:\/\/plant:3000\/deep\/io\/\?a=1%2B%202&EIO=4&transport=polling&t=\w+$/);
  await world.requests[0].answer("0" + JSON.stringify({ ...HANDSHAKE, upgrades: [] }));
  const [get] = world.open("GET");
  assert.match(get.url, /&sid=session$/);
  assert.notEqual(/&t=(\w+)/.exec(get.url)[1], /&t=(\w+)/.exec(world.requests[0].url)[1]);
});

// ---- packets out

for (const [what, act, expected] of [
  ["an event", (s) => s.emit("foo"), '42["foo"]'],
  ["an acknowledged event", (s) => s.emit("foo", 1, () => {}), '420["foo",1]'],
  ["undefined in the middle", (s) => s.emit("foo", undefined, 1), '42["foo",null,1]'],
  ["a date", (s) => s.emit("foo", new Date(0)), '42["foo","1970-01-01T00:00:00.000Z"]'],
  ["a number as name", (s) => s.emit(7, "x"), '42[7,"x"]'],
  ["send", (s) => s.send("x"), '42["message","x"]'],
]) {
  test(`encodes ${what}`, async () => {
    const [socket, wire] = await new World().connect();
    act(socket);
    assert.equal(wire.sent.at(-1), expected);
  });
}

test("encodes binary with its attachments after it, and nothing between", async () => {
  const [socket, wire] = await new World().connect();
  const [a, b] = [new Uint8Array([1]), new Uint8Array([2]).buffer];
  wire.sent.length = 0;
  socket.emit("x", a, { deep: [b] }, () => {});
  socket.emit("y");
  await settle();
  assert.deepEqual(wire.sent, [
    '452-0["x",{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]}]', a, b, '42["y"]',
  ]);
});

test("encodes for a namespace", async () => {
  const world = new World();
  const socket = world.io("/admin", { transports: ["websocket"], auth: { token: "t" } });
  await world.accept('40/admin,{"sid":"id1"}');
  socket.emit("foo", () => {});
  await settle();
  socket.disconnect();
  await settle();
  assert.deepEqual(world.socket.sent, ['40/admin,{"token":"t"}', '42/admin,0["foo"]', "41/admin,"]);
  assert.ok(world.socket.isClosed);
});

// ---- packets in

for (const wrong of [
  '442["some","data"', "40[]", '40"x"', "41{}", '42"x', "42{}", '42[{"toString":"foo"}]', '42[true,"foo"]', '42[null,"bar"]',
  "42[]", "42", '42["connect"]', '42["disconnect","123"]', "4999", "45", "451", "45a-", "451.23-", "4abc",
  '4511-["x"]', '421-["x"]', '43{}',
]) {
  test(`closes on ${wrong}`, async () => {
    const [socket, wire] = await new World().connect();
    const log = record(socket, "disconnect");
    wire.receive(wrong);
    await settle();
    assert.equal(log[0][1], "parse error");
    assert.ok(wire.isClosed);
  });
}

for (const num of [1, -1, 0.5, '"0"', "null"]) {
  test(`closes on attachment number ${num}`, async () => {
    const [socket, wire] = await new World().connect();
    const log = record(socket, "disconnect", "x");
    wire.receive(`451-["x",{"_placeholder":true,"num":${num}}]`);
    wire.receive(new ArrayBuffer(1));
    assert.deepEqual(log.map((entry) => entry.slice(0, 2)), [["disconnect", "parse error"]]);
  });
}

test("closes on text while attachments are missing, and on binary that nobody announced", async () => {
  for (const messages of [['451-["x",{"_placeholder":true,"num":0}]', '42["y"]'], [new ArrayBuffer(1)]]) {
    const [socket, wire] = await new World().connect();
    const log = record(socket, "disconnect", "x", "y");
    messages.forEach((message) => wire.receive(message));
    assert.deepEqual(log.map((entry) => entry[1]), ["parse error"]);
  }
});

test("a binary packet without attachments is whole, and what follows is heard", async () => {
  const [socket, wire] = await new World().connect();
  const log = record(socket, "x", "y");
  wire.receive('450-["x"]');
  wire.receive('42["y",{"_placeholder":true,"num":0}]');
  assert.deepEqual(log, [["x"], ["y", { _placeholder: true, num: 0 }]]);
});

test("id 0 is an id; an answer is sent once; unknown answers are ignored", async () => {
  const [socket, wire] = await new World().connect();
  socket.on("q", (answer) => { answer(1); answer(2); });
  wire.receive('420["q"]');
  wire.receive("4399[1]");
  await settle();
  assert.deepEqual(wire.sent.slice(1), ["430[1]"]);
  assert.ok(socket.connected);
});

test("a listener that throws disturbs nobody, and the page hears of it", async () => {
  const world = new World();
  const [socket, wire] = await world.connect();
  socket.on("x", () => { throw new Error("mine"); });
  const log = record(socket, "x");
  wire.receive('42["x",1]');
  wire.receive('42["x",2]');
  await world.advance(0);
  assert.deepEqual(log, [["x", 1], ["x", 2]]);
  assert.deepEqual(world.uncaught, ["mine", "mine"]);
});

// ---- session

test("an Engine.IO close packet ends the session at once", async () => {
  const [socket, wire] = await new World().connect();
  const log = record(socket, "disconnect");
  wire.receive("1");
  assert.equal(log[0][1], "transport close");
  assert.ok(wire.isClosed);
});

test("answers pings; only pings keep it alive", async () => {
  const world = new World();
  const [socket, wire] = await world.connect();
  const log = record(socket, "disconnect");
  await world.advance(499);
  wire.receive("2");
  await settle();
  assert.equal(wire.sent.at(-1), "3");
  await world.advance(499);
  wire.receive('42["chatter"]');
  assert.deepEqual(log, []);
  await world.advance(1);
  assert.equal(log[0][1], "ping timeout");
});

test("after sleep the first emit finds the session dead, and is kept for the next", async () => {
  const world = new World();
  const [socket, wire] = await world.connect();
  const log = record(socket, "disconnect");
  world.now += 100_000; // the clock jumped, the timer did not run
  socket.emit("x");
  await settle();
  assert.equal(log[0][1], "ping timeout");
  assert.ok(!wire.sent.includes('42["x"]'));
  await world.advance(1500);
  await world.accept();
  assert.equal(world.socket.sent.at(-1), '42["x"]');
});

test("becoming visible looks at the heartbeat", async () => {
  const world = new World();
  const [socket] = await world.connect();
  const log = record(socket, "disconnect");
  world.fire("visibilitychange");
  await settle();
  assert.deepEqual(log, []);
  world.now += 100_000;
  world.fire("visibilitychange");
  await settle();
  assert.equal(log[0][1], "ping timeout");
});

test("posts go one at a time, none above maxPayload unless it is one packet", async () => {
  const world = new World();
  const socket = world.io({ upgrade: false });
  await world.requests[0].answer("0" + JSON.stringify(HANDSHAKE));
  await world.open("POST")[0].answer("ok");
  await world.open("GET")[0].answer('40{"sid":"id1"}');
  socket.emit("ä".repeat(30)); // 66 bytes
  for (const size of [30, 10, 200]) socket.emit("b", new Uint8Array(size));
  const bodies = [];
  while (world.open("POST").length > 0) {
    assert.equal(world.open("POST").length, 1);
    bodies.push(world.open("POST")[0].body);
    await world.open("POST")[0].answer("ok");
  }
  const packets = bodies.join(RS).split(RS);
  assert.equal(packets.length, 7);
  assert.deepEqual(packets.slice(1).map((packet) => packet[0]), ["4", "b", "4", "b", "4", "b"]);
  for (const body of bodies) assert.ok(Buffer.byteLength(body) <= 100 || !body.includes(RS), body);
  assert.ok(bodies.length < packets.length, "more than one packet goes together");
});

test("disconnect over polling: what was emitted, then 41, then 1, then the held GET is let go", async () => {
  const world = new World();
  const socket = world.io({ upgrade: false });
  await world.requests[0].answer("0" + JSON.stringify(HANDSHAKE));
  await world.open("POST")[0].answer("ok");
  await world.open("GET")[0].answer('40{"sid":"id1"}');
  const [held] = world.open("GET");
  socket.emit("x");
  socket.emit("y");
  socket.disconnect();
  const bodies = [];
  while (world.open("POST").length > 0) {
    bodies.push(world.open("POST")[0].body);
    assert.ok(!held.isAborted);
    await world.open("POST")[0].answer("ok");
  }
  assert.deepEqual(bodies.join(RS).split(RS), ['42["x"]', '42["y"]', "41", "1"]);
  assert.ok(held.isAborted);
});

test("disconnect during a polling handshake closes the session that it made", async () => {
  const world = new World();
  const socket = world.io();
  socket.disconnect();
  await world.requests[0].answer("0" + JSON.stringify(HANDSHAKE));
  assert.deepEqual(world.open("POST").map((request) => request.body), ["1"]);
  assert.equal(world.open("GET").length, 0);
  assert.equal(world.sockets.length, 0);
});

// ---- upgrade

async function upgrading() {
  const world = new World();
  const socket = world.io();
  await world.requests[0].answer("0" + JSON.stringify(HANDSHAKE));
  await world.open("POST")[0].answer("ok");
  await world.open("GET")[0].answer('40{"sid":"id1"}');
  world.socket.accept();
  await settle();
  return { world, socket, wire: world.socket };
}

test("upgrade: probe, hold writes, let polling run dry, switch", async () => {
  const { world, socket, wire } = await upgrading();
  const log = record(socket, "x");
  assert.deepEqual(wire.sent, ["2probe"]);
  socket.emit("before");
  wire.receive("3probe");
  socket.emit("during");
  await world.open("POST")[0].answer("ok");
  assert.deepEqual(wire.sent, ["2probe"], "a GET is still held");
  await world.open("GET")[0].answer(`42["x",1]${RS}6`);
  assert.deepEqual(wire.sent, ["2probe", "5", '42["during"]']);
  assert.deepEqual([world.open("GET").length, world.open("POST").length], [0, 0]);
  wire.receive('42["x",2]');
  assert.deepEqual(log, [["x", 1], ["x", 2]]);
  assert.equal(socket.io.engine.transport.name, "websocket");
});

for (const moment of ["before its answer", "after its answer", "with a wrong answer"]) {
  test(`an upgrade that fails ${moment} costs nothing`, async () => {
    const { world, socket, wire } = await upgrading();
    const log = record(socket, "x", "disconnect");
    if (moment === "after its answer") wire.receive("3probe");
    socket.emit("y");
    if (moment === "with a wrong answer") wire.receive("3other");
    else wire.drop();
    await world.open("POST")[0].answer("ok");
    await world.open("GET")[0].answer('42["x",1]');
    assert.deepEqual(log, [["x", 1]]);
    assert.equal(world.open("GET").length, 1, "polls on");
    assert.ok(world.requests.some((request) => request.body === '42["y"]'));
    assert.ok(wire.isClosed);
  });
}

// ---- reconnecting

test("back-off doubles, is spread and bounded; nextAttemptAt tells when", async () => {
  for (const [random, expected] of [[0, [500, 1000, 2000, 2500, 2500]], [0.999999, [1499, 2999, 4999, 4999, 4999]]]) {
    const world = new World();
    world.random = random;
    const [socket, wire] = await world.connect();
    const attempts = record(socket.io, "reconnect_attempt");
    assert.equal(socket.io.nextAttemptAt, null);
    wire.drop();
    for (const [index, delay] of expected.entries()) {
      assert.equal(socket.io.nextAttemptAt - world.now, delay);
      await world.advance(delay);
      assert.deepEqual(attempts.at(-1), ["reconnect_attempt", index + 1]);
      assert.equal(socket.io.nextAttemptAt, null, "under way");
      world.socket.drop();
    }
    await world.advance(5000);
    const log = record(socket.io, "reconnect");
    await world.accept();
    assert.deepEqual(log, [["reconnect", expected.length + 1]]);
    world.socket.drop();
    assert.equal(socket.io.nextAttemptAt - world.now, expected[0], "starts afresh");
  }
});

for (const type of ["online", "visibilitychange"]) {
  test(`tries at once on ${type}, and the planned attempt does not come as well`, async () => {
    const world = new World();
    const [, wire] = await world.connect();
    wire.drop();
    assert.equal(world.sockets.length, 1);
    if (type === "visibilitychange") {
      world.document.visibilityState = "hidden";
      world.fire(type);
      assert.equal(world.sockets.length, 1, "hidden");
      world.document.visibilityState = "visible";
    }
    world.fire(type);
    assert.equal(world.sockets.length, 2);
    await world.accept();
    await world.advance(400);
    assert.equal(world.sockets.length, 2);
  });
}

test("offline ends the session, but not one with this very machine", async () => {
  for (const [uri, reasons] of [["http://plant", ["transport close"]], ["http://127.0.0.1:3000", []], ["http://localhost", []]]) {
    const world = new World();
    const socket = world.io(uri, { transports: ["websocket"] });
    await world.accept();
    const log = record(socket, "disconnect");
    world.fire("offline");
    assert.deepEqual(log.map((entry) => entry[1]), reasons);
  }
});

test("a server that does not answer within `timeout` is given up, without leaving requests behind", async () => {
  const world = new World();
  const socket = world.io({ timeout: 100, reconnectionAttempts: 1 });
  const log = record(socket.io, "reconnect_attempt", "reconnect_failed");
  const errors = record(socket, "connect_error");
  await world.advance(10_000);
  assert.deepEqual(errors.map((entry) => entry[1].message), ["timeout", "timeout"]);
  assert.deepEqual(log, [["reconnect_attempt", 1], ["reconnect_failed"]]);
  assert.equal(world.open("GET").length, 0);
  assert.deepEqual(world.timers, []);
  assert.equal(world.listeners.online.size, 0, "lets the page go");
});

test("disconnect while an attempt is planned stops it", async () => {
  const world = new World();
  const [socket, wire] = await world.connect();
  wire.drop();
  socket.disconnect();
  await world.advance(60_000);
  assert.equal(world.sockets.length, 1);
  assert.equal(world.listeners.online.size, 0);
});

// ---- connection state recovery

test("recovery: pid and last offset are offered; the replay is delivered once, before connect", async () => {
  const world = new World();
  const [socket, wire] = await world.connect({}, '40{"sid":"id1","pid":"p1"}');
  wire.receive('42["x",1,"o1"]');
  wire.drop();
  await world.advance(1500);
  const log = record(socket, "x", "connect");
  await world.accept(null);
  assert.deepEqual(world.socket.sent, ['40{"pid":"p1","offset":"o1"}']);
  world.socket.receive('42["x",2,"o2"]');
  world.socket.drop(); // before CONNECT: the server will replay it
  await world.advance(3000);
  await world.accept(null);
  assert.deepEqual(world.socket.sent, ['40{"pid":"p1","offset":"o1"}']);
  for (const message of ['42["x",2,"o2"]', '42["x",3,"o3"]', '40{"sid":"id1","pid":"p1"}']) world.socket.receive(message);
  assert.deepEqual(log, [["x", 2, "o2"], ["x", 3, "o3"], ["connect"]]);
  assert.equal(socket.recovered, true);
});

test("recovery refused: a new session, whose offset is not the old one", async () => {
  const world = new World();
  const [socket, wire] = await world.connect({}, '40{"sid":"id1","pid":"p1"}');
  wire.receive('42["x",1,"o1"]');
  wire.drop();
  await world.advance(1500);
  await world.accept('40{"sid":"id2","pid":"p2"}');
  assert.equal(socket.recovered, false);
  world.socket.drop();
  await world.advance(1500);
  await world.accept(null);
  assert.deepEqual(world.socket.sent, ['40{"pid":"p2"}']);
});
