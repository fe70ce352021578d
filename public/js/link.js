/**
 * The one connection to the gateway: connect, ask, notice the end, try again.
 * The page plans its own retries, because only so it can show when the next one is due with any client.
 */

/** First and longest delay before a retry, ms. */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 5000;

/** A transport that has not opened after this (ms) never will. */
const CONNECT_TIMEOUT = 8000;

/** An answer that has not come after this (ms) will not come: the connection is taken for dead. */
const ANSWER_TIMEOUT = 8000;

/** What the clients' reasons mean to somebody who stands in front of the machine. */
const REASONS = {
  "io server disconnect": "the gateway closed the connection",
  "server shutting down": "the gateway was shut down",
  "ping timeout": "the gateway does not answer",
  "transport close": "the connection was closed",
  "transport error": "the connection broke",
  "parse error": "the gateway sent something unreadable",
};

/** Why a request got no usable answer. */
export class NoAnswer extends Error {}

/**
 * Delay before retry number `attempt` (0 = first), ms: doubles, bounded, spread by a quarter so that a hall of screens
 * does not knock at the same moment.
 * @param {number} attempt @param {number} random 0 to 1
 */
export function retryDelay(attempt, random) {
  const middle = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempt, 10));
  return Math.round(middle * (0.75 + 0.5 * random));
}

/**
 * @typedef {{phase: "connecting" | "connected" | "waiting", reason: string, retryAt: number | null}} LinkStatus
 * retryAt: ms since 1970 of the next try
 */

export class Link {
  #socket;
  #onChange = () => {};
  #now = () => Date.now();
  /** @type {Map<string, ((data: any) => void)[]>} */
  #listeners = new Map();
  /** The newest data of events that came before anybody listened. */
  #kept = new Map();
  #upListeners = [];
  #attempt = 0;
  #timer = null;
  /** @type {LinkStatus} */
  status = { phase: "connecting", reason: "", retryAt: null };

  /**
   * @param {any} io the global of the Socket.IO client
   * @param {string[] | null} transports null: the client's own choice
   */
  constructor(io, transports) {
    const options = { reconnection: false, autoConnect: false, timeout: CONNECT_TIMEOUT };
    this.#socket = io("/machines", transports === null ? options : { ...options, transports });
    this.#socket.on("connect", () => this.#up());
    this.#socket.on("disconnect", (reason) => this.#down(REASONS[reason] ?? String(reason)));
    this.#socket.on("connect_error", (error) => this.#refused(error));
  }

  /** @param {() => void} onChange the status changed @param {() => number} now ms since 1970, for `retryAt` */
  take(onChange, now) {
    this.#onChange = onChange;
    this.#now = now;
  }

  /**
   * @param {string} event from the gateway @param {(data: any) => void} handler
   * @returns {() => void} ends it
   */
  on(event, handler) {
    const already = this.#listeners.get(event);
    this.#listeners.set(event, [...(already ?? []), handler]);
    // One listener of the client, however many of ours: they are called in the order they came.
    if (already === undefined) this.#socket.on(event, (data) => this.#tell(event, data));
    if (this.#kept.has(event)) handler(this.#kept.get(event));
    this.#kept.delete(event);
    return () => this.#listeners.set(event, this.#listeners.get(event).filter((other) => other !== handler));
  }

  /** Keeps the newest data of an event for the first listener, who comes later. @param {string} event */
  keep(event) {
    this.on(event, (data) => this.#listeners.get(event).length === 1 && this.#kept.set(event, data));
  }

  /** After every connect, also the first; now as well when the link is up. @param {() => void} handler */
  onUp(handler) {
    this.#upListeners.push(handler);
    if (this.isUp) handler();
  }

  #tell(event, data) {
    for (const handler of this.#listeners.get(event)) handler(data);
  }

  get isUp() {
    return this.#socket.connected === true;
  }

  /** Connects now, also in the middle of a wait. */
  open() {
    if (this.isUp || this.#isTrying) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#isTrying = true;
    this.#become({ phase: "connecting", reason: this.status.reason, retryAt: null });
    this.#socket.connect();
  }

  #isTrying = false;

  /**
   * Sends an event and resolves with the answer.
   * @param {string} event @param {unknown} data
   * @returns {Promise<any>} rejects with NoAnswer when there is no link or the answer takes too long
   */
  ask(event, data) {
    return new Promise((resolve, reject) => {
      // The client would keep it for the next connection, where nobody waits for it any more.
      if (!this.isUp) {
        reject(new NoAnswer("not connected"));
        return;
      }
      const timer = setTimeout(() => reject(new NoAnswer(`no answer to ${event}`)), ANSWER_TIMEOUT);
      this.#socket.emit(event, data, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  /** Sends an event that has no answer; without a link it is not sent. @returns {boolean} sent */
  send(event, data) {
    if (!this.isUp) return false;
    this.#socket.emit(event, data);
    return true;
  }

  /** The connection looks open but does not work: end it and start over. @param {string} reason for people */
  restart(reason) {
    if (!this.isUp) return;
    this.#restartReason = reason;
    this.#socket.disconnect();
  }

  #restartReason = "";

  #up() {
    this.#isTrying = false;
    this.#attempt = 0;
    this.#become({ phase: "connected", reason: "", retryAt: null });
    for (const handler of this.#upListeners) handler();
  }

  #down(reason) {
    const why = this.#restartReason || reason;
    this.#restartReason = "";
    this.#wait(why);
  }

  #refused(error) {
    // A reason that was told before the first failed retry says more than "websocket error".
    const isOffline = globalThis.navigator?.onLine === false;
    const why = this.status.reason || (isOffline ? "this device is offline" : "the gateway cannot be reached");
    console.info(`telemetryd: no connection (${error?.message ?? error})`);
    this.#wait(why);
  }

  #wait(reason) {
    this.#isTrying = false;
    clearTimeout(this.#timer);
    const delay = retryDelay(this.#attempt, Math.random());
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.open(), delay);
    this.#become({ phase: "waiting", reason, retryAt: this.#now() + delay });
  }

  #become(status) {
    this.status = status;
    this.#onChange();
  }
}
