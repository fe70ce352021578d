import { nearest, neighbourTime } from "./timeline.js";

/** The crosshair: one instant for all charts, found by the pointer or by keys. Pure. */

/** A reading this many columns away still belongs to the crosshair. */
const REACH = 12;

/**
 * @typedef {{time: number, seq: number | null, share: number, values: Map<string, number>}} Readout
 * time of the reading (or of the pointer, without one); seq null: no reading there; values in the unit of the wire
 */

export class Cross {
  /** @type {number | null} share under the pointer: stays while the data move */
  #share = null;
  /** @type {number | null} instant chosen by key: moves with the data */
  #time = null;

  get isShown() {
    return this.#share !== null || this.#time !== null;
  }

  /** @param {number | null} share */
  point(share) {
    this.#share = share;
    this.#time = null;
  }

  clear() {
    this.#share = null;
    this.#time = null;
  }

  /**
   * To the next reading, but at least one column on: in a long window a column holds many.
   * @param {number} by +1 or -1 @param {import("./timeline.js").Piece[]} pieces
   * @param {{from: number, to: number}} range @param {number} columns
   */
  step(by, pieces, range, columns) {
    const column = (range.to - range.from) / Math.max(1, columns);
    const at = this.#timeIn(range) ?? (by > 0 ? range.from : range.to);
    const next = neighbourTime(pieces, at + by * Math.max(0, column - 1), by);
    if (next !== null && next >= range.from && next <= range.to) this.#choose(next);
  }

  /** To the first or last reading shown. @param {number} side -1 or +1 */
  end(side, pieces, range) {
    const edge = side > 0 ? range.to + 1 : range.from - 1;
    const next = neighbourTime(pieces, edge, -side);
    if (next !== null && next >= range.from && next <= range.to) this.#choose(next);
  }

  #choose(time) {
    this.#share = null;
    this.#time = time;
  }

  #timeIn(range) {
    return this.#share === null ? this.#time : range.from + this.#share * (range.to - range.from);
  }

  /**
   * What is to be read at the crosshair, null when it is not shown (or has left the window).
   * @param {import("./timeline.js").Piece[]} pieces @param {{from: number, to: number}} range
   * @param {{columns: number, gap: number, names: string[]}} how columns: CSS pixels of the plot; gap: ms
   * @returns {Readout | null}
   */
  read(pieces, range, { columns, gap, names }) {
    const time = this.#timeIn(range);
    const span = range.to - range.from;
    if (time === null || time < range.from || time > range.to) return null;
    const reach = Math.max((span / Math.max(1, columns)) * REACH, gap / 2);
    const found = nearest(visible(pieces), time, reach);
    const values = new Map();
    if (found === null || found.time < range.from || found.time > range.to) {
      return { time, seq: null, share: (time - range.from) / span, values };
    }
    for (const name of names) {
      const here = found.piece.source.values(name)?.[found.index] ?? NaN;
      const value = Number.isNaN(here) ? valueNear(pieces, found.time, gap / 2, name) : here;
      if (value !== null) values.set(name, value);
    }
    return { time: found.time, seq: found.seq, share: (found.time - range.from) / span, values };
  }
}

const visible = (pieces) => pieces.filter(({ from, to }) => to > from);

/** A metric that comes in readings of its own has its value from the nearest of them. */
function valueNear(pieces, time, reach, name) {
  const found = nearest(pieces, time, reach, name);
  return found === null ? null : found.piece.source.values(name)[found.index];
}
