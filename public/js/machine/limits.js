/** Limit lines and the normal band between them. Pure. */

/** A limit may make the y range this many times as tall as the data need; one further away is named at the edge. */
const STRETCH_MAX = 3;

const NAMES = { high: "HIGH", highHigh: "HIGH HIGH", low: "LOW", lowLow: "LOW LOW" };

/**
 * @typedef {{value: number, kind: string, priority?: string}} Limit  as in page.limits, in the unit of the wire
 * @typedef {{shown: number, isHigh: boolean, isOuter: boolean, label: string}} LimitLine  in the viewer's unit
 */

/**
 * The limits that are lines (a rate of change is none), mildest first, so that the worst is painted last.
 * @param {Limit[]} limits @param {(value: number) => number} convert @param {(value: number) => string} write
 * @returns {LimitLine[]}
 */
export function limitLines(limits, convert, write) {
  const lines = limits.filter(({ kind, value }) => kind in NAMES && Number.isFinite(value)).map(({ kind, value }) => ({
    shown: convert(value),
    isHigh: kind.startsWith("high"),
    isOuter: kind.length > 4,
    label: `${kind.startsWith("high") ? "▲" : "▼"} ${NAMES[kind]} ${write(value)}`,
  }));
  return lines.sort((a, b) => Number(a.isOuter) - Number(b.isOuter));
}

/** Values between the lowest high limit and the highest low limit; null without any. @param {LimitLine[]} lines */
export function normalBand(lines) {
  if (lines.length === 0) return null;
  const high = Math.min(...lines.filter(({ isHigh }) => isHigh).map(({ shown }) => shown));
  const low = Math.max(...lines.filter(({ isHigh }) => !isHigh).map(({ shown }) => shown));
  return low < high ? { low, high } : null;
}

/**
 * The extremes to make room for: those of the data, and limits that are not too far away from them.
 * @param {number} minimum NaN: no data @param {number} maximum @param {number} leastSpan @param {LimitLine[]} lines
 */
export function withLimits(minimum, maximum, leastSpan, lines) {
  const values = lines.map(({ shown }) => shown);
  if (Number.isNaN(minimum)) {
    return values.length === 0 ? { minimum, maximum } : { minimum: Math.min(...values), maximum: Math.max(...values) };
  }
  const most = Math.max(maximum - minimum, leastSpan) * STRETCH_MAX;
  let [low, high] = [minimum, maximum];
  const distance = (value) => Math.max(minimum - value, value - maximum);
  for (const value of values.sort((a, b) => distance(a) - distance(b))) {
    if (Math.max(high, value) - Math.min(low, value) > most) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { minimum: low, maximum: high };
}
