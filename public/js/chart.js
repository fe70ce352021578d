import { Bars, decimate } from "./decimate.js";
import { formatNumber, formatTime } from "./format.js";
import { LazyRange, timeTicks, valueTicks } from "./scales.js";

/** CSS pixels. The gutter is fixed: a plot that moves when a label gets longer cannot be read. */
const GUTTER = 52;
const AXIS = 22;
const TOP = 8;
const RIGHT = 2;
const FONT = "12px system-ui, sans-serif";
const LINE = 2;

/** Room for one time label, CSS pixels. */
const TIME_LABEL = 84;

/** Most device pixels for a CSS pixel: beyond two nobody sees a difference at arm's length, and raster cost doubles. */
const MOST_RATIO = 2;

/**
 * @typedef {{line: string, grid: string, text: string}} ChartColours
 */

/** One trend on one canvas. Draws only when told to; the caller bundles that into one animation frame. */
export class Chart {
  #canvas;
  #context;
  #metric;
  #range;
  #bars = new Bars(1);
  #isResized = true;
  /** Extremes of the readings in the window, NaN without any. */
  minimum = NaN;
  maximum = NaN;

  /** @param {HTMLCanvasElement} canvas @param {import("./format.js").Metric} metric @param {() => void} onResize */
  constructor(canvas, metric, onResize) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#metric = metric;
    this.#range = new LazyRange(metric.leastSpan);
    new ResizeObserver(() => {
      this.#isResized = true;
      onResize();
    }).observe(canvas);
  }

  /** Another machine: its range says nothing about this one. */
  reset() {
    this.#range.reset();
  }

  /**
   * @param {import("./feed.js").Feed | null} feed @param {number} window ms
   * @param {ChartColours} colours @param {number} now ms since 1970 by the page's clock
   */
  draw(feed, window, colours, now) {
    const ratio = Math.min(devicePixelRatio || 1, MOST_RATIO);
    if (!this.#fit(ratio)) return;
    const width = this.#bars.width;
    const msPerColumn = window / width;
    // The edge is snapped to whole columns, or the same reading moves between two columns and old peaks shimmer.
    const end = Math.ceil((feed?.edgeAt(now) ?? now) / msPerColumn) * msPerColumn;
    const start = end - window;
    this.#decimate(feed, { start, msPerColumn });
    const range = this.#range.update(this.minimum, this.maximum, now);
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#drawGrid(range, { start, end }, colours, ratio);
    this.#drawBars(range, colours.line, ratio);
  }

  /** Adapts the bitmap to the element. @returns {boolean} false: too small to draw */
  #fit(ratio) {
    if (this.#isResized || this.ratio !== ratio) {
      const width = Math.round(this.#canvas.clientWidth * ratio);
      const height = Math.round(this.#canvas.clientHeight * ratio);
      this.#isResized = false;
      this.ratio = ratio;
      this.#canvas.width = width;
      this.#canvas.height = height;
      const columns = Math.max(1, width - Math.round((GUTTER + RIGHT) * ratio));
      if (columns !== this.#bars.width) this.#bars = new Bars(columns);
    }
    return this.#bars.width > 1 && this.#canvas.height > (TOP + AXIS + 10) * ratio;
  }

  #decimate(feed, { start, msPerColumn }) {
    if (feed === null) {
      this.#bars.clear();
    } else {
      const metric = feed.metrics.find((candidate) => candidate.metric === this.#metric);
      const gap = metric.freshness.staleAfter;
      decimate(this.#bars, feed.series.times(), feed.series.values(this.#metric.name), { start, msPerColumn, gap });
    }
    this.minimum = this.#bars.minimum;
    this.maximum = this.#bars.maximum;
  }

  #yScale(range, ratio) {
    const top = TOP * ratio;
    const bottom = this.#canvas.height - AXIS * ratio;
    const perUnit = (bottom - top) / (range.high - range.low);
    return (value) => bottom - (value - range.low) * perUnit;
  }

  #drawGrid(range, { start, end }, colours, ratio) {
    const context = this.#context;
    const left = Math.round(GUTTER * ratio);
    const right = left + this.#bars.width;
    const bottom = this.#canvas.height - AXIS * ratio;
    const y = this.#yScale(range, ratio);
    context.font = FONT.replace("12", String(12 * ratio));
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillStyle = colours.grid;
    const values = thinned(valueTicks(range), Math.max(2, Math.floor((bottom - TOP * ratio) / (30 * ratio))));
    for (const value of values) context.fillRect(left, Math.round(y(value)), this.#bars.width, 1);
    const local = -new Date(end).getTimezoneOffset() * 60_000;
    const { step, ticks } = timeTicks(start, end, Math.floor(this.#bars.width / ratio / TIME_LABEL), local);
    const x = (time) => left + Math.round(((time - start) / (end - start)) * this.#bars.width);
    for (const time of ticks) context.fillRect(x(time), TOP * ratio, 1, bottom - TOP * ratio);
    context.fillStyle = colours.text;
    const decimals = Math.max(0, Math.ceil(-Math.log10(range.step) - 1e-9));
    for (const value of values) context.fillText(formatNumber(value, decimals), left - 8 * ratio, y(value));
    context.textAlign = "center";
    const half = 28 * ratio;
    for (const time of ticks) {
      // A label that would be cut at an edge is left out: half a time is no time.
      if (x(time) - half < 0 || x(time) + half > right) continue;
      context.fillText(formatTime(time, step < 60_000), x(time), bottom + 13 * ratio);
    }
  }

  #drawBars(range, colour, ratio) {
    const { low, high, width } = this.#bars;
    const context = this.#context;
    const y = this.#yScale(range, ratio);
    const left = Math.round(GUTTER * ratio);
    const thickness = LINE * ratio;
    // A column is one device pixel; steep parts of the line would look thinner than flat ones.
    const broad = Math.max(1, Math.round(1.5 * ratio));
    context.beginPath();
    for (let column = 0; column < width; column += 1) {
      if (Number.isNaN(low[column])) continue;
      const top = y(high[column]);
      const height = Math.max(thickness, y(low[column]) - top + thickness / 2);
      context.rect(left + column, top - thickness / 2, broad, height);
    }
    context.fillStyle = colour;
    context.fill();
  }
}

/** Every n-th of the ticks, so that at most `most` are left; the first stays. */
function thinned(ticks, most) {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, index) => index % every === 0);
}
