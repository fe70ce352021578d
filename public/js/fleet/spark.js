/**
 * The last two minutes of one value in a few bins: enough for a tile, and a redraw costs the same whatever the pace.
 * Pure.
 */

/** Bins of a sparkline. */
export const BINS = 60;

/** ms in one bin; 60 bins are two minutes. */
export const BIN = 2000;

/** What the sparkline spans, ms. */
export const SPAN = BINS * BIN;

/** A source time this far off (ms) is a broken clock or a late reading, unless it stays there. */
const JUMP = 600_000;

/** Jumps in a row after which the new time is believed: late readings come in greater numbers. */
const BELIEVED_AHEAD = 3;
const BELIEVED_BACK = 100;

export class Spark {
  #low = new Float64Array(BINS).fill(NaN);
  #high = new Float64Array(BINS).fill(NaN);
  #last = new Float64Array(BINS).fill(NaN);
  /** Number of the newest bin: source time / BIN. @type {number | null} */
  #edge = null;
  #jumps = 0;
  /** Counts up with each change, so that only what changed is drawn. */
  version = 0;

  /** Where the newest bin ends, ms since 1970, null without any value. */
  get end() {
    return this.#edge === null ? null : (this.#edge + 1) * BIN;
  }

  /** @param {number} time of the source, ms since 1970 @param {number} value */
  add(time, value) {
    if (!Number.isFinite(value) || !Number.isFinite(time)) return;
    const bin = Math.floor(time / BIN);
    if (this.#edge === null) this.#begin(bin);
    if (this.#isOddJump(bin)) return;
    if (bin > this.#edge) this.#slide(bin);
    if (bin <= this.#edge - BINS) return;
    const at = bin % BINS;
    // A value below no other is the first of its bin.
    if (!(this.#low[at] <= value)) this.#low[at] = value;
    if (!(this.#high[at] >= value)) this.#high[at] = value;
    this.#last[at] = value;
    this.version += 1;
  }

  clear() {
    this.#edge = null;
    this.#jumps = 0;
    this.#low.fill(NaN);
    this.#high.fill(NaN);
    this.#last.fill(NaN);
    this.version += 1;
  }

  /** Lowest and highest value, NaN without any. */
  range() {
    let low = Infinity;
    let high = -Infinity;
    for (let at = 0; at < BINS; at += 1) {
      if (this.#low[at] < low) low = this.#low[at];
      if (this.#high[at] > high) high = this.#high[at];
    }
    return low <= high ? { low, high } : { low: NaN, high: NaN };
  }

  /**
   * The bins that hold something, oldest first.
   * @param {(index: number, low: number, high: number, last: number) => void} visit index 0 (oldest) to BINS - 1
   */
  forEach(visit) {
    if (this.#edge === null) return;
    for (let index = 0; index < BINS; index += 1) {
      const at = (this.#edge - BINS + 1 + index + BINS) % BINS;
      if (!Number.isNaN(this.#last[at])) visit(index, this.#low[at], this.#high[at], this.#last[at]);
    }
  }

  /** Believed once it goes on, as that of a clock that was set or a machine that was off. */
  #isOddJump(bin) {
    if (Math.abs(bin - this.#edge) * BIN <= JUMP) {
      this.#jumps = 0;
      return false;
    }
    this.#jumps += 1;
    if (this.#jumps < (bin > this.#edge ? BELIEVED_AHEAD : BELIEVED_BACK)) return true;
    this.#begin(bin);
    return false;
  }

  #begin(bin) {
    this.clear();
    this.#edge = bin;
  }

  #slide(bin) {
    const steps = Math.min(BINS, bin - this.#edge);
    for (let step = 1; step <= steps; step += 1) {
      const at = (bin - steps + step) % BINS;
      this.#low[at] = NaN;
      this.#high[at] = NaN;
      this.#last[at] = NaN;
    }
    this.#edge = bin;
  }
}

/** y range for drawing: a flat line stays in the middle and is not blown up. @param {number} leastSpan */
export function sparkRange({ low, high }, leastSpan) {
  const span = Math.max(high - low, leastSpan);
  const middle = (low + high) / 2;
  return { low: middle - span / 2, high: middle + span / 2 };
}
