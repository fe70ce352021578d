import assert from "node:assert/strict";
import { test } from "node:test";

import { Link, NoAnswer } from "../../public/js/link.js";

/** What a client of Socket.IO offers, driven by the test. */
class FakeSocket {
  connected = false;
  handlers = {};
  sent = [];
  on(event, handler) {
    assert.equal(this.handlers[event], undefined, `one listener for ${event}`);
    this.handlers[event] = handler;
  }
  connect() {}
  emit(event, data, acknowledge) {
    this.sent.push({ event, data, acknowledge });
  }
  open() {
    this.connected = true;
    this.handlers.connect();
  }
}

function made() {
  const socket = new FakeSocket();
  return { socket, link: new Link(() => socket, null) };
}

test("an event has as many listeners as want it, in their order, until they end", () => {
  const { socket, link } = made();
  const heard = [];
  link.on("alarm", (data) => heard.push(`first ${data}`));
  const end = link.on("alarm", (data) => heard.push(`second ${data}`));
  socket.handlers.alarm("a");
  end();
  socket.handlers.alarm("b");
  assert.deepEqual(heard, ["first a", "second a", "first b"]);
});

test("who comes late to a link that is up is told at once, and again after every connect", () => {
  const { socket, link } = made();
  const ups = [];
  link.onUp(() => ups.push("early"));
  socket.open();
  link.onUp(() => ups.push("late"));
  socket.open();
  assert.deepEqual(ups, ["early", "late", "early", "late"]);
});

test("without a link nothing is kept for later: a question fails, an event is not sent", async () => {
  const { socket, link } = made();
  await assert.rejects(link.ask("joinRoom", "a"), NoAnswer);
  assert.equal(link.send("leaveRoom", "a"), false);
  assert.deepEqual(socket.sent, []);
  socket.open();
  const answer = link.ask("joinRoom", "a");
  socket.sent[0].acknowledge({ ok: true });
  assert.deepEqual(await answer, { ok: true });
  assert.equal(link.send("leaveRoom", "a"), true);
});

test("what came before anybody listened is there for the first who does, and only then", () => {
  const { socket, link } = made();
  link.keep("machines");
  socket.handlers.machines(["a"]);
  socket.handlers.machines(["a", "b"]);
  const heard = [];
  link.on("machines", (list) => heard.push(`first ${list}`));
  link.on("machines", (list) => heard.push(`second ${list}`));
  assert.deepEqual(heard, ["first a,b"]);
  socket.handlers.machines(["c"]);
  assert.deepEqual(heard, ["first a,b", "first c", "second c"]);
});
