import { font } from "./paint.js";

/** What is painted over the data: limits, moments with a text, the crosshair, a stretch that is being chosen. */

/**
 * The normal band, behind everything else.
 * @param {import("./paint.js").Plot} plot @param {{low: number, high: number} | null} band
 */
export function paintBand(plot, band, colours) {
  if (band === null) return;
  const { context, left, right, ratio } = plot;
  const high = within(plot, band.high);
  const low = within(plot, band.low);
  if (low <= high) return;
  context.fillStyle = colours.band;
  context.fillRect(left, high, right - left, low - high);
  if (low - high < 24 * ratio) return;
  context.fillStyle = colours.text;
  context.font = font(11, ratio);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText("normal", right - 6 * ratio, high + 10 * ratio);
}

/**
 * Limit lines with their names; one outside the range is named at the edge where it lies.
 * @param {import("./paint.js").Plot} plot @param {import("./limits.js").LimitLine[]} lines
 */
export function paintLimits(plot, lines, colours) {
  const { context, left, right, top, bottom, ratio } = plot;
  const dash = Math.round(6 * ratio);
  const labels = [];
  for (const line of lines) {
    const y = plot.y(line.shown);
    const isInside = y >= top - 1 && y <= bottom + 1;
    context.fillStyle = line.isOuter ? colours.alarm : colours.limit;
    const thick = Math.max(1, Math.round((line.isOuter ? 2 : 1) * ratio));
    if (isInside) {
      const at = Math.round(Math.min(bottom - thick, Math.max(top, y - thick / 2)));
      for (let x = left; x < right; x += dash * 2) context.fillRect(x, at, Math.min(dash, right - x), thick);
    }
    const beside = y + (y - top > 18 * ratio ? -9 : 9) * ratio;
    const atEdge = y < top ? top + 9 * ratio : bottom - 9 * ratio;
    labels.push({ text: line.label, y: isInside ? beside : atEdge });
  }
  paintLabels(plot, labels, colours);
}

/** Labels at the left, none over another: one that finds its place taken stands beside. */
function paintLabels({ context, left, ratio }, labels, colours) {
  context.font = font(11, ratio);
  context.textAlign = "left";
  context.textBaseline = "middle";
  const taken = [];
  for (const { text, y } of labels.reverse()) {
    const near = taken.filter((other) => Math.abs(other.y - y) < 14 * ratio);
    const x = Math.max(left + 4 * ratio, ...near.map((other) => other.end + 4 * ratio));
    const width = context.measureText(text).width + 8 * ratio;
    taken.push({ y, end: x + width });
    context.fillStyle = colours.card;
    context.fillRect(x, y - 7 * ratio, width, 14 * ratio);
    context.fillStyle = colours.ink;
    context.fillText(text, x + 4 * ratio, y);
  }
}

/**
 * Moments: a line from top to bottom; one that lasts has a bar at the top.
 * @param {import("./paint.js").Plot} plot @param {{time: number, until?: number, kind: string}[]} markers
 */
export function paintMarkers(plot, markers, colours) {
  const { context, left, right, top, bottom, ratio } = plot;
  for (const { time, until, kind } of markers) {
    context.fillStyle = kind === "alarm" ? colours.alarm : colours.text;
    const x = plot.x(time);
    const wide = Math.max(1, Math.round(ratio));
    if (x >= left && x < right) context.fillRect(x, top, wide, bottom - top);
    if (until === undefined) continue;
    const [from, to] = [Math.max(left, x), Math.min(right, plot.x(until))];
    if (to > from) context.fillRect(from, top, to - from, Math.round(3 * ratio));
  }
}

/**
 * @param {import("./paint.js").Plot} plot @param {{x: number, value: number | null, text: string}} cross
 * x: device pixels; value: in the viewer's unit, null: no reading there; text: the time
 */
export function paintCrosshair(plot, { x, value, text }, colours) {
  const { context, left, right, top, bottom, ratio } = plot;
  const wide = Math.max(1, Math.round(ratio));
  context.fillStyle = colours.ink;
  context.fillRect(Math.round(x), top, wide, bottom - top);
  if (value !== null) {
    for (const [radius, colour] of [[6, colours.card], [4.5, colours.ink]]) {
      context.fillStyle = colour;
      context.beginPath();
      context.arc(x, plot.y(value), radius * ratio, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.font = font(12, ratio, "600");
  context.textAlign = "center";
  context.textBaseline = "middle";
  const width = context.measureText(text).width + 12 * ratio;
  const middle = Math.max(left + width / 2 - 20 * ratio, Math.min(right - width / 2, x));
  context.fillStyle = colours.ink;
  context.fillRect(middle - width / 2, bottom + 3 * ratio, width, 19 * ratio);
  context.fillStyle = colours.card;
  context.fillText(text, middle, bottom + 13 * ratio);
}

/** The stretch between two places that a drag would zoom to. */
export function paintSelection(plot, from, to, colours) {
  const { context, top, bottom, ratio } = plot;
  context.globalAlpha = 0.18;
  context.fillStyle = colours.line;
  context.fillRect(from, top, to - from, bottom - top);
  context.globalAlpha = 1;
  const wide = Math.max(1, Math.round(1.5 * ratio));
  for (const x of [from, to]) context.fillRect(Math.round(x), top, wide, bottom - top);
}

function within({ top, bottom, y }, value) {
  if (value === Infinity) return top;
  if (value === -Infinity) return bottom;
  return Math.max(top, Math.min(bottom, y(value)));
}
