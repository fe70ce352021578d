import { formatAge } from "./format.js";

/** The gateway's time on a device whose own clock may be wrong. Pure. */

/** A difference up to this (ms) is nothing: networks and rounding make as much. */
const TOLERANCE = 2000;

export class GatewayClock {
  /** What the gateway is ahead of this device, ms, and how far off that may be; null: not known. */
  #ahead = null;

  /**
   * The gateway said what time it is.
   * @param {unknown} serverTime ISO 8601 @param {number} askedAt @param {number} now both ms by this device's clock
   */
  note(serverTime, askedAt, now) {
    const told = typeof serverTime === "string" ? Date.parse(serverTime) : NaN;
    if (Number.isNaN(told) || now < askedAt) return;
    const doubt = (now - askedAt) / 2;
    const difference = told - (askedAt + now) / 2;
    const known = this.#ahead;
    // A slow answer does not spoil what a quick one told, unless the two cannot both be true.
    const isBetter = known === null || doubt <= known.doubt;
    if (isBetter || Math.abs(difference - known.difference) > doubt + known.doubt) this.#ahead = { difference, doubt };
  }

  /** What is added to this device's clock, ms; 0 while the difference is too small to tell. */
  get correction() {
    if (this.#ahead === null) return 0;
    const { difference, doubt } = this.#ahead;
    return Math.abs(difference) > TOLERANCE + doubt ? Math.round(difference) : 0;
  }

  /** The gateway's time. @param {number} deviceTime ms since 1970 */
  now(deviceTime) {
    return deviceTime + this.correction;
  }

  /** "this device's clock is 40 s behind the gateway", or "". */
  describe() {
    const { correction } = this;
    if (correction === 0) return "";
    const side = correction > 0 ? "behind" : "ahead of";
    return `this device's clock is ${formatAge(Math.abs(correction))} ${side} the gateway`;
  }
}

/** Readings remembered to judge a machine's clock. */
const REMEMBERED = 9;

/** A machine's stamps may be this far ahead of the gateway (ms), and this far behind: readings take their time. */
const AHEAD = 2000;
const BEHIND = 30_000;

/** What a machine's own clock shows, judged by its live readings: the median, so that a late one does not count. */
export class MachineClock {
  #recent = [];

  /** @param {number} sourceTime of a live reading @param {number} now the gateway's time; both ms since 1970 */
  note(sourceTime, now) {
    this.#recent.push(sourceTime - now);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
  }

  /** ms that the machine's stamps are ahead of the gateway, negative when behind; 0 when that is nothing unusual. */
  get ahead() {
    if (this.#recent.length < 3) return 0;
    const sorted = [...this.#recent].sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1];
    return median > AHEAD || median < -BEHIND ? median : 0;
  }

  /** "the machine's clock is 3 min 20 s ahead of the gateway", or "". */
  describe() {
    const { ahead } = this;
    if (ahead === 0) return "";
    if (ahead > 0) return `the machine's clock is ${formatAge(ahead)} ahead of the gateway`;
    return `stamped ${formatAge(-ahead)} behind the gateway: its clock is late, or its readings are`;
  }
}
