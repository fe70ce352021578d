/** Axes: which range to show and where the labelled lines go. Pure. */

/** Windows the trends can show, in ms: long enough for the history on hand, short enough to see the line move. */
export const WINDOWS = [60_000, 120_000, 180_000, 300_000, 600_000];

/** A range must have been twice too tall for this long (ms) before it shrinks: a scale that breathes cannot be read. */
const SHRINK_AFTER = 10_000;

/**
 * Shortest window that holds `span`, else the longest.
 * @param {number} span ms @returns {number} ms
 */
export function windowFor(span) {
  return WINDOWS.find((window) => window >= span) ?? WINDOWS[WINDOWS.length - 1];
}

/**
 * 1, 2 or 5 times a power of ten, not below `least`.
 * @param {number} least @returns {number}
 */
export function niceStep(least) {
  if (!(least > 0) || !Number.isFinite(least)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9));
  return factor * power;
}

/**
 * A range with round ends that holds the data and is never thinner than `leastSpan`.
 * @param {number} minimum @param {number} maximum @param {number} leastSpan in the unit of the values
 * @returns {{low: number, high: number, step: number}}
 */
export function niceRange(minimum, maximum, leastSpan) {
  const middle = (minimum + maximum) / 2;
  const span = Math.max(maximum - minimum, leastSpan, Math.abs(middle) * 1e-9);
  const step = niceStep(span / 4);
  let low = Math.floor((middle - span / 2) / step) * step;
  let high = Math.ceil((middle + span / 2) / step) * step;
  // Nothing here turns, pushes or presses less than nothing, unless the data says so.
  if (minimum >= 0 && low < 0) {
    low = 0;
    high = Math.max(high, Math.ceil(span / step) * step);
  }
  return { low, high, step };
}

/** The y range of one chart over time: grows at once, shrinks lazily. */
export class LazyRange {
  #leastSpan;
  #current = null;
  #tooTallSince = null;

  /** @param {number} leastSpan in the unit of the values: noise below it stays small on the screen */
  constructor(leastSpan) {
    this.#leastSpan = leastSpan;
  }

  /** Forget everything: another machine, another stretch of time. @param {number} [leastSpan] */
  reset(leastSpan = this.#leastSpan) {
    this.#leastSpan = leastSpan;
    this.#current = null;
    this.#tooTallSince = null;
  }

  /**
   * @param {number} minimum NaN: no data in the window, the range stays
   * @param {number} maximum
   * @param {number} now ms of any steady clock
   */
  update(minimum, maximum, now) {
    if (Number.isNaN(minimum)) return this.#current ?? niceRange(0, 0, this.#leastSpan);
    const wanted = niceRange(minimum, maximum, this.#leastSpan);
    const current = this.#current;
    if (current === null) return this.#take(wanted);
    if (minimum < current.low || maximum > current.high) {
      const [low, high] = [Math.min(current.low, wanted.low), Math.max(current.high, wanted.high)];
      return this.#take(niceRange(low, high, this.#leastSpan));
    }
    if ((wanted.high - wanted.low) * 2 > current.high - current.low) {
      this.#tooTallSince = null;
      return current;
    }
    this.#tooTallSince ??= now;
    return now - this.#tooTallSince >= SHRINK_AFTER ? this.#take(wanted) : current;
  }

  #take(range) {
    this.#current = range;
    this.#tooTallSince = null;
    return range;
  }
}

/**
 * Multiples of the step inside a range, without the noise of repeated addition.
 * @param {{low: number, high: number, step: number}} range @returns {number[]}
 */
export function valueTicks({ low, high, step }) {
  const ticks = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  for (let index = first; index <= last; index += 1) ticks.push(index * step);
  return ticks;
}

/** Steps of the time axis, seconds: divisors of the next larger unit. */
const TIME_STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000);

/**
 * Round local times inside a window.
 * @param {number} start ms since 1970 @param {number} end
 * @param {number} most number of labels there is room for
 * @param {number} offset ms to add for local time (east positive)
 * @returns {{step: number, ticks: number[]}}
 */
export function timeTicks(start, end, most, offset) {
  const least = (end - start) / Math.max(1, most);
  const step = TIME_STEPS.find((candidate) => candidate >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
  const ticks = [];
  const first = Math.ceil((start + offset) / step) * step;
  for (let time = first; time <= end + offset; time += step) ticks.push(time - offset);
  return { step, ticks };
}
