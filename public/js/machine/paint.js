import { formatNumber } from "../format.js";
import { timeTicks, valueTicks } from "../scales.js";
import { tickText } from "./when.js";

/** What a chart is made of, painted on any canvas: the one on the page and the one that becomes a PNG. */

/** CSS pixels. The gutter is fixed: a plot that moves when a label gets longer cannot be read. */
export const GUTTER = 52;
export const AXIS = 22;
export const TOP = 8;
export const RIGHT = 2;
const LINE = 2;

/** Room for one time label, CSS pixels. */
const TIME_LABEL = 84;

/** Longest label that fits the gutter, characters; longer numbers are written short (1.2M). */
const LABEL_MAX = 7;

/**
 * @typedef {{line: string, grid: string, text: string, ink: string, card: string, band: string, warn: string,
 *   alarm: string}} ChartColours
 * @typedef {{context: CanvasRenderingContext2D, ratio: number, left: number, right: number, top: number,
 *   bottom: number, x: (time: number) => number, y: (value: number) => number}} Plot  device pixels
 */

/**
 * The place for the data on a bitmap and the two scales.
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number, ratio: number, columns: number}} size
 * @param {{from: number, to: number}} range ms since 1970 @param {{low: number, high: number}} values
 * @returns {Plot}
 */
export function plotOf(context, { height, ratio, columns }, range, values) {
  const left = Math.round(GUTTER * ratio);
  const top = Math.round(TOP * ratio);
  const bottom = height - Math.round(AXIS * ratio);
  const perUnit = (bottom - top) / (values.high - values.low);
  const perTime = columns / (range.to - range.from);
  const x = (time) => left + Math.round((time - range.from) * perTime);
  const y = (value) => bottom - (value - values.low) * perUnit;
  return { context, ratio, left, right: left + columns, top, bottom, x, y };
}

/** @param {number} pixels CSS pixels @param {number} ratio */
export function font(pixels, ratio, weight = "") {
  return `${weight} ${pixels * ratio}px system-ui, sans-serif`.trim();
}

/** @param {Plot} plot @param {{low: number, high: number, step: number}} values */
export function paintGrid(plot, values, range, colours) {
  const { context, left, right, top, bottom, ratio } = plot;
  const most = Math.max(2, Math.floor((bottom - top) / (30 * ratio)));
  const lines = thinned(valueTicks(values), most);
  const local = -new Date(range.to).getTimezoneOffset() * 60_000;
  const { step, ticks } = timeTicks(range.from, range.to, Math.floor((right - left) / ratio / TIME_LABEL), local);
  context.fillStyle = colours.grid;
  for (const value of lines) context.fillRect(left, Math.round(plot.y(value)), right - left, 1);
  for (const time of ticks) context.fillRect(plot.x(time), top, 1, bottom - top);
  context.fillStyle = colours.text;
  context.font = font(12, ratio);
  context.textBaseline = "middle";
  context.textAlign = "right";
  const decimals = Math.max(0, Math.ceil(-Math.log10(values.step) - 1e-9));
  for (const value of lines) context.fillText(axisText(value, decimals), left - 8 * ratio, plot.y(value));
  context.textAlign = "center";
  for (const time of ticks) {
    const text = tickText(time, step);
    const half = context.measureText(text).width / 2;
    // A label that would be cut at an edge is left out: half a time is no time.
    if (plot.x(time) - half < 0 || plot.x(time) + half > right) continue;
    context.fillText(text, plot.x(time), bottom + 13 * ratio);
  }
}

function axisText(value, decimals) {
  const text = formatNumber(value, decimals);
  if (text.length <= LABEL_MAX) return text;
  compact ??= new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 4 });
  return compact.format(value);
}

/** @type {Intl.NumberFormat | undefined} made when the first number needs it */
let compact;

/** @param {Plot} plot @param {import("../decimate.js").Bars} bars @param {(value: number) => number} convert */
export function paintBars(plot, bars, convert, colour) {
  const { context, left, ratio } = plot;
  const thickness = LINE * ratio;
  // A column is one device pixel; steep parts of the line would look thinner than flat ones.
  const broad = Math.max(1, Math.round(1.5 * ratio));
  context.beginPath();
  for (let column = 0; column < bars.width; column += 1) {
    if (Number.isNaN(bars.low[column])) continue;
    const top = plot.y(convert(bars.high[column]));
    const height = Math.max(thickness, plot.y(convert(bars.low[column])) - top + thickness / 2);
    context.rect(left + column, top - thickness / 2, broad, height);
  }
  context.fillStyle = colour;
  context.fill();
}

/**
 * What lies beyond a limit is drawn again in the colour of trouble.
 * @param {Plot} plot @param {{isHigh: boolean, shown: number, colour: string}[]} limits mildest first
 */
export function paintBeyond(plot, bars, convert, limits) {
  const { context, left, right, top, bottom, ratio } = plot;
  for (const { isHigh, shown, colour } of limits) {
    const worst = convert(isHigh ? bars.maximum : bars.minimum);
    if (!(isHigh ? worst > shown : worst < shown)) continue;
    const y = Math.max(top, Math.min(bottom, plot.y(shown)));
    context.save();
    context.beginPath();
    if (isHigh) context.rect(left, 0, right - left + 2 * ratio, y);
    else context.rect(left, y, right - left + 2 * ratio, bottom + 2 * ratio - y);
    context.clip();
    paintBars(plot, bars, convert, colour);
    context.restore();
  }
}

/**
 * Gaps are hatched between two end caps: nobody takes them for a straight line.
 * @param {Plot} plot @param {{from: number, to: number}[]} gaps
 */
export function paintGaps(plot, gaps, colours, hatch) {
  const { context, left, right, top, bottom, ratio } = plot;
  for (const gap of gaps) {
    const from = Math.max(left, plot.x(gap.from));
    const to = Math.min(right, plot.x(gap.to));
    if (to <= from) continue;
    context.fillStyle = hatch;
    context.fillRect(from, top, to - from, bottom - top);
    context.fillStyle = colours.text;
    const wide = Math.max(1, Math.round(ratio));
    const foot = Math.round(4 * ratio);
    for (const [at, inward] of [[plot.x(gap.from), 1], [plot.x(gap.to), -1]]) {
      if (at < left || at >= right) continue;
      context.fillRect(at, top, wide, bottom - top);
      const start = inward > 0 ? at : at - foot;
      context.fillRect(start, top, foot, wide);
      context.fillRect(start, bottom - wide, foot, wide);
    }
    if (to - from < 64 * ratio) continue;
    context.font = font(12, ratio);
    context.textAlign = "center";
    context.textBaseline = "middle";
    const width = context.measureText("no data").width + 10 * ratio;
    const [x, y] = [(from + to) / 2, (top + bottom) / 2];
    context.fillStyle = colours.card;
    context.fillRect(x - width / 2, y - 9 * ratio, width, 18 * ratio);
    context.fillStyle = colours.text;
    context.fillText("no data", x, y);
  }
}

/** Diagonal lines as a fill. @param {CanvasRenderingContext2D} context */
export function hatchOf(context, colour, ratio) {
  const size = Math.round(8 * ratio);
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const inside = tile.getContext("2d");
  inside.fillStyle = colour;
  const thick = Math.max(1, Math.round(1.25 * ratio));
  for (let at = 0; at < size; at += 1) inside.fillRect(at, size - 1 - at, thick, 1);
  return context.createPattern(tile, "repeat");
}

/** Readings that came late: a tick at the foot of the chart, and a ring where there are few. */
export function paintLate(plot, bars, convert, colours) {
  if (bars.lateCount === 0) return;
  const { context, left, bottom, ratio } = plot;
  const columns = [];
  for (let column = 0; column < bars.width; column += 1) if (!Number.isNaN(bars.late[column])) columns.push(column);
  context.fillStyle = colours.ink;
  const tall = Math.round(6 * ratio);
  for (const column of columns) context.fillRect(left + column, bottom - tall, Math.max(1, ratio), tall);
  if (columns.length * 16 * ratio > bars.width) return;
  for (const column of columns) {
    const x = left + column + 0.5;
    const y = plot.y(convert(bars.late[column]));
    context.beginPath();
    context.arc(x, y, 4 * ratio, 0, 2 * Math.PI);
    context.arc(x, y, 2.5 * ratio, 0, 2 * Math.PI, true);
    context.fill();
  }
}

/** Every n-th of the ticks, so that at most `most` are left; the first stays. */
function thinned(ticks, most) {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, index) => index % every === 0);
}
