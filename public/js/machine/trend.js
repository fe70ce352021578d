import { Chart } from "../chart.js";
import { setAttribute, setText } from "../dom.js";
import { NO_VALUE, formatNumber } from "../format.js";
import { Gestures } from "./gestures.js";
import { preciseTime } from "./when.js";

/** One trend in the document: caption, chart, crosshair, what is said of it to those who do not see it. */
export class Trend {
  #figure;
  #canvas;
  #overlay;
  #title;
  #at;
  #range;
  #unitText;
  #unit = { symbol: "", convert: (value) => value, decimals: () => 0 };

  /**
   * @param {HTMLElement} figure @param {import("../format.js").Metric} metric
   * @param {import("./gestures.js").Meanings} meanings
   * @param {{onResize: () => void, onPicture: (trend: Trend) => void}} to
   */
  constructor(figure, metric, meanings, { onResize, onPicture }) {
    this.#figure = figure;
    this.metric = metric;
    this.#canvas = figure.querySelector("canvas");
    this.#title = figure.querySelector(".trend-title");
    this.#at = figure.querySelector(".at");
    this.#range = figure.querySelector(".range");
    this.#unitText = figure.querySelector(".unit");
    this.#overlay = overlayOver(this.#canvas, metric.title);
    this.chart = new Chart(this.#canvas, metric, onResize, this.#overlay);
    new Gestures(this.#overlay, (clientX) => this.chart.shareAt(clientX), meanings);
    figure.querySelector(".png").addEventListener("click", () => onPicture(this));
  }

  get name() {
    return this.metric.name;
  }

  get title() {
    return this.#title.textContent;
  }

  get plot() {
    return this.#canvas.parentElement;
  }

  get unit() {
    return this.#unit;
  }

  /** @param {{symbol: string, convert: (value: number) => number, decimals: (stored: number) => number}} unit */
  setUnit(unit) {
    if (unit.symbol !== this.#unit.symbol) this.chart.reset();
    this.#unit = unit;
    setText(this.#unitText, unit.symbol);
  }

  /** @param {number} stored decimals of the values as they came */
  setRange(stored) {
    const { minimum, maximum, bars } = this.chart;
    const late = bars.lateCount === 0 ? "" : `${bars.lateCount} late, `;
    const text = Number.isNaN(minimum) ? "" : `${this.write(minimum, stored)} to ${this.write(maximum, stored)}`;
    this.rangeText = `${late}${text}`;
    setText(this.#range, this.rangeText);
  }

  rangeText = "";

  /** @param {string} windowText */
  summarise(windowText) {
    const gaps = this.chart.bars.gaps.length;
    const holes = gaps === 0 ? "" : `, ${gaps} ${gaps === 1 ? "gap" : "gaps"}`;
    const unit = this.#unit.symbol === "" ? "" : ` in ${this.#unit.symbol}`;
    const summary = `${this.title} trend${unit}, ${windowText}: ${this.rangeText || "no data"}${holes}`;
    setAttribute(this.#canvas, "aria-label", summary);
  }

  /** A value as it came, written for the viewer. @param {number} value @param {number} stored its decimals */
  write(value, stored) {
    return formatNumber(this.#unit.convert(value), this.#unit.decimals(stored));
  }

  /**
   * @param {import("./cross.js").Readout | null} readout @param {{from: number, to: number} | null} selection
   * @param {number} stored decimals
   */
  drawCross(readout, selection, stored, colours) {
    const value = readout?.values.get(this.name);
    const cross = readout === null ? null : {
      share: readout.share,
      value: value === undefined ? null : this.#unit.convert(value),
      text: preciseTime(readout.time),
    };
    this.chart.drawOverlay(cross, selection, colours);
    if (readout === null) {
      setText(this.#at, "");
      return;
    }
    const text = value === undefined ? "no data" : this.write(value, stored);
    setText(this.#at, text);
    setAttribute(this.#overlay, "aria-valuenow", String(Math.round(readout.share * 100)));
    const said = `${preciseTime(readout.time)}, ${this.title} ${text} ${value === undefined ? "" : this.#unit.symbol}`;
    setAttribute(this.#overlay, "aria-valuetext", said.trim());
  }

  remove() {
    this.#figure.remove();
  }
}

/** The second canvas, which takes pointer and keys: for the ear a slider over the time shown. */
function overlayOver(canvas, title) {
  const overlay = document.createElement("canvas");
  overlay.className = "overlay";
  overlay.tabIndex = 0;
  const names = { role: "slider", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "100" };
  for (const [name, value] of Object.entries(names)) overlay.setAttribute(name, value);
  overlay.setAttribute("aria-valuetext", NO_VALUE);
  overlay.setAttribute("aria-label", `${title}: read a value, arrow keys`);
  canvas.after(overlay);
  return overlay;
}

/** The figure of a metric that the document does not know. @param {string} name @param {string} title */
export function makeFigure(name, title) {
  const figure = document.createElement("figure");
  figure.className = "trend";
  figure.id = `extra-${name}-figure`;
  const caption = document.createElement("figcaption");
  for (const [kind, text] of [["trend-title", title], ["unit", ""], ["at", ""], ["range", ""]]) {
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    caption.append(span, " ");
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small png";
  button.textContent = "PNG";
  button.title = "Save this chart as a picture";
  button.setAttribute("aria-label", `Save the ${title} chart as a picture`);
  caption.append(button);
  const plot = document.createElement("div");
  plot.className = "plot";
  const canvas = document.createElement("canvas");
  canvas.id = `extra-${name}-trend`;
  canvas.setAttribute("role", "img");
  plot.append(canvas);
  figure.append(caption, plot);
  return figure;
}
