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
    this.clear();
  }

  clear() {
    this.low.fill(NaN);
    this.high.fill(NaN);
    this.firstTime.fill(Infinity);
    this.lastTime.fill(-Infinity);
    /** Newest reading left of the window: the line enters from there. */
    this.beforeTime = -Infinity;
    this.beforeValue = NaN;
    /** Extremes of the readings inside the window, NaN without any. */
    this.minimum = NaN;
    this.maximum = NaN;
  }
}

/**
 * @typedef {{start: number, msPerColumn: number, gap: number}} Window
 * start: time of the left edge (ms since 1970); gap: longest pause between two readings that is still a line (ms)
 */

/**
 * Fills `bars` from readings in any order of time.
 * @param {Bars} bars @param {ArrayLike<number>} times ms since 1970 @param {ArrayLike<number>} values NaN = no value
 * @param {Window} window
 */
export function decimate(bars, times, values, window) {
  bars.clear();
  for (let index = 0; index < times.length; index += 1) {
    const value = values[index];
    if (Number.isNaN(value)) continue;
    place(bars, times[index], value, window);
  }
  connect(bars, window);
}

function place(bars, time, value, window) {
  const column = Math.floor((time - window.start) / window.msPerColumn);
  if (column < 0) {
    if (time >= bars.beforeTime) {
      bars.beforeTime = time;
      bars.beforeValue = value;
    }
    return;
  }
  // A reading exactly on the right edge belongs to the last column; later ones are not in the window.
  const at = column === bars.width && time <= window.start + bars.width * window.msPerColumn ? column - 1 : column;
  if (at >= bars.width) return;
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
  let previousTime = bars.beforeTime;
  let previousValue = bars.beforeValue;
  for (let column = 0; column < bars.width; column += 1) {
    if (bars.lastTime[column] === -Infinity) continue;
    if (bars.firstTime[column] - previousTime <= window.gap) {
      const from = { time: previousTime, value: previousValue };
      const to = { time: bars.firstTime[column], value: bars.firstValue[column] };
      bridge(bars, previousColumn, column, from, to, window);
    }
    previousColumn = column;
    previousTime = bars.lastTime[column];
    previousValue = bars.lastValue[column];
  }
}

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
  bars.low[right] = Math.min(bars.low[right], value);
  bars.high[right] = Math.max(bars.high[right], value);
}
