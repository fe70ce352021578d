import { isHint, refusedTotal } from "./words.js";

/** What the gateway refused, as far as this page knows. Pure. */

/** Refusals kept, newest last; the gateway keeps as many. */
const KEPT = 200;

/**
 * @typedef {{number: number, time: number, source: string, reason: string, remedy: string, excerpt: string,
 *   machine: string | null, count: number, isHint: boolean}} Refusal
 * number: grows with each one taken, for whoever draws a list; time: ms since 1970, NaN when unreadable
 */

export class Refusals {
  /** Since the gateway started; by reason. @type {Record<string, number>} */
  counts = {};
  /** Newest last. @type {Refusal[]} */
  list = [];
  /** Refusals that were not sent, so that the counts lag behind until the next `load`. */
  omitted = 0;
  #number = 0;
  #loaded = new Map();
  #loadedUntil = -Infinity;

  /** All of it, as `GET /api/rejected` and the answer of `joinRoom "$rejected"` give it. @param {any} answer */
  load(answer) {
    const raw = Array.isArray(answer?.rejected) ? answer.rejected : [];
    const known = new Map(this.list.map((entry) => [keyOf(entry), entry.number]));
    this.list = raw.slice(-KEPT).map((entry) => {
      const refusal = read(entry, 0);
      // What was drawn already keeps its number: a list is not drawn again because it was asked for again.
      refusal.number = known.get(keyOf(refusal)) ?? (this.#number += 1);
      return refusal;
    });
    this.counts = typeof answer?.counts === "object" && answer.counts !== null ? { ...answer.counts } : {};
    this.omitted = 0;
    this.#loaded = new Map();
    this.#loadedUntil = -Infinity;
    for (const entry of this.list) {
      this.#loaded.set(keyOf(entry), (this.#loaded.get(keyOf(entry)) ?? 0) + 1);
      this.#loadedUntil = Math.max(this.#loadedUntil, entry.time);
    }
  }

  /**
   * One as it happens. What was refused in the moment of joining is in the answer and comes as an event too.
   * @param {any} event @returns {boolean} whether it is news
   */
  add(event) {
    const refusal = read(event, this.#number + 1);
    if (Number.isFinite(event?.omitted)) this.omitted += event.omitted;
    if (this.#wasLoaded(refusal)) return false;
    this.#number += 1;
    this.list.push(refusal);
    if (this.list.length > KEPT) this.list.shift();
    this.counts[refusal.reason] = (this.counts[refusal.reason] ?? 0) + refusal.count;
    return true;
  }

  /** How many messages were refused since the gateway started. */
  get total() {
    return refusedTotal(this.counts);
  }

  /**
   * Newest first. @param {string | null} machine null: all; "": those that name none @returns {Refusal[]}
   */
  of(machine) {
    const wanted = machine === null ? this.list : this.list.filter((entry) => (entry.machine ?? "") === machine);
    return [...wanted].reverse();
  }

  #wasLoaded(refusal) {
    if (!(refusal.time <= this.#loadedUntil)) return false;
    const left = this.#loaded.get(keyOf(refusal)) ?? 0;
    if (left === 0) return false;
    this.#loaded.set(keyOf(refusal), left - 1);
    return true;
  }
}

/** @returns {Refusal} */
function read(entry, number) {
  const text = (value) => (typeof value === "string" ? value : "");
  const machine = text(entry?.machine);
  return {
    number,
    time: Date.parse(text(entry?.time)),
    source: text(entry?.source),
    reason: text(entry?.reason),
    remedy: text(entry?.remedy),
    excerpt: text(entry?.excerpt),
    machine: machine === "" ? null : machine,
    count: Number.isFinite(entry?.count) && entry.count > 0 ? entry.count : 1,
    isHint: isHint(text(entry?.reason)),
  };
}

function keyOf({ time, source, reason, excerpt, machine }) {
  return JSON.stringify([time, source, reason, excerpt, machine]);
}
