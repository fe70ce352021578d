/**
 * The readings of one machine that the page holds: a bounded buffer of columns in sequence order.
 * Pure. Typed arrays, because 3,600 objects of five numbers would be walked three times for each frame.
 */

import { Columns } from "./machine/timeline.js";

/** Readings kept for one machine: 1 h at 1 Hz, 6 min at 10 Hz; 5 columns x 8 bytes x 2 x 3,600 = 288 KB. */
export const SERIES_CAPACITY = 3600;

/** Metrics kept for one machine, the three standard ones among them: 32 are 1.9 MB. */
export const SERIES_METRICS_MAX = 32;

export class Series {
  #capacity;
  #names;
  #seqs;
  #times;
  /** @type {Float64Array[]} */
  #values;
  #start = 0;
  #end = 0;

  /** @param {readonly string[]} names metrics to keep @param {number} [capacity] readings */
  constructor(names, capacity = SERIES_CAPACITY) {
    this.#capacity = capacity;
    this.#names = [...names];
    // Twice the room, so that the buffer slides and is moved back once per `capacity` readings instead of for each one.
    this.#seqs = new Float64Array(capacity * 2);
    this.#times = new Float64Array(capacity * 2);
    this.#values = this.#names.map(() => new Float64Array(capacity * 2));
  }

  get length() {
    return this.#end - this.#start;
  }

  get isFull() {
    return this.length === this.#capacity;
  }

  /** Names of the metrics kept, in the order in which they came. */
  get names() {
    return this.#names;
  }

  /** What is held, for `join`. Views, valid until the next insert. @returns {import("./machine/timeline.js").Source} */
  source() {
    const values = (name) => (this.#names.includes(name) ? this.values(name) : null);
    return { seqs: this.#seqs.subarray(this.#start, this.#end), times: this.times(), values, names: this.#names };
  }

  /** Lowest sequence number held, or null. */
  get firstSeq() {
    return this.length === 0 ? null : this.#seqs[this.#start];
  }

  /** Sequence numbers held, ascending; a copy. @returns {number[]} */
  seqs() {
    return Array.from(this.#seqs.subarray(this.#start, this.#end));
  }

  /** Source times, ms since 1970, in sequence order (late readings go back). A view, valid until the next insert. */
  times() {
    return this.#times.subarray(this.#start, this.#end);
  }

  /**
   * Keeps one metric more; readings before this one have no value of it.
   * @param {string} name @returns {boolean} false: known, or there are as many as there may be
   */
  addMetric(name) {
    if (this.#names.includes(name) || this.#names.length >= SERIES_METRICS_MAX) return false;
    this.#names.push(name);
    this.#values.push(new Float64Array(this.#capacity * 2).fill(NaN));
    return true;
  }

  /** What is held now, as columns that later readings do not touch. @returns {Columns} */
  copy() {
    const values = new Map(this.#names.map((name) => [name, this.values(name).slice()]));
    return new Columns(Float64Array.from(this.seqs()), this.times().slice(), values);
  }

  /** Values of one metric, NaN where a reading has none. A view, valid until the next insert. @param {string} name */
  values(name) {
    const index = this.#names.indexOf(name);
    if (index < 0) throw new RangeError(`no such metric: ${name}`);
    return this.#values[index].subarray(this.#start, this.#end);
  }

  /**
   * Inserts a reading whose sequence number is not held yet (the ledger sees to that).
   * @param {number} seq @param {number} time ms since 1970 @param {Record<string, unknown>} values
   * @returns {boolean} false: older than everything in a full buffer, not kept
   */
  insert(seq, time, values) {
    if (this.isFull) {
      if (seq < this.#seqs[this.#start]) return false;
      this.#start += 1;
    }
    if (this.#end === this.#seqs.length) this.#slideBack();
    const at = this.#place(seq);
    if (at < this.#end) this.#shiftUp(at);
    this.#seqs[at] = seq;
    this.#times[at] = time;
    this.#names.forEach((name, index) => {
      const value = values[name];
      this.#values[index][at] = typeof value === "number" && Number.isFinite(value) ? value : NaN;
    });
    this.#end += 1;
    return true;
  }

  /** Time span covered, in ms; 0 with fewer than two readings. @param {number} [notAfter] ignore later source times */
  span(notAfter = Infinity) {
    let low = Infinity;
    let high = -Infinity;
    for (let index = this.#start; index < this.#end; index += 1) {
      const time = this.#times[index];
      if (time > notAfter) continue;
      if (time < low) low = time;
      if (time > high) high = time;
    }
    return high > low ? high - low : 0;
  }

  #place(seq) {
    let at = this.#end;
    while (at > this.#start && this.#seqs[at - 1] > seq) at -= 1;
    return at;
  }

  #columns() {
    return [this.#seqs, this.#times, ...this.#values];
  }

  #slideBack() {
    for (const column of this.#columns()) column.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }

  #shiftUp(at) {
    for (const column of this.#columns()) column.copyWithin(at + 1, at, this.#end);
  }
}
