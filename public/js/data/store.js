import { Arrivals, sourceStates } from "./arrivals.js";
import { Refusals } from "./refusals.js";

/**
 * What the page knows of what arrives and what is refused; one for the data view and the empty page. Asks only while one
 * of them is looked at.
 */

/** Pause between two looks at ledgers and sources, ms; longer where there are many machines. */
const LOOK_EVERY = 2000;
const LOOK_EVERY_MANY = 10_000;
const MANY = 200;

/** The counts are asked for again at most this often when the gateway left refusals out, ms. */
const COUNT_EVERY = 5000;

export class DataStore {
  #page;
  #handlers = [];
  #followers = 0;
  #lookedAt = -Infinity;
  #countedAt = -Infinity;
  #isLooking = false;
  refusals = new Refusals();
  arrivals = new Arrivals();
  /** @type {import("./arrivals.js").SourceState[] | null} null: not told yet */
  sources = null;
  /** `GET /api/gateway`, null where the gateway has none or did not answer. @type {any} */
  gateway = null;
  /** Whether the gateway answered what it is configured for. */
  get isGatewayKnown() {
    return this.gateway !== null;
  }

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    page.link.onUp(() => this.#followers > 0 && this.#join());
    page.link.on("rejected", (event) => {
      if (this.refusals.add(event)) this.#tell();
    });
  }

  /** @param {() => void} handler something is to be drawn */
  onChange(handler) {
    this.#handlers.push(handler);
  }

  /** Somebody looks from now on. */
  follow() {
    this.#followers += 1;
    if (this.#followers > 1) return;
    this.#lookedAt = -Infinity;
    this.#join();
  }

  /** Somebody looks no more. */
  unfollow() {
    this.#followers -= 1;
    if (this.#followers === 0) this.#page.link.send("leaveRoom", "$rejected");
  }

  /** Looks again when it is time to. @param {number} now ms */
  beat(now) {
    if (this.#followers === 0 || !this.#page.link.isUp) return;
    const pause = this.arrivals.rows.length > MANY ? LOOK_EVERY_MANY : LOOK_EVERY;
    if (now - this.#lookedAt >= pause && !this.#isLooking) this.#look(now);
    if (this.refusals.omitted > 0 && now - this.#countedAt >= COUNT_EVERY) this.#count(now);
  }

  async #join() {
    const answer = await this.#page.link.ask("joinRoom", "$rejected").catch(() => null);
    if (answer?.ok !== true) return;
    this.refusals.load(answer);
    this.#tell();
  }

  async #count(now) {
    this.#countedAt = now;
    const answer = await this.#page.api("/api/rejected");
    if (answer.ok) this.refusals.load(answer.body);
    this.#tell();
  }

  async #look(now) {
    this.#isLooking = true;
    this.#lookedAt = now;
    const [ledger, gateway] = await Promise.all([this.#page.api("/api/ledger"), this.#page.api("/api/gateway")]);
    this.#isLooking = false;
    if (ledger.ok) this.arrivals.load(ledger.body, this.#page.session.machines, performance.now());
    if (gateway.ok) this.#takeGateway(gateway.body);
    this.#tell();
  }

  #takeGateway(body) {
    this.gateway = body;
    this.sources = sourceStates(body);
  }

  #tell() {
    for (const handler of this.#handlers) handler();
  }
}

const stores = new WeakMap();

/** The one of this page. @param {any} page @returns {DataStore} */
export function dataStore(page) {
  const known = stores.get(page);
  if (known !== undefined) return known;
  const store = new DataStore(page);
  stores.set(page, store);
  return store;
}
