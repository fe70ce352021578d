/**
 * One line of readings from several sources: the live buffer, what was held when the view left it, and thinned pasts
 * from the gateway. Joined by sequence number, so there is no seam. Pure.
 */

/** Readings as columns, in order of `seqs`. */
export class Columns {
  /** @param {ArrayLike<number>} seqs @param {ArrayLike<number>} times @param {Map<string, Float64Array>} values */
  constructor(seqs, times, values) {
    this.seqs = seqs;
    this.times = times;
    this.byName = values;
  }

  get length() {
    return this.seqs.length;
  }

  /** Values of a metric, NaN where there is none; null when no reading has it. @param {string} name */
  values(name) {
    return this.byName.get(name) ?? null;
  }
}

/** Names that are not metrics in a reading (interface, section 3). */
const NOT_METRICS = new Set(["machine", "seq", "timestamp", "epoch"]);

/** @param {string} name @param {unknown} value */
export function isMetric(name, value) {
  return typeof value === "number" && !NOT_METRICS.has(name);
}

/**
 * @param {any[]} readings as on the wire, in any order; what is no reading is left out @returns {Columns}
 */
export function columnsOf(readings) {
  const good = readings.filter((one) => Number.isSafeInteger(one?.seq) && !Number.isNaN(Date.parse(one?.timestamp)));
  good.sort((a, b) => a.seq - b.seq);
  const values = new Map();
  good.forEach((reading, index) => {
    for (const [name, value] of Object.entries(reading)) {
      if (!isMetric(name, value)) continue;
      let column = values.get(name);
      if (column === undefined) values.set(name, (column = new Float64Array(good.length).fill(NaN)));
      column[index] = value;
    }
  });
  const seqs = Float64Array.from(good, (reading) => reading.seq);
  const times = Float64Array.from(good, (reading) => Date.parse(reading.timestamp));
  return new Columns(seqs, times, values);
}

/**
 * @typedef {{seqs: ArrayLike<number>, times: ArrayLike<number>, values: (name: string) => ArrayLike<number> | null}}
 * Source
 * @typedef {{source: Source, from: number, to: number}} Piece  indices from (inclusive) to (exclusive) of a source
 */

/** First index whose seq is not below `seq`. @param {ArrayLike<number>} seqs @param {number} seq */
export function indexOf(seqs, seq) {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seqs[middle] < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Pieces in order of sequence number. Where sources overlap the earlier one in the list is taken: it knows more.
 * @param {Source[]} sources best first @returns {Piece[]}
 */
export function join(sources) {
  /** @type {Piece[]} */
  let pieces = [];
  for (const source of sources) {
    if (source.seqs.length === 0) continue;
    const added = [];
    let from = 0;
    for (const piece of pieces) {
      const until = indexOf(source.seqs, piece.source.seqs[piece.from]);
      if (until > from) added.push({ source, from, to: until });
      from = Math.max(from, indexOf(source.seqs, piece.source.seqs[piece.to - 1] + 1));
    }
    if (from < source.seqs.length) added.push({ source, from, to: source.seqs.length });
    pieces = pieces.concat(added).sort((a, b) => a.source.seqs[a.from] - b.source.seqs[b.from]);
  }
  return pieces;
}

/** Names of all metrics in the pieces. @param {Piece[]} pieces @returns {Set<string>} */
export function metricsOf(pieces) {
  const names = new Set();
  for (const { source } of pieces) for (const name of source.byName?.keys() ?? source.names ?? []) names.add(name);
  return names;
}

/**
 * @typedef {{seq: number, time: number, isLate: boolean, value: (name: string) => number}} Instant
 * isLate: it came after a reading with a later time. value: NaN when the reading has none
 */

/**
 * Readings with a time in the range, in order of sequence number.
 * @param {Piece[]} pieces @param {{from: number, to: number}} range ms since 1970 @param {number} latest readings
 * beyond it have a wrong clock and make no other late @returns {Instant[]}
 */
export function instants(pieces, range, latest = Infinity) {
  const found = [];
  let newest = -Infinity;
  for (const { source, from, to } of pieces) {
    for (let index = from; index < to; index += 1) {
      const time = source.times[index];
      const isLate = time < newest;
      if (time <= latest && time > newest) newest = time;
      if (time < range.from || time > range.to) continue;
      found.push({ seq: source.seqs[index], time, isLate, value: (name) => source.values(name)?.[index] ?? NaN });
    }
  }
  return found;
}

/**
 * The reading nearest to a time, null when there is none within `within` ms.
 * @param {Piece[]} pieces @param {number} time @param {number} within
 * @param {string | null} name only readings that have this metric
 * @returns {{seq: number, time: number, piece: Piece, index: number} | null}
 */
export function nearest(pieces, time, within, name = null) {
  let best = null;
  let bestDistance = within;
  for (const piece of pieces) {
    const { times } = piece.source;
    const values = name === null ? null : piece.source.values(name);
    if (name !== null && values === null) continue;
    for (let index = piece.from; index < piece.to; index += 1) {
      const distance = Math.abs(times[index] - time);
      // Of two equally near the later in the stream: it is what the others show as newest.
      if (distance > bestDistance || (values !== null && Number.isNaN(values[index]))) continue;
      bestDistance = distance;
      best = { piece, index };
    }
  }
  if (best === null) return null;
  const { source } = best.piece;
  return { seq: source.seqs[best.index], time: source.times[best.index], ...best };
}

/**
 * The reading before or after a time, for a crosshair that goes from reading to reading.
 * @param {Piece[]} pieces @param {number} time @param {number} step +1 later, -1 earlier @returns {number | null} time
 */
export function neighbourTime(pieces, time, step) {
  let best = null;
  for (const { source, from, to } of pieces) {
    for (let index = from; index < to; index += 1) {
      const ahead = (source.times[index] - time) * step;
      if (ahead > 0 && (best === null || ahead < best)) best = ahead;
    }
  }
  return best === null ? null : time + best * step;
}
