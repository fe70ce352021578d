import { decimalsNeeded } from "../format.js";
import { Freshness } from "../freshness.js";

/** The metrics of a machine beyond the three standard ones: newest value and age of each. Pure. */

/** Cards of extra metrics, at most; the gateway judges as many. */
export const EXTRAS_MAX = 64;

/** Decimals of an extra metric, at most: nobody said how fine its sensor is. */
const MOST_DECIMALS = 3;

const KNOWN = new Set(["machine", "seq", "timestamp", "rpm", "torque", "pressure"]);

/** @typedef {{name: string, value: number, decimals: number, seq: number, freshness: Freshness}} Extra */

export class Extras {
  /** @type {Map<string, Extra>} */
  #byName = new Map();
  /** Counts up when there is a new one. */
  version = 0;
  /** How many did not fit. */
  omitted = 0;

  /** By name. @returns {Extra[]} */
  list() {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  clear() {
    if (this.#byName.size > 0) this.version += 1;
    this.#byName.clear();
    this.omitted = 0;
  }

  /** @param {any} reading @param {{now: number, isLive: boolean}} how now: ms since 1970 */
  take(reading, { now, isLive }) {
    const time = Date.parse(reading?.timestamp);
    if (Number.isNaN(time)) return;
    for (const [name, value] of Object.entries(reading)) {
      if (typeof value !== "number" || KNOWN.has(name)) continue;
      const extra = this.#extra(name);
      if (extra === null) continue;
      if (isLive) extra.freshness.noteLive(time, now);
      else extra.freshness.noteHistory(time, now);
      extra.decimals = Math.max(extra.decimals, decimalsNeeded(value, MOST_DECIMALS));
      if (reading.seq < extra.seq) continue;
      extra.seq = reading.seq;
      extra.value = value;
    }
  }

  #extra(name) {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= EXTRAS_MAX) {
      this.omitted += 1;
      return null;
    }
    const extra = { name, value: NaN, decimals: 0, seq: 0, freshness: new Freshness() };
    this.#byName.set(name, extra);
    this.version += 1;
    return extra;
  }
}
