/**
 * Whether this page gets every reading of a machine. A gateway that would have to wait for a slow page sends the newest
 * reading instead of all; the gaps in seq tell. Pure.
 */

/** How far back is looked, ms. */
const SPAN = 5000;

/** Readings skipped for one shown, at least, before it is called thinned; a single gap is an outage, not a pace. */
const LEAST_RATIO = 1.5;
const LEAST_GAPS = 3;

export class Thinning {
  /** @type {{at: number, seq: number, skipped: number}[]} */
  #recent = [];
  #last = null;

  /** A live reading came. @param {number} seq @param {number} now ms */
  note(seq, now) {
    const last = this.#last;
    if (last !== null && seq <= last) return;
    this.#last = seq;
    if (last === null) return;
    this.#recent.push({ at: now, seq, skipped: seq - last - 1 });
    while (this.#recent.length > 0 && this.#recent[0].at < now - SPAN) this.#recent.shift();
  }

  /** The connection was away, or another machine is shown: that gap is none of the stream's. */
  interrupt() {
    this.#last = null;
    this.#recent = [];
  }

  /** Of how many readings one is shown; 1: all of them. @param {number} now ms */
  ratio(now) {
    const recent = this.#recent.filter(({ at }) => at >= now - SPAN);
    const gaps = recent.filter(({ skipped }) => skipped > 0).length;
    const skipped = recent.reduce((sum, one) => sum + one.skipped, 0);
    const ratio = recent.length === 0 ? 1 : (recent.length + skipped) / recent.length;
    return gaps >= LEAST_GAPS && ratio >= LEAST_RATIO ? Math.round(ratio) : 1;
  }

  /** "1 of 20 shown, peaks kept", or "". @param {number} now ms */
  describe(now) {
    const ratio = this.ratio(now);
    return ratio === 1 ? "" : `1 of ${ratio} shown, peaks kept`;
  }
}
