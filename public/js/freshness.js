/** How old a value may be before it is called stale. Pure. */

/** No value is called stale before this, in ms. */
const LEAST_STALE_AFTER = 2500;

/** Arrivals closer together than this (ms) came in one batch and say nothing about the pace. */
const SAME_BATCH = 20;

/** Number of intervals remembered. */
const REMEMBERED = 15;

/** Values after which the pace of a stream is known. */
const LEARNED_AFTER = 4;

/** Median of the last intervals: one pause or one burst does not move it. */
export class MedianInterval {
  #recent = [];
  #previous = null;

  /** @param {number} time ms; not later than the one before: ignored */
  note(time) {
    const previous = this.#previous;
    if (previous !== null && time <= previous) return;
    this.#previous = time;
    if (previous === null || time - previous < SAME_BATCH) return;
    this.#recent.push(time - previous);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
  }

  /** ms; 0 as long as nothing is known. */
  get value() {
    if (this.#recent.length === 0) return 0;
    const sorted = [...this.#recent].sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  }
}

/** Age and pace of one value. */
export class Freshness {
  #source = new MedianInterval();
  #arrival = new MedianInterval();
  #staleAfter = LEAST_STALE_AFTER;
  #noted = 0;
  /** When the newest value came, in ms of the page's clock; null: never. @type {number | null} */
  arrivedAt = null;

  /**
   * A value came live.
   * @param {number} sourceTime ms since 1970 @param {number} now ms since 1970 by the page's clock
   */
  noteLive(sourceTime, now) {
    this.#source.note(sourceTime);
    this.#arrival.note(now);
    this.arrivedAt = now;
    this.#learn();
  }

  /**
   * A value from history: its own time is the best guess of when it came.
   * @param {number} sourceTime ms since 1970 @param {number} now ms since 1970 by the page's clock
   */
  noteHistory(sourceTime, now) {
    this.#source.note(sourceTime);
    this.arrivedAt = Math.max(this.arrivedAt ?? -Infinity, Math.min(sourceTime, now));
    this.#learn();
  }

  /** Longest time between two readings that still counts as one stream, ms. */
  get staleAfter() {
    return this.#staleAfter;
  }

  /** ms between two values as learned, 0 while that is not known: then nothing is late. */
  get interval() {
    return this.#noted < LEARNED_AFTER ? 0 : Math.max(this.#source.value, this.#arrival.value);
  }

  /** Overdue, but not yet stale: half of the patience is gone, as the gateway counts it. @param {number} now */
  isLate(now) {
    return this.interval > 0 && this.age(now) > this.#staleAfter / 2;
  }

  /** ms since the newest value came, Infinity before the first. @param {number} now */
  age(now) {
    return this.arrivedAt === null ? Infinity : Math.max(0, now - this.arrivedAt);
  }

  /** @param {number} now ms since 1970 by the page's clock */
  isStale(now) {
    return this.age(now) > this.#staleAfter;
  }

  #learn() {
    // Sorting for each of many readings a second would be waste; the pace of a machine does not change that fast.
    this.#noted += 1;
    if (this.#noted > REMEMBERED * 2 && this.#noted % REMEMBERED !== 0) return;
    // A device that sends ten readings every ten seconds is not stale in between.
    this.#staleAfter = Math.max(LEAST_STALE_AFTER, 3 * Math.max(this.#source.value, this.#arrival.value));
  }
}
