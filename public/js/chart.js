import { Bars, decimatePieces } from "./decimate.js";
import { decimalsNeeded, formatNumber } from "./format.js";
import { limitLines, normalBand, withLimits } from "./machine/limits.js";
import {
  AXIS, GUTTER, RIGHT, TOP, hatchOf, paintBars, paintBeyond, paintGaps, paintGrid, paintLate, plotOf,
} from "./machine/paint.js";
import {
  paintBand, paintCrosshair, paintLimits, paintMarkers, paintSelection,
} from "./machine/paint-marks.js";
import { LazyRange } from "./scales.js";

/** Most device pixels for a CSS pixel: beyond two nobody sees a difference at arm's length, and raster cost doubles. */
const MOST_RATIO = 2;

/**
 * @typedef {{symbol: string, convert: (value: number) => number, decimals: number}} Unit
 * @typedef {{pieces: import("./machine/timeline.js").Piece[], range: {from: number, to: number}, gap: number,
 *   pause: number, breaks: import("./machine/past.js").Break[], latest: number, edge: number, unit: Unit,
 *   limits: import("./machine/limits.js").Limit[],
 *   markers: {time: number, until?: number, kind: string}[], now: number}} Picture
 * range: ms since 1970, snapped by the caller; gap: longest time between two points that is still a line, ms; pause:
 * longest between two readings
 */

/** One trend on one canvas, its crosshair on a second one: hovering draws no data. Draws only when told to. */
export class Chart {
  #canvas;
  #context;
  #overlay = null;
  #metric;
  #range;
  #bars = new Bars(1);
  #isResized = true;
  #hatch = null;
  /** @type {import("./machine/paint.js").Plot | null} of the last picture */
  #plot = null;
  #ratio = 0;
  #isOverlayClean = true;
  /** Extremes of the readings in the window in the unit of the wire, NaN without any. */
  minimum = NaN;
  maximum = NaN;

  /**
   * @param {HTMLCanvasElement} canvas @param {import("./format.js").Metric} metric
   * @param {() => void} onResize @param {HTMLCanvasElement | null} [overlay]
   */
  constructor(canvas, metric, onResize, overlay = null) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#overlay = overlay;
    this.#metric = metric;
    this.#range = new LazyRange(metric.leastSpan);
    new ResizeObserver(() => {
      this.#isResized = true;
      onResize();
    }).observe(canvas);
  }

  get metric() {
    return this.#metric;
  }

  /** Device pixels of the plot's width. Fits the bitmap to the element first. */
  get columns() {
    this.#fit();
    return this.#bars.width;
  }

  /** True when the element has changed since the last picture. */
  get isResized() {
    return this.#isResized || this.#ratio !== ratioNow();
  }

  /** Readings of the last picture. */
  get bars() {
    return this.#bars;
  }

  /** Another machine, unit or stretch of time: the range so far says nothing about it. */
  reset() {
    this.#range = null;
  }

  /** Colours have changed. */
  forgetColours() {
    this.#hatch = null;
  }

  /** Share of the plot's width (0 to 1) at a place on the page, CSS pixels. @param {number} clientX */
  shareAt(clientX) {
    const box = this.#canvas.getBoundingClientRect();
    const width = box.width - GUTTER - RIGHT;
    return width <= 0 ? 0 : (clientX - box.left - GUTTER) / width;
  }

  /** @param {Picture} picture @param {import("./machine/paint.js").ChartColours} colours */
  draw(picture, colours) {
    if (!this.#fit()) return;
    this.#hatch ??= hatchOf(this.#context, colours.hatch, this.#ratio);
    const size = { width: this.#canvas.width, height: this.#canvas.height, ratio: this.#ratio };
    const { range, plot } = this.#paint(this.#context, size, this.#bars, picture, colours, this.#range, this.#hatch);
    this.#range = range;
    this.#plot = plot;
    this.minimum = this.#bars.minimum;
    this.maximum = this.#bars.maximum;
  }

  /**
   * The same picture, on another bitmap.
   * @param {CanvasRenderingContext2D} context @param {{width: number, height: number, ratio: number}} size
   */
  drawOn(context, size, picture, colours) {
    const bars = new Bars(Math.round(size.width - (GUTTER + RIGHT) * size.ratio));
    this.#paint(context, size, bars, picture, colours, null, hatchOf(context, colours.hatch, size.ratio));
  }

  #paint(context, size, bars, picture, colours, lazy, hatch) {
    const { unit, gap, latest } = picture;
    const window = { start: picture.range.from, msPerColumn: (picture.range.to - picture.range.from) / bars.width };
    const breaks = picture.breaks.filter(({ excess }) => excess > picture.pause);
    decimatePieces(bars, picture.pieces, this.#metric.name, { ...window, gap, latest, breaks, edge: picture.edge });
    const convert = unit.convert;
    const write = (value) => formatNumber(convert(value), decimalsNeeded(convert(value), unit.decimals));
    const lines = limitLines(picture.limits, convert, write);
    const leastSpan = this.#leastSpan(bars, convert);
    const range = lazy ?? new LazyRange(leastSpan);
    const extremes = withLimits(convert(bars.minimum), convert(bars.maximum), leastSpan, lines);
    const values = range.update(extremes.minimum, extremes.maximum, picture.now);
    const plot = plotOf(context, { ...size, columns: bars.width }, picture.range, values);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    paintBand(plot, normalBand(lines), colours);
    paintGrid(plot, values, picture.range, colours);
    paintGaps(plot, bars.gaps, colours, hatch);
    paintMarkers(plot, picture.markers, colours);
    paintBars(plot, bars, convert, colours.line);
    const beyond = lines.map((line) => ({ ...line, colour: line.isOuter ? colours.alarm : colours.limit }));
    paintBeyond(plot, bars, convert, beyond);
    paintLate(plot, bars, convert, colours);
    paintLimits(plot, lines, colours);
    return { range, plot };
  }

  /** The thinnest y range in the viewer's unit: noise below it stays small on the screen. */
  #leastSpan(bars, convert) {
    const least = this.#metric.leastSpan;
    if (least > 0) return Math.abs(convert(least) - convert(0));
    const size = Math.max(Math.abs(bars.minimum), Math.abs(bars.maximum));
    return size > 0 ? Math.abs(convert(size) - convert(0)) / 50 : 1;
  }

  /**
   * The crosshair and the stretch being chosen, on their own canvas.
   * @param {{share: number, value: number | null, text: string} | null} cross share of the width
   * @param {{from: number, to: number} | null} selection shares of the width
   */
  drawOverlay(cross, selection, colours) {
    if (this.#overlay === null || this.#plot === null) return;
    if (cross === null && selection === null && this.#isOverlayClean) return;
    const { width, height } = this.#canvas;
    if (this.#overlay.width !== width) this.#overlay.width = width;
    if (this.#overlay.height !== height) this.#overlay.height = height;
    const context = this.#overlay.getContext("2d");
    context.clearRect(0, 0, width, height);
    const plot = { ...this.#plot, context };
    const at = (share) => plot.left + share * (plot.right - plot.left);
    if (selection !== null) paintSelection(plot, at(selection.from), at(selection.to), colours);
    if (cross !== null) paintCrosshair(plot, { ...cross, x: at(cross.share) }, colours);
    this.#isOverlayClean = cross === null && selection === null;
  }

  /** Adapts the bitmap to the element. @returns {boolean} false: too small to draw */
  #fit() {
    const ratio = ratioNow();
    if (this.#isResized || this.#ratio !== ratio) {
      const width = Math.round(this.#canvas.clientWidth * ratio);
      const height = Math.round(this.#canvas.clientHeight * ratio);
      this.#isResized = false;
      this.#ratio = ratio;
      this.#hatch = null;
      this.#canvas.width = width;
      this.#canvas.height = height;
      const columns = Math.max(1, width - Math.round((GUTTER + RIGHT) * ratio));
      if (columns !== this.#bars.width) this.#bars = new Bars(columns);
    }
    return this.#bars.width > 1 && this.#canvas.height > (TOP + AXIS + 10) * ratio;
  }
}

function ratioNow() {
  return Math.min(devicePixelRatio || 1, MOST_RATIO);
}
