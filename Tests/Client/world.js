"use strict";
// A page without a network: the client on fake transports, a fake clock and fake randomness.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const FILE = path.join(__dirname, "../../public/socketio-client.js");
const SOURCE = fs.readFileSync(FILE, "utf8");
const HANDSHAKE = { sid: "session", upgrades: ["websocket"], pingInterval: 300, pingTimeout: 200, maxPayload: 100 };

/** Lets every promise that is ready run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

class World {
  constructor() {
    this.now = 1000;
    this.timers = [];
    this.requests = []; // every XMLHttpRequest, in order of send
    this.sockets = []; // every WebSocket
    this.uncaught = []; // what listeners threw
    this.random = 0.5;
    this.listeners = { online: new Set(), offline: new Set(), visibilitychange: new Set() };
    this.io = this.load();
  }

  load() {
    const world = this;
    const page = {
      addEventListener: (type, listener) => world.listeners[type].add(listener),
      removeEventListener: (type, listener) => world.listeners[type].delete(listener),
    };
    world.document = { ...page, visibilityState: "visible" };
    const scope = {
      ...page,
      document: world.document,
      location: { protocol: "http:", host: "plant:3000" },
      setTimeout: (run, delay) => world.setTimeout(run, delay),
      clearTimeout: (timer) => (world.timers = world.timers.filter((entry) => entry !== timer)),
      Date: { now: () => world.now },
      Math: { random: () => world.random },
      btoa,
      atob,
      XMLHttpRequest: class extends FakeRequest { send(body) { super.send(body); world.requests.push(this); } },
      WebSocket: class extends FakeSocket { constructor(url) { super(url); world.sockets.push(this); } },
    };
    const module = { exports: {} };
    vm.compileFunction(SOURCE, ["globalThis", "module"], { filename: FILE })(scope, module);
    return module.exports;
  }

  setTimeout(run, delay) {
    const timer = { run, at: this.now + delay };
    this.timers.push(timer);
    return timer;
  }

  /** Moves the clock on, running what falls due on the way. */
  async advance(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const [due] = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (due === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.now = Math.max(this.now, due.at);
      try {
        due.run();
      } catch (error) {
        this.uncaught.push(error.message);
      }
      await settle();
    }
    this.now = end;
  }

  fire(type) {
    for (const listener of [...this.listeners[type]]) listener({ type });
  }

  get socket() {
    return this.sockets[this.sockets.length - 1];
  }

  open(method) {
    return this.requests.filter((request) => request.method === method && !request.isDone);
  }

  /** Opens a WebSocket session and connects the namespace; returns [client socket, wire]. */
  async connect(options = {}, reply = '40{"sid":"id1"}') {
    const socket = this.io({ transports: ["websocket"], forceNew: true, ...options });
    await this.accept(reply);
    return [socket, this.socket];
  }

  async accept(reply = '40{"sid":"id1"}') {
    this.socket.accept();
    this.socket.receive("0" + JSON.stringify({ ...HANDSHAKE, upgrades: [] }));
    if (reply) this.socket.receive(reply);
    await settle();
  }
}

class FakeRequest {
  open(method, url) { Object.assign(this, { method, url, isDone: false, isAborted: false, headers: {} }); }
  setRequestHeader(name, value) { this.headers[name] = value; }
  send(body) { this.body = body; }
  abort() { this.isDone = true; this.isAborted = true; }

  async answer(text, status = 200) {
    Object.assign(this, { isDone: true, status, responseText: text });
    this.onload();
    if (this.onloadend) this.onloadend();
    await settle();
  }
}

class FakeSocket {
  constructor(url) { Object.assign(this, { url, sent: [], isClosed: false }); }
  send(data) { this.sent.push(data); }
  close() { this.isClosed = true; }
  accept() { this.onopen(); }
  receive(data) { this.onmessage({ data }); }
  drop() { this.onclose({}); }
}

module.exports = { World, HANDSHAKE, settle };
