/*
 * Socket.IO browser client of telemetryd: Engine.IO protocol 4, Socket.IO protocol 5.
 *
 * The gateway serves this file as /socket.io/socket.io.js when the official client is not installed, so that a
 * plant without internet needs nothing. It was written from the protocol description; its interface is the part
 * of the official client 4.8 that browsers use. docs/browser-client.md lists what it leaves out.
 *
 * Read it from the top, each layer uses only those above it:
 *   Emitter                              listeners; an exception in one of them never reaches the protocol
 *   PollingTransport, WebSocketTransport move Engine.IO packets: strings "<type digit><data>", or binary messages
 *   Engine                               one Engine.IO session: handshake, heartbeat, upgrade, order of writes, close
 *   encodePacket, PacketDecoder          Socket.IO packets <-> Engine.IO messages
 *   Socket                               one namespace: events, acknowledgements, buffers, recovery
 *   Manager                              one server: owns the engine and its sockets, reconnects
 *   io()                                 finds or makes the manager of a URL
 */
(function (scope) {
  "use strict";

  const RECORD_SEPARATOR = "\x1e"; // between the packets of one polling body
  const ATTACHMENTS_MAX = 10; // per packet, the limit of the reference parser
  const BASE64_CHUNK = 0x8000; // bytes per String.fromCharCode call: far below every engine's argument limit
  const RESERVED_EVENTS = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

  /** Engine.IO packet types, the first character of every text packet. */
  const Engine4 = { open: "0", close: "1", ping: "2", pong: "3", message: "4", upgrade: "5", noop: "6" };

  /** Socket.IO packet types, the first character of every text message. */
  const Type = { connect: 0, disconnect: 1, event: 2, ack: 3, connectError: 4, binaryEvent: 5, binaryAck: 6 };

  // ---------------------------------------------------------------------------------------------- small tools

  /** Hands an exception of a listener to the page's error reporting; the protocol goes on. */
  function report(error) {
    scope.setTimeout(() => { throw error; }, 0);
  }

  function isBinary(value) {
    const tag = Object.prototype.toString.call(value);
    return ArrayBuffer.isView(value) || ["[object ArrayBuffer]", "[object Blob]", "[object File]"].includes(tag);
  }

  function isPlainObject(value) {
    return Object.prototype.toString.call(value) === "[object Object]";
  }

  function toBase64(binary) {
    const bytes = ArrayBuffer.isView(binary)
      ? new Uint8Array(binary.buffer, binary.byteOffset, binary.byteLength)
      : new Uint8Array(binary);
    let text = "";
    for (let start = 0; start < bytes.length; start += BASE64_CHUNK) {
      text += String.fromCharCode.apply(null, bytes.subarray(start, start + BASE64_CHUNK));
    }
    return scope.btoa(text);
  }

  function fromBase64(text) {
    return Uint8Array.from(scope.atob(text), (character) => character.charCodeAt(0)).buffer;
  }

  /** Bytes one packet takes in a polling body, without its separator. */
  function polledLength(packet) {
    if (typeof packet === "string") return new TextEncoder().encode(packet).length;
    const bytes = packet.size !== undefined ? packet.size : packet.byteLength;
    return 1 + 4 * Math.ceil(bytes / 3);
  }

  class Emitter {
    constructor() {
      this.listenerTable = new Map(); // event name -> listeners in order of registration
    }

    on(event, listener) {
      this.listenerTable.set(event, this.listeners(event).concat(listener));
      return this;
    }

    once(event, listener) {
      const wrapper = (...values) => {
        this.off(event, wrapper);
        listener.apply(this, values);
      };
      wrapper.original = listener; // so that off(event, listener) finds it
      return this.on(event, wrapper);
    }

    /** off() removes everything, off(event) all of one event, off(event, listener) one registration. */
    off(event, listener) {
      if (event === undefined) {
        this.listenerTable.clear();
      } else if (listener === undefined) {
        this.listenerTable.delete(event);
      } else {
        const list = this.listeners(event);
        const index = list.findIndex((entry) => entry === listener || entry.original === listener);
        if (index >= 0) this.listenerTable.set(event, list.filter((_, position) => position !== index));
      }
      return this;
    }

    listeners(event) {
      return this.listenerTable.get(event) || [];
    }

    hasListeners(event) {
      return this.listeners(event).length > 0;
    }

    /** Calls the listeners registered now; the lists are never changed in place, so on/off inside are safe. */
    notify(event, ...values) {
      this.callAll(this.listeners(event), values);
    }

    callAll(listeners, values) {
      for (const listener of listeners) {
        try {
          listener.apply(this, values);
        } catch (error) {
          report(error);
        }
      }
    }
  }
  Emitter.prototype.addEventListener = Emitter.prototype.on;
  for (const alias of ["removeListener", "removeAllListeners", "removeEventListener"]) {
    Emitter.prototype[alias] = Emitter.prototype.off;
  }

  // ----------------------------------------------------------------------------------------------- transports
  //
  // A transport is given `url()` and the options; its owner sets `owner`, an object with these functions:
  //   opened(), packet(stringOrArrayBuffer), drained(), failed(message, detail), closed(description)
  // `send` may only be called while `writable`. After `abort` or `close` the owner hears nothing more.

  /** Nobody: the owner of a transport that was let go. */
  const SILENCE = { opened() {}, packet() {}, drained() {}, failed() {}, closed() {} };

  /** HTTP long polling: at most one GET and one POST at a time, as the protocol demands. */
  class PollingTransport {
    constructor(url, options) {
      this.name = "polling";
      this.url = url;
      this.options = options;
      this.owner = SILENCE;
      this.writable = true;
      this.receiving = null; // the GET under way
      this.sending = null; // the POST under way
      this.state = "open"; // open -> pausing -> paused -> open; or closed
      this.whenPaused = null;
    }

    open() {
      this.owner.opened();
      this.poll();
    }

    poll() {
      this.receiving = this.request("GET", null, "xhr poll error", (body) => {
        this.receiving = null;
        for (const packet of body.split(RECORD_SEPARATOR)) {
          if (this.state === "closed") return;
          this.owner.packet(packet[0] === "b" ? fromBase64(packet.slice(1)) : packet);
        }
        if (this.state === "open" && this.receiving === null) this.poll();
        this.pauseIfIdle();
      });
    }

    send(packets) {
      this.writable = false;
      if (packets.some((packet) => packet.arrayBuffer !== undefined)) {
        Promise.all(packets.map((packet) => (packet.arrayBuffer ? packet.arrayBuffer() : packet))).then(
          (plain) => this.state !== "closed" && this.post(plain),
          (error) => this.owner.failed("xhr post error", error) // a file that vanished
        );
      } else {
        this.post(packets);
      }
    }

    post(packets) {
      const body = packets.map((packet) => (typeof packet === "string" ? packet : "b" + toBase64(packet)));
      this.sending = this.request("POST", body.join(RECORD_SEPARATOR), "xhr post error", () => {
        this.sending = null;
        this.writable = true;
        this.owner.drained();
        this.pauseIfIdle();
      });
    }

    /** Calls `done` when neither a GET nor a POST is under way; the server ends a held GET with a noop. */
    pause(done) {
      this.state = "pausing";
      this.whenPaused = done;
      this.pauseIfIdle();
    }

    pauseIfIdle() {
      if (this.state !== "pausing" || this.receiving !== null || !this.writable) return;
      this.state = "paused";
      this.whenPaused();
    }

    /** Takes back `pause`, after an upgrade that failed. */
    resume() {
      if (this.state !== "pausing" && this.state !== "paused") return;
      this.state = "open";
      if (this.receiving === null) this.poll();
    }

    /** Tells the server, which then ends the held GET itself; aborting that GET would look like a failure to it. */
    close() {
      const held = this.receiving;
      this.state = "closed";
      this.owner = SILENCE;
      const farewell = this.request("POST", Engine4.close, "", () => {});
      farewell.onloadend = () => held && held.abort();
    }

    abort() {
      this.state = "closed";
      this.owner = SILENCE;
      for (const request of [this.receiving, this.sending]) if (request) request.abort();
    }

    /** Starts a request; `done` gets the body of a 200, anything else goes to the owner as a failure. */
    request(method, body, failure, done) {
      const request = new scope.XMLHttpRequest();
      request.open(method, this.url(), true);
      const headers = this.options.extraHeaders || {};
      for (const name of Object.keys(headers)) request.setRequestHeader(name, headers[name]);
      if (method === "POST") request.setRequestHeader("Content-type", "text/plain;charset=UTF-8");
      request.withCredentials = Boolean(this.options.withCredentials);
      request.onload = () => (request.status === 200 ? done(request.responseText) : request.onerror());
      request.onerror = () => this.owner.failed(failure, request.status);
      request.send(body);
      return request;
    }
  }

  class WebSocketTransport {
    constructor(url, options) {
      this.name = "websocket";
      this.url = url;
      this.options = options;
      this.owner = SILENCE;
      this.writable = false;
      this.socket = null;
    }

    open() {
      this.socket = new scope.WebSocket(this.url().replace(/^http/, "ws"), this.options.protocols || []);
      this.socket.binaryType = "arraybuffer";
      this.socket.onopen = () => {
        this.writable = true;
        this.owner.opened();
      };
      this.socket.onmessage = (event) => this.owner.packet(event.data);
      this.socket.onerror = (event) => this.owner.failed("websocket error", event);
      this.socket.onclose = () => this.owner.closed("websocket connection closed");
    }

    /** Not writable again before the caller's code has ended: what `volatile` tests, as in the official client. */
    send(packets) {
      this.writable = false;
      for (const packet of packets) this.socket.send(packet);
      Promise.resolve().then(() => {
        this.writable = true;
        this.owner.drained();
      });
    }

    close() {
      this.abort();
    }

    abort() {
      this.owner = SILENCE;
      if (this.socket) this.socket.close();
    }
  }

  const TRANSPORTS = { polling: PollingTransport, websocket: WebSocketTransport };

  // --------------------------------------------------------------------------------------------------- engine

  /** A transport's failure, shaped like the official one. */
  function transportError(message, detail) {
    return Object.assign(new Error(message), { type: "TransportError", description: detail });
  }

  /**
   * One Engine.IO session; it is never reused. Events: open, message (string or ArrayBuffer), ping, upgrade
   * (transport), upgradeError, error (before close, when a transport failed), close (reason, description).
   */
  class Engine extends Emitter {
    constructor(origin, options) {
      super();
      this.origin = origin;
      this.options = options;
      this.id = null; // session id, a secret; not the Socket.IO id
      this.readyState = "opening"; // opening -> open -> closing -> closed
      this.transport = null;
      this.candidate = null; // the transport being probed
      this.upgrading = false; // probe answered: writes wait until the candidate has taken over
      this.writeBuffer = [];
      this.heartbeat = null;
      this.deadline = Infinity; // when the session is dead unless a ping comes, ms epoch
    }

    open() {
      const name = this.options.transports.find((candidate) => TRANSPORTS[candidate]);
      try {
        if (name === undefined) throw new Error("No transports available");
        this.adopt(this.makeTransport(name));
        this.transport.open();
      } catch (error) {
        Promise.resolve().then(() => this.fail(error)); // not before the caller could add listeners
      }
    }

    makeTransport(name) {
      return new TRANSPORTS[name](() => this.url(name), this.options);
    }

    url(transportName) {
      const query = new URLSearchParams(this.options.query || {});
      query.set("EIO", "4");
      query.set("transport", transportName);
      if (transportName === "polling") query.set("t", scope.Date.now().toString(36) + (Engine.requests++).toString(36));
      if (this.id !== null) query.set("sid", this.id);
      return `${this.origin}${this.options.path}?${String(query).replace(/\+/g, "%20")}`;
    }

    adopt(transport) {
      this.transport = transport;
      transport.owner = {
        opened: () => {},
        packet: (data) => this.receive(data),
        drained: () => this.flush(),
        failed: (message, detail) => this.fail(transportError(message, detail)),
        closed: (description) => this.finish("transport close", { description }),
      };
    }

    receive(data) {
      if (this.readyState === "closed") return;
      if (typeof data !== "string") return this.notify("message", data);
      switch (data[0]) {
        case Engine4.open: return this.handshake(data.slice(1));
        case Engine4.message: return this.notify("message", data.slice(1));
        case Engine4.ping:
          this.awaitPing();
          this.write(Engine4.pong);
          return this.notify("ping");
        case Engine4.close: return this.finish("transport close", { description: "transport closed by the server" });
        case Engine4.noop: return undefined;
        default: return this.fail(Object.assign(new Error("server error"), { code: "parser error" }));
      }
    }

    handshake(text) {
      if (this.id !== null) return undefined;
      let settings;
      try {
        settings = JSON.parse(text);
        this.id = settings.sid;
      } catch (error) {
        return this.fail(error);
      }
      if (this.readyState === "closing") return this.closeWhenDrained(); // close() was called meanwhile
      this.pingPeriod = settings.pingInterval + settings.pingTimeout;
      this.maxPayload = settings.maxPayload || Infinity;
      this.readyState = "open";
      this.awaitPing();
      this.notify("open");
      const allowed = (name) => this.options.transports.includes(name) && TRANSPORTS[name];
      const better = (settings.upgrades || []).find(allowed);
      if (this.readyState === "open" && this.options.upgrade && better) this.probe(better);
      return this.flush();
    }

    // Heartbeat: the server pings, and only a ping proves that it is there.

    awaitPing() {
      scope.clearTimeout(this.heartbeat);
      this.deadline = scope.Date.now() + this.pingPeriod;
      this.heartbeat = scope.setTimeout(() => this.finish("ping timeout"), this.pingPeriod);
    }

    /** True when the ping is overdue although its timer has not run, as after sleep; closes the session then. */
    hasPingExpired() {
      if (scope.Date.now() <= this.deadline) return false;
      this.deadline = Infinity;
      Promise.resolve().then(() => this.finish("ping timeout"));
      return true;
    }

    // Upgrade: probe the better transport beside the current one, hold writes, let polling run dry, switch.

    probe(name) {
      const candidate = this.makeTransport(name);
      const failed = (message, detail) => this.abandonUpgrade(transportError(`probe error: ${message}`, detail));
      this.candidate = candidate;
      candidate.owner = {
        opened: () => candidate.send([Engine4.ping + "probe"]),
        packet: (data) => {
          if (data === Engine4.pong + "probe") this.commitUpgrade(candidate);
          else failed("bad answer", data);
        },
        drained: () => {},
        failed,
        closed: failed,
      };
      try {
        candidate.open();
      } catch (error) {
        this.abandonUpgrade(error);
      }
    }

    commitUpgrade(candidate) {
      if (this.upgrading) return;
      this.upgrading = true;
      this.transport.pause(() => {
        if (this.candidate !== candidate) return; // it failed meanwhile
        this.candidate = null;
        this.upgrading = false;
        this.adopt(candidate);
        this.writeBuffer.unshift(Engine4.upgrade);
        this.flush();
        this.notify("upgrade", candidate);
        this.closeWhenDrained();
      });
    }

    /** Back to the current transport: a failed upgrade costs the session nothing. */
    abandonUpgrade(error) {
      this.candidate.abort();
      this.candidate = null;
      this.upgrading = false;
      if (this.transport.resume) this.transport.resume();
      this.flush();
      this.notify("upgradeError", error);
    }

    // Writing

    get writable() {
      return this.readyState === "open" && this.transport.writable;
    }

    /** Queues packets (Engine.IO text with its type digit, or binary) in order; ignored unless the session is open. */
    write(...packets) {
      if (this.readyState !== "open") return;
      this.writeBuffer.push(...packets);
      this.flush();
    }

    flush() {
      const ready = this.readyState !== "closed" && this.transport.writable && !this.upgrading;
      if (ready && this.writeBuffer.length > 0) {
        try {
          this.transport.send(this.writeBuffer.splice(0, this.nextBatch()));
        } catch (error) {
          this.fail(error);
        }
      }
      this.closeWhenDrained();
    }

    /** How many queued packets go together: all, but over polling no more than the server's maxPayload in bytes. */
    nextBatch() {
      if (this.transport.name !== "polling") return this.writeBuffer.length;
      let bytes = 0;
      const tooMany = this.writeBuffer.findIndex((packet, index) => {
        bytes += polledLength(packet) + (index > 0 ? RECORD_SEPARATOR.length : 0);
        return index > 0 && bytes > this.maxPayload;
      });
      return tooMany < 0 ? this.writeBuffer.length : tooMany;
    }

    // Closing

    /** Sends what was written, then closes. */
    close() {
      if (this.readyState !== "opening" && this.readyState !== "open") return;
      this.readyState = "closing";
      if (this.candidate && !this.upgrading) this.abandonUpgrade(new Error("closing"));
      this.closeWhenDrained();
    }

    closeWhenDrained() {
      if (this.readyState !== "closing" || this.upgrading) return;
      if (this.transport === null) {
        this.finish("forced close");
        return;
      }
      // A polling handshake under way: its session exists on the server, wait for its id and close it properly.
      if (this.id === null && this.transport.name === "polling") return;
      const isSent = this.writeBuffer.length === 0 && this.transport.writable;
      if (this.id !== null && !isSent) return;
      this.transport.close();
      this.finish("forced close");
    }

    /** Closes at once because of `error`. */
    fail(error) {
      if (this.readyState === "closed") return;
      this.notify("error", error);
      this.finish("transport error", error);
    }

    finish(reason, description) {
      if (this.readyState === "closed") return;
      this.readyState = "closed";
      scope.clearTimeout(this.heartbeat);
      for (const transport of [this.transport, this.candidate]) {
        if (transport && !(reason === "forced close" && transport === this.transport)) transport.abort();
      }
      this.candidate = null;
      this.writeBuffer = [];
      this.notify("close", reason, description);
    }
  }
  Engine.requests = 0; // makes every polling URL unique, against caches

  // ------------------------------------------------------------------------------------------ Socket.IO packets

  /** `{type, nsp, id, data}` as Engine.IO packets: the text one, then its attachments. */
  function encodePacket({ type, nsp, id, data }) {
    const attachments = [];
    function replaceBinary(key, value) {
      const original = this[key]; // before any toJSON
      if (!isBinary(original)) return value;
      return { _placeholder: true, num: attachments.push(original) - 1 };
    }
    const json = data === undefined ? "" : JSON.stringify(data, replaceBinary);
    let header = String(type);
    if (attachments.length > 0) {
      header = `${type === Type.ack ? Type.binaryAck : Type.binaryEvent}${attachments.length}-`;
    }
    if (nsp !== "/") header += nsp + ",";
    if (id !== undefined) header += id;
    return [Engine4.message + header + json, ...attachments];
  }

  /** Rebuilds Socket.IO packets; a packet with attachments is complete when the last of them has come. */
  class PacketDecoder {
    constructor() {
      this.pending = null; // {packet, json, attachments, wanted}
    }

    /** Returns a packet, or null while attachments are missing; throws when the server breaks the protocol. */
    decode(message) {
      if (typeof message !== "string") return this.attach(message);
      if (this.pending !== null) throw new Error("got plaintext data when reconstructing a packet");
      const match = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),?)?(\d+)?([^]*)$/.exec(message);
      if (match === null) throw new Error("unknown packet type");
      const packet = { type: Number(match[1]), nsp: match[3] || "/" };
      if (match[4] !== undefined) packet.id = Number(match[4]);
      if (match[5] !== "") packet.data = JSON.parse(match[5]);
      const isBinaryType = packet.type === Type.binaryEvent || packet.type === Type.binaryAck;
      if (isBinaryType !== (match[2] !== undefined)) throw new Error("Illegal attachments");
      if (!hasValidPayload(packet)) throw new Error("invalid payload");
      if (!isBinaryType) return packet;
      const wanted = Number(match[2]);
      if (wanted > ATTACHMENTS_MAX) throw new Error("too many attachments");
      this.pending = { packet, json: match[5], attachments: [], wanted };
      return this.completeIfWhole();
    }

    attach(binary) {
      if (this.pending === null) throw new Error("got binary data when not reconstructing a packet");
      this.pending.attachments.push(binary);
      return this.completeIfWhole();
    }

    completeIfWhole() {
      const { packet, json, attachments, wanted } = this.pending;
      if (attachments.length < wanted) return null;
      this.pending = null;
      packet.data = JSON.parse(json, (key, value) => {
        if (!value || value._placeholder !== true) return value;
        if (!Number.isInteger(value.num) || !(value.num in attachments)) throw new Error("illegal attachments");
        return attachments[value.num];
      });
      packet.type = packet.type === Type.binaryEvent ? Type.event : Type.ack;
      return packet;
    }
  }

  function hasValidPayload({ type, data }) {
    switch (type) {
      case Type.connect: return data === undefined || isPlainObject(data);
      case Type.disconnect: return data === undefined;
      case Type.connectError: return typeof data === "string" || isPlainObject(data);
      case Type.ack:
      case Type.binaryAck: return Array.isArray(data);
      default: // an event
        if (!Array.isArray(data)) return false;
        return typeof data[0] === "number" || (typeof data[0] === "string" && !RESERVED_EVENTS.includes(data[0]));
    }
  }

  // --------------------------------------------------------------------------------------------------- socket

  /** One namespace. Events of its own: connect, connect_error (error), disconnect (reason, description). */
  class Socket extends Emitter {
    constructor(manager, namespace, options) {
      super();
      this.io = manager;
      this.nsp = namespace;
      this.opts = options;
      this.auth = options.auth; // an object, or a function that is given a callback for it
      this.id = undefined;
      this.connected = false;
      this.recovered = false; // this connection continues the one before: nothing was missed
      this.active = false; // connected, or going to be by itself
      this.connecting = false; // CONNECT was sent, or its auth is being made
      this.flags = {}; // volatile and timeout, for the next emit
      this.acks = new Map(); // id -> callback waiting for the server
      this.ackCount = 0;
      this.sendBuffer = []; // events emitted while not connected
      this.receiveBuffer = []; // events that came before CONNECT: replay of a recovered session
      this.recovery = {}; // pid and offset, see connect()
      this.anyListeners = { incoming: [], outgoing: [] };
    }

    get disconnected() {
      return !this.connected;
    }

    connect() {
      if (this.connected || this.connecting) return this;
      this.active = true;
      if (this.io.readyState === "open") this.transportOpened();
      else if (!this.io.reconnecting) this.io.open();
      return this;
    }

    disconnect() {
      const wasConnected = this.connected;
      if (wasConnected) this.io.send({ type: Type.disconnect, nsp: this.nsp });
      this.release();
      if (wasConnected) this.transportClosed("io client disconnect");
      return this;
    }

    /** Not wanted any more; the manager closes its connection with its last socket. */
    release() {
      if (!this.active) return;
      this.active = false;
      this.connecting = false;
      this.io.closeIfUnused();
    }

    // Sending

    /** The next emit is dropped instead of kept when it cannot be sent now. */
    get volatile() {
      this.flags.volatile = true;
      return this;
    }

    /** The next emit's acknowledgement gets an error first, after `milliseconds` without an answer. */
    timeout(milliseconds) {
      this.flags.timeout = milliseconds;
      return this;
    }

    compress() {
      return this; // a hint that browsers cannot follow
    }

    send(...values) {
      return this.emit("message", ...values);
    }

    emit(event, ...values) {
      if (RESERVED_EVENTS.includes(event)) throw new Error(`"${event}" is a reserved event name`);
      const flags = this.flags;
      this.flags = {};
      const packet = { type: Type.event, nsp: this.nsp, data: [event, ...values] };
      if (typeof values[values.length - 1] === "function") {
        packet.id = this.ackCount++;
        this.awaitAck(packet.id, packet.data.pop(), flags.timeout);
      }
      const engine = this.io.engine;
      if (flags.volatile && !(engine && engine.writable)) return this;
      if (this.connected && !engine.hasPingExpired()) this.transmit(packet);
      else this.sendBuffer.push(packet);
      return this;
    }

    /** A promise of the server's first value; rejected on timeout and on disconnect. */
    emitWithAck(event, ...values) {
      return new Promise((resolve, reject) => {
        const callback = (error, value) => (error ? reject(error) : resolve(value));
        callback.takesError = true;
        this.emit(event, ...values, callback);
      });
    }

    transmit(packet) {
      this.callAll(this.anyListeners.outgoing, packet.data);
      this.io.send(packet);
    }

    awaitAck(id, callback, timeout = this.opts.ackTimeout) {
      if (timeout === undefined) {
        this.acks.set(id, { callback, takesError: Boolean(callback.takesError) });
        return;
      }
      const timer = scope.setTimeout(() => {
        this.acks.delete(id);
        this.sendBuffer = this.sendBuffer.filter((packet) => packet.id !== id);
        callback.call(this, new Error("operation has timed out"));
      }, timeout);
      this.acks.set(id, { callback, timer, takesError: true });
    }

    // What the manager reports

    transportOpened() {
      this.connecting = true;
      const engine = this.io.engine;
      const sendConnect = (auth) => {
        if (!this.connecting || this.io.engine !== engine) return; // auth came too late
        const data = this.recovery.pid === undefined ? auth : { ...this.recovery, ...auth };
        this.io.send({ type: Type.connect, nsp: this.nsp, data });
      };
      if (typeof this.auth === "function") this.auth(sendConnect);
      else sendConnect(this.auth);
    }

    transportFailed(error) {
      if (!this.connected) this.notify("connect_error", error);
    }

    transportClosed(reason, description) {
      this.connected = false;
      this.connecting = false;
      this.id = undefined;
      this.receiveBuffer = []; // not delivered, so the server replays them
      this.notify("disconnect", reason, description);
      const unsent = new Set(this.sendBuffer.map((packet) => packet.id));
      for (const [id, ack] of this.acks) {
        if (unsent.has(id)) continue; // it can still be answered after the next connect
        this.acks.delete(id);
        scope.clearTimeout(ack.timer);
        if (ack.takesError) this.callAll([ack.callback], [new Error("socket has been disconnected")]);
      }
    }

    packetReceived(packet) {
      switch (packet.type) {
        case Type.connect: return this.accepted(packet.data || {});
        case Type.connectError: return this.refused(packet.data);
        case Type.event: return this.eventReceived(packet);
        case Type.ack: return this.ackReceived(packet);
        default: // Type.disconnect
          this.release();
          return this.transportClosed("io server disconnect");
      }
    }

    accepted({ sid, pid }) {
      if (sid === undefined) return this.notify("connect_error", new Error("the server did not name a session id"));
      this.id = sid;
      this.recovered = pid !== undefined && pid === this.recovery.pid;
      if (!this.recovered) this.recovery = { pid };
      this.connected = true;
      this.connecting = false;
      for (const values of this.receiveBuffer.splice(0)) this.deliver(values);
      for (const packet of this.sendBuffer.splice(0)) this.transmit(packet);
      return this.notify("connect");
    }

    refused(data) {
      this.release();
      const error = new Error(typeof data === "string" ? data : data.message);
      error.data = data.data;
      this.notify("connect_error", error);
    }

    eventReceived({ id, data }) {
      const values = id === undefined ? data : [...data, this.acknowledger(id)];
      if (this.connected) this.deliver(values);
      else if (this.connecting) this.receiveBuffer.push(values);
    }

    deliver(values) {
      this.callAll(this.anyListeners.incoming, values);
      this.notify(...values);
      const last = values[values.length - 1];
      if (this.recovery.pid !== undefined && typeof last === "string") this.recovery.offset = last;
    }

    acknowledger(id) {
      let isDone = false;
      return (...data) => {
        if (isDone || !this.connected) return;
        isDone = true;
        this.io.send({ type: Type.ack, nsp: this.nsp, id, data });
      };
    }

    ackReceived({ id, data }) {
      const ack = this.acks.get(id);
      if (ack === undefined) return; // timed out before
      this.acks.delete(id);
      scope.clearTimeout(ack.timer);
      this.callAll([ack.callback], ack.takesError ? [null, ...data] : data);
    }
  }
  Socket.prototype.open = Socket.prototype.connect;
  Socket.prototype.close = Socket.prototype.disconnect;

  // onAny, prependAny, offAny, listenersAny, and the same with "Outgoing" at the end.
  for (const [suffix, direction] of [["", "incoming"], ["Outgoing", "outgoing"]]) {
    Object.assign(Socket.prototype, {
      [`onAny${suffix}`](listener) {
        this.anyListeners[direction] = [...this.anyListeners[direction], listener];
        return this;
      },
      [`prependAny${suffix}`](listener) {
        this.anyListeners[direction] = [listener, ...this.anyListeners[direction]];
        return this;
      },
      [`offAny${suffix}`](listener) {
        const kept = this.anyListeners[direction].filter((entry) => listener && entry !== listener);
        this.anyListeners[direction] = kept;
        return this;
      },
      [`listenersAny${suffix}`]() {
        return this.anyListeners[direction];
      },
    });
  }

  // -------------------------------------------------------------------------------------------------- manager

  const DEFAULTS = {
    path: "/socket.io",
    transports: ["polling", "websocket"],
    upgrade: true,
    reconnection: true,
    reconnectionAttempts: Infinity,
    reconnectionDelay: 1000, // ms before the first attempt; doubles with each
    reconnectionDelayMax: 5000, // ms
    randomizationFactor: 0.5,
    timeout: 20000, // ms for the transport to open
  };

  /**
   * One server. Events: open, close (reason, description), error, ping, reconnect_attempt (number),
   * reconnect (number), reconnect_error (error), reconnect_failed.
   */
  class Manager extends Emitter {
    constructor(uri, options) {
      super();
      if (isPlainObject(uri)) [uri, options] = [undefined, uri];
      this.uri = resolveURL(uri).origin;
      this.opts = { ...DEFAULTS, ...options };
      this.opts.path = this.opts.path.replace(/\/$/, "") + (this.opts.addTrailingSlash === false ? "" : "/");
      this.readyState = "closed"; // closed -> opening -> open -> closed
      this.isWanted = false; // between open() and close(): reconnect when the connection is lost
      this.engine = null; // the newest session; kept after its end
      this.decoder = null;
      this.nsps = {}; // namespace -> socket
      this.reconnecting = false; // from planning an attempt to its outcome
      this.attempts = 0; // since the connection was lost
      this.nextAttemptAt = null; // ms epoch of the planned attempt, for a countdown
      this.retryTimer = null;
      this.openTimer = null;
      this.onPageEvent = (event) => this.pageChanged(event.type);
      if (this.opts.autoConnect !== false) this.open();
    }

    socket(namespace, options = {}) {
      const automatic = options.autoConnect === undefined ? this.opts.autoConnect : options.autoConnect;
      if (!this.nsps[namespace]) this.nsps[namespace] = new Socket(this, namespace, options);
      if (automatic !== false && !this.nsps[namespace].active) this.nsps[namespace].connect();
      return this.nsps[namespace];
    }

    activeSockets() {
      return Object.values(this.nsps).filter((socket) => socket.active);
    }

    // Opening

    /** Opens the connection unless that is under way. `done` gets an error or nothing; with it, no second attempt. */
    open(done = null) {
      if (this.readyState !== "closed") return this;
      this.readyState = "opening";
      this.isWanted = true;
      this.cancelRetry();
      this.watchPage(true);
      const engine = new Engine(this.uri, this.opts);
      this.engine = engine;
      this.listenTo(engine, done);
      if (this.opts.timeout !== false) {
        this.openTimer = scope.setTimeout(() => engine.fail(new Error("timeout")), this.opts.timeout);
      }
      engine.open();
      return this;
    }

    /** Follows `engine` for as long as it is the current one and has not been let go. */
    listenTo(engine, done) {
      this.current = engine;
      const on = (event, handler) => {
        engine.on(event, (...values) => this.current === engine && handler(...values));
      };
      on("open", () => this.opened(done));
      on("message", (message) => this.received(message));
      on("ping", () => this.notify("ping"));
      on("error", (error) => {
        if (this.readyState === "opening") this.openFailed(error, done);
        else this.reportError(error);
      });
      on("close", (reason, description) => {
        if (this.readyState === "opening") this.openFailed(transportError(reason, description), done);
        else this.closed(reason, description);
      });
    }

    opened(done) {
      scope.clearTimeout(this.openTimer);
      this.readyState = "open";
      this.decoder = new PacketDecoder();
      const attempts = this.attempts;
      const wasReconnecting = this.reconnecting;
      this.reconnecting = false;
      this.attempts = 0;
      this.notify("open");
      for (const socket of this.activeSockets()) if (!socket.connecting) socket.transportOpened();
      if (done) done();
      if (wasReconnecting) this.notify("reconnect", attempts);
    }

    openFailed(error, done) {
      this.releaseEngine();
      this.readyState = "closed";
      this.reportError(error);
      const wasReconnecting = this.reconnecting;
      this.reconnecting = false;
      if (done) done(error);
      else this.reconnect();
      if (wasReconnecting) this.notify("reconnect_error", error);
    }

    reportError(error) {
      this.notify("error", error);
      for (const socket of this.activeSockets()) socket.transportFailed(error);
    }

    // Traffic

    received(message) {
      let packet;
      try {
        packet = this.decoder.decode(message);
      } catch (error) {
        this.closed("parse error", error);
        return;
      }
      const socket = packet && this.activeSockets().find((candidate) => candidate.nsp === packet.nsp);
      if (socket) socket.packetReceived(packet);
    }

    send(packet) {
      this.engine.write(...encodePacket(packet));
    }

    // Closing

    /** Closes the connection and stops reconnecting. */
    close() {
      this.isWanted = false;
      this.reconnecting = false;
      this.attempts = 0;
      this.cancelRetry();
      this.watchPage(false);
      if (this.readyState !== "closed") this.closed("forced close");
    }

    closeIfUnused() {
      if (this.activeSockets().length === 0) this.close();
    }

    closed(reason, description) {
      const wasOpen = this.readyState === "open";
      this.releaseEngine();
      this.readyState = "closed";
      this.attempts = 0;
      this.notify("close", reason, description);
      // Of a connection that never opened the sockets were never told.
      if (wasOpen) for (const socket of this.activeSockets()) socket.transportClosed(reason, description);
      this.reconnect();
    }

    releaseEngine() {
      scope.clearTimeout(this.openTimer);
      this.current = null;
      this.engine.close(); // writes what is left, by itself
    }

    // Reconnecting

    /** Plans the next attempt, unless a listener has closed or opened us meanwhile. */
    reconnect() {
      if (!this.isWanted || this.reconnecting || this.readyState !== "closed") return;
      if (!this.opts.reconnection || this.attempts >= this.opts.reconnectionAttempts) {
        this.attempts = 0;
        this.isWanted = false;
        this.watchPage(false);
        if (this.opts.reconnection) this.notify("reconnect_failed");
        return;
      }
      this.reconnecting = true;
      const delay = this.backOff();
      this.nextAttemptAt = scope.Date.now() + delay;
      this.retryTimer = scope.setTimeout(() => this.attempt(), delay);
    }

    /** Milliseconds: doubles per attempt, spread evenly around that, so that a plant's browsers do not come at once. */
    backOff() {
      const { reconnectionDelay, reconnectionDelayMax, randomizationFactor } = this.opts;
      const middle = Math.min(reconnectionDelayMax, reconnectionDelay * Math.pow(2, this.attempts));
      const least = middle * (1 - randomizationFactor);
      const most = Math.min(reconnectionDelayMax, middle * (1 + randomizationFactor));
      this.attempts += 1;
      return Math.floor(least + scope.Math.random() * (most - least));
    }

    attempt() {
      this.cancelRetry();
      this.notify("reconnect_attempt", this.attempts);
      if (this.reconnecting) this.open(); // unless a listener closed us
    }

    cancelRetry() {
      scope.clearTimeout(this.retryTimer);
      this.retryTimer = null;
      this.nextAttemptAt = null;
    }

    /** Listens to the page only while there is a connection to keep, so that an unused manager can be collected. */
    watchPage(isWatching) {
      const change = isWatching ? "addEventListener" : "removeEventListener";
      if (typeof scope[change] !== "function") return;
      scope[change]("online", this.onPageEvent);
      scope[change]("offline", this.onPageEvent);
      if (scope.document) scope.document[change]("visibilitychange", this.onPageEvent);
    }

    pageChanged(type) {
      if (type === "offline") {
        // A kiosk on the gateway itself works without any network.
        const isLoopback = /^https?:\/\/(localhost|[^/]*\.localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(this.uri);
        if (this.readyState === "open" && !isLoopback) {
          this.engine.finish("transport close", { description: "network connection lost" });
        }
        return;
      }
      if (type === "visibilitychange" && scope.document.visibilityState !== "visible") return;
      if (this.retryTimer !== null) this.attempt();
      else if (this.readyState === "open") this.engine.hasPingExpired(); // the timer may have slept with the machine
    }
  }
  Manager.prototype.connect = Manager.prototype.open;
  Manager.prototype.disconnect = Manager.prototype.close;

  // manager.reconnectionDelay() reads an option, manager.reconnectionDelay(500) sets it.
  for (const name of Object.keys(DEFAULTS).slice(Object.keys(DEFAULTS).indexOf("reconnection"))) {
    Manager.prototype[name] = function (...values) {
      if (values.length === 0) return this.opts[name];
      this.opts[name] = values[0];
      return this;
    };
  }

  // ------------------------------------------------------------------------------------------------------- io

  /** `undefined`, "/ns", "//host/ns", "host:port/ns" or a whole URL -> origin (http or https), namespace, query. */
  function resolveURL(uri = "") {
    const page = scope.location || { protocol: "https:", host: "localhost" };
    let text = String(uri);
    if (text.startsWith("//")) text = page.protocol + text;
    else if (text === "" || text[0] === "/" || text[0] === "?") text = `${page.protocol}//${page.host}${text}`;
    else if (!/^(https?|wss?):\/\//.test(text)) text = `${page.protocol}//${text}`;
    // By hand: URL would percent-encode the namespace.
    const [, scheme, host, path, query] = /^(\w+):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(text);
    const origin = `${scheme === "https" || scheme === "wss" ? "https" : "http"}://${host}`;
    return { origin, namespace: path || "/", query };
  }

  const managers = new Map(); // origin and path -> the shared manager

  /** io(), io("/ns"), io("http://host:port/ns", options), io(options) */
  function io(uri, options) {
    if (uri !== null && typeof uri === "object") [uri, options] = [undefined, uri];
    options = { ...options };
    const { origin, namespace, query } = resolveURL(uri);
    if (query && !options.query) options.query = query;
    const key = `${origin} ${options.path || DEFAULTS.path}`;
    const shared = managers.get(key);
    // One socket per namespace and connection: asking twice for the same one makes a second connection.
    const isTaken = shared !== undefined && shared.nsps[namespace] !== undefined;
    if (options.forceNew || options.multiplex === false || isTaken) {
      return new Manager(origin, options).socket(namespace, options);
    }
    if (!shared) managers.set(key, new Manager(origin, options));
    return managers.get(key).socket(namespace, options);
  }

  Object.assign(io, { io, connect: io, Manager, Socket, protocol: 5 });
  scope.io = io;
  if (typeof module === "object" && module.exports) module.exports = io;
})(globalThis);
