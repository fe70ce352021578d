/**
 * Which sequence numbers of one machine the page has seen, which are missing and which are gone for good.
 * Pure: no clock, no network, no document.
 */

/** @typedef {{from: number, to: number}} Run  An inclusive run of sequence numbers. */

/** A set of integers as sorted runs that never touch. A stream without loss is one run however long it is. */
export class RunSet {
  /** @type {Run[]} */
  #runs = [];
  #size = 0;

  /** How many integers are in the set. */
  get size() {
    return this.#size;
  }

  /** Lowest member, or null. @returns {number | null} */
  get first() {
    return this.#runs.length === 0 ? null : this.#runs[0].from;
  }

  /** Highest member, or null. @returns {number | null} */
  get last() {
    return this.#runs.length === 0 ? null : this.#runs[this.#runs.length - 1].to;
  }

  /** A copy of the runs, lowest first. @returns {Run[]} */
  runs() {
    return this.#runs.map((run) => ({ ...run }));
  }

  /** @param {number} value @returns {boolean} */
  has(value) {
    const index = this.#indexEndingAtOrAfter(value);
    return index < this.#runs.length && this.#runs[index].from <= value;
  }

  /**
   * Adds an inclusive range.
   * @param {number} from @param {number} [to]
   * @returns {number} how many of them were not in the set before
   */
  add(from, to = from) {
    if (to < from) return 0;
    const runs = this.#runs;
    const first = this.#indexEndingAtOrAfter(from - 1);
    let after = first;
    let merged = { from, to };
    let known = 0;
    while (after < runs.length && runs[after].from <= to + 1) {
      const run = runs[after];
      known += Math.max(0, Math.min(run.to, to) - Math.max(run.from, from) + 1);
      merged = { from: Math.min(merged.from, run.from), to: Math.max(merged.to, run.to) };
      after += 1;
    }
    // The everyday case, one more at the end of the last run, must not allocate a new array.
    if (after - first === 1) runs[first] = merged;
    else runs.splice(first, after - first, merged);
    const added = to - from + 1 - known;
    this.#size += added;
    return added;
  }

  /** Removes every member below `floor`. @param {number} floor */
  removeBelow(floor) {
    let gone = 0;
    while (gone < this.#runs.length && this.#runs[gone].to < floor) {
      this.#size -= this.#runs[gone].to - this.#runs[gone].from + 1;
      gone += 1;
    }
    if (gone > 0) this.#runs.splice(0, gone);
    const head = this.#runs[0];
    if (head !== undefined && head.from < floor) {
      this.#size -= floor - head.from;
      this.#runs[0] = { from: floor, to: head.to };
    }
  }

  /** First run whose end is not below `value`; binary search. @param {number} value */
  #indexEndingAtOrAfter(value) {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#runs[middle].to < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Bookkeeping of one machine in one epoch. The caller bounds it by forgetting what its buffer no longer holds. */
export class Ledger {
  #seen = new RunSet();
  #overwritten = new RunSet();
  #recovered = 0;
  #lost = 0;

  /** Lowest sequence number held, or null. */
  get first() {
    return this.#seen.first;
  }

  /** Highest sequence number seen, or null. */
  get last() {
    return this.#seen.last;
  }

  /** How many different readings are held. */
  get count() {
    return this.#seen.size;
  }

  /** How many readings were missing for a while and were then fetched. Never goes down. */
  get recovered() {
    return this.#recovered;
  }

  /** How many readings the gateway had overwritten before they could be fetched. Never goes down. */
  get lost() {
    return this.#lost;
  }

  /**
   * @param {number} seq
   * @param {boolean} [recovering] the reading was missed live and comes from a later request
   * @returns {boolean} false: seen before, to be ignored
   */
  accept(seq, recovering = false) {
    if (!Number.isSafeInteger(seq) || seq < 1 || this.#seen.add(seq) === 0) return false;
    if (recovering) this.#recovered += 1;
    return true;
  }

  /** Runs between the first and the last that were neither seen nor overwritten. @returns {Run[]} */
  holes() {
    const covered = this.#seen.runs().concat(this.#overwritten.runs()).sort((a, b) => a.from - b.from);
    const holes = [];
    for (let index = 1; index < covered.length; index += 1) {
      const from = covered[index - 1].to + 1;
      const to = covered[index].from - 1;
      if (from <= to) holes.push({ from, to });
    }
    return holes;
  }

  /** How many readings are missing between the first and the last. */
  get missing() {
    return this.holes().reduce((sum, hole) => sum + hole.to - hole.from + 1, 0);
  }

  /**
   * The gateway keeps nothing below `firstKept` any more: holes below it will never be filled.
   * @param {number} firstKept
   * @returns {number} how many readings were given up by this call
   */
  giveUpBelow(firstKept) {
    let given = 0;
    for (const hole of this.holes()) {
      if (hole.from < firstKept) given += this.#overwritten.add(hole.from, Math.min(hole.to, firstKept - 1));
    }
    this.#lost += given;
    return given;
  }

  /** The page's buffer no longer holds anything below `seq`. The two counters stay. @param {number} seq */
  forgetBelow(seq) {
    this.#seen.removeBelow(seq);
    this.#overwritten.removeBelow(seq);
  }
}
