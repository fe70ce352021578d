/**
 * From readings to one bar per pixel column: the lowest and highest value of the column, so no peak is ever lost
 * and the cost of drawing depends on the width of the chart and not on the number of readings. Pure.
 */

/** Bars of one chart; reused from frame to frame. NaN in `low` means: nothing to draw in this column. */
export class Bars {
  /** @param {number} width columns = device pixels of the plot */
  constructor(width) {
    this.width = width;
    this.low = new Float64Array(width);
    this.high = new Float64Array(width);
    this.firstTime = new Float64Array(width);
    this.firstValue = new Float64Array(width);
    this.lastTime = new Float64Array(width);
    this.lastValue = new Float64Array(width);
    /** Value of the last reading in the column that came late, NaN: none. */
    this.late = new Float64Array(width);
    /** Stretches without a reading, ms since 1970. @type {{from: number, to: number}[]} */
    this.gaps = [];
    this.clear();
  }

  clear() {
    this.low.fill(NaN);
    this.high.fill(NaN);
    this.firstTime.fill(Infinity);
    this.lastTime.fill(-Infinity);
    this.late.fill(NaN);
    this.gaps.length = 0;
    /** How many readings in the window came after one with a later time. */
    this.lateCount = 0;
    /** How many readings in the window have a value. */
    this.count = 0;
    /** Latest believable time of the readings so far, in the order in which they came. */
    this.newest = -Infinity;
    /** Newest reading left of the window, oldest right of it: the line enters and leaves there. */
    this.beforeTime = -Infinity;
    this.beforeValue = NaN;
    this.afterTime = Infinity;
    this.afterValue = NaN;
    /** Extremes of the readings inside the window, NaN without any. */
    this.minimum = NaN;
    this.maximum = NaN;
  }
}

/**
 * @typedef {{start: number, msPerColumn: number, gap: number, latest?: number, edge?: number,
 *   breaks?: {from: number, to: number}[]}} Window
 * start: time of the left edge (ms since 1970); gap: longest pause between two readings that is still a line (ms);
 * latest: a reading beyond it has a wrong clock and makes no other one late; breaks: gaps known otherwise, in
 * readings of which many are left out; edge: what is beyond it has not happened yet, so nothing is missing there
 */

/**
 * Fills `bars` from readings in any order of time.
 * @param {Bars} bars @param {ArrayLike<number>} times ms since 1970 @param {ArrayLike<number>} values NaN = no value
 * @param {Window} window
 */
export function decimate(bars, times, values, window) {
  bars.clear();
  place(bars, times, values, { from: 0, to: times.length }, window);
  connect(bars, window);
}

/**
 * Fills `bars` from pieces of several sources.
 * @param {Bars} bars @param {import("./machine/timeline.js").Piece[]} pieces in order of sequence number
 * @param {string} name of the metric @param {Window} window
 */
export function decimatePieces(bars, pieces, name, window) {
  bars.clear();
  for (const { source, from, to } of pieces) {
    const values = source.values(name);
    if (values !== null) place(bars, source.times, values, { from, to }, window);
  }
  connect(bars, window);
}

function place(bars, times, values, { from, to }, window) {
  const latest = window.latest ?? Infinity;
  for (let index = from; index < to; index += 1) {
    const value = values[index];
    if (Number.isNaN(value)) continue;
    const time = times[index];
    const isLate = time < bars.newest;
    if (!isLate && time <= latest) bars.newest = time;
    placeOne(bars, time, value, isLate, window);
  }
}

function placeOne(bars, time, value, isLate, window) {
  const column = Math.floor((time - window.start) / window.msPerColumn);
  if (column < 0) {
    if (time < bars.beforeTime) return;
    bars.beforeTime = time;
    bars.beforeValue = value;
    return;
  }
  // A reading exactly on the right edge belongs to the last column; later ones are not in the window.
  const at = column === bars.width && time <= window.start + bars.width * window.msPerColumn ? column - 1 : column;
  if (at >= bars.width) {
    if (time > bars.afterTime || time > (window.latest ?? Infinity)) return;
    bars.afterTime = time;
    bars.afterValue = value;
    return;
  }
  if (isLate) {
    bars.late[at] = value;
    bars.lateCount += 1;
  }
  bars.count += 1;
  if (!(bars.low[at] <= value)) bars.low[at] = value;
  if (!(bars.high[at] >= value)) bars.high[at] = value;
  if (!(bars.minimum <= value)) bars.minimum = value;
  if (!(bars.maximum >= value)) bars.maximum = value;
  if (time < bars.firstTime[at]) {
    bars.firstTime[at] = time;
    bars.firstValue[at] = value;
  }
  if (time >= bars.lastTime[at]) {
    bars.lastTime[at] = time;
    bars.lastValue[at] = value;
  }
}

/** Joins neighbouring columns, straight across empty ones, unless the time between their readings is a gap. */
function connect(bars, window) {
  let previousColumn = -1;
  let previous = { time: bars.beforeTime, value: bars.beforeValue };
  for (let column = 0; column < bars.width; column += 1) {
    if (bars.lastTime[column] === -Infinity) continue;
    const next = { time: bars.firstTime[column], value: bars.firstValue[column] };
    if (isLine(previous, next, window)) bridge(bars, previousColumn, column, previous, next, window);
    else if (previous.time !== -Infinity) bars.gaps.push({ from: previous.time, to: next.time });
    previousColumn = column;
    previous = { time: bars.lastTime[column], value: bars.lastValue[column] };
  }
  leave(bars, previousColumn, previous, window);
}

function isLine(previous, next, { gap, breaks = [] }) {
  if (next.time - previous.time > gap) return false;
  return !breaks.some(({ from, to }) => from >= previous.time && to <= next.time);
}

/** What is right of the last reading in the window: a line to the next one, or a gap. */
function leave(bars, column, previous, window) {
  if (previous.time === -Infinity) return;
  const next = { time: bars.afterTime, value: bars.afterValue };
  const end = Math.min(window.start + bars.width * window.msPerColumn, window.edge ?? Infinity);
  if (next.time === Infinity) {
    if (end - previous.time > window.gap) bars.gaps.push({ from: previous.time, to: end });
  } else if (!isLine(previous, next, window)) {
    bars.gaps.push({ from: previous.time, to: next.time });
  } else {
    bridge(bars, column, bars.width, previous, next, window);
  }
}

/** Fills the columns between two readings; `left` -1 and `right` = width are the worlds outside. */
function bridge(bars, left, right, from, to, window) {
  const slope = to.time > from.time ? (to.value - from.value) / (to.time - from.time) : 0;
  const valueAtLeftEdge = (column) => from.value + slope * (window.start + column * window.msPerColumn - from.time);
  // Each bar starts with the last value of the bar before it, or hairline holes show on steep slopes.
  let value = left < 0 ? valueAtLeftEdge(0) : from.value;
  for (let column = left + 1; column < right; column += 1) {
    const next = valueAtLeftEdge(column + 1);
    bars.low[column] = Math.min(value, next);
    bars.high[column] = Math.max(value, next);
    value = next;
  }
  if (right >= bars.width) return;
  bars.low[right] = Math.min(bars.low[right], value);
  bars.high[right] = Math.max(bars.high[right], value);
}
