import { BINS, BIN, sparkRange } from "./spark.js";

/** Device pixels for a CSS pixel, at most: a sparkline gains nothing beyond two. */
const MOST_RATIO = 2;

/** CSS pixels. */
const LINE = 1.5;
const MARGIN = 2;

/** One sparkline's canvas; lent to the tiles that are seen, so that there are never more than fit the view. */
export class SparkCanvas {
  #context;
  #width = 0;
  #drawn = "";

  constructor() {
    this.element = document.createElement("canvas");
    this.element.className = "spark";
    this.#context = this.element.getContext("2d");
  }

  /**
   * @param {import("./spark.js").Spark} spark
   * @param {{width: number, height: number, colour: string, leastSpan: number, patience: number}} how
   * width, height: CSS pixels; patience: ms between two values that still are one line
   */
  draw(spark, { width, height, colour, leastSpan, patience }) {
    const ratio = Math.min(devicePixelRatio || 1, MOST_RATIO);
    const drawn = `${spark.version} ${width} ${height} ${ratio} ${colour}`;
    if (drawn === this.#drawn || width < 10) return;
    this.#drawn = drawn;
    this.#fit(Math.round(width * ratio), Math.round(height * ratio));
    const { low, high } = sparkRange(spark.range(), leastSpan);
    if (Number.isNaN(low)) return;
    const margin = MARGIN * ratio;
    const perUnit = (this.element.height - 2 * margin) / (high - low);
    const y = (value) => this.element.height - margin - (value - low) * perUnit;
    this.#drawLine(spark, { ratio, colour, y, reach: Math.max(1, patience / BIN) });
  }

  /** Another tile's line must not show through. */
  forget() {
    this.#drawn = "";
  }

  #fit(width, height) {
    if (width !== this.#width || this.element.height !== height) {
      this.#width = width;
      this.element.width = width;
      this.element.height = height;
    } else {
      this.#context.clearRect(0, 0, width, height);
    }
  }

  /** A line through the bins, with their extremes; a gap stays a gap. */
  #drawLine(spark, { ratio, colour, y, reach }) {
    const context = this.#context;
    const step = this.#width / BINS;
    let previous = -Infinity;
    context.strokeStyle = colour;
    context.lineWidth = LINE * ratio;
    context.lineJoin = "bevel";
    context.lineCap = "round";
    context.beginPath();
    spark.forEach((index, low, high, last) => {
      const x = (index + 0.5) * step;
      if (index - previous > reach) {
        context.moveTo(x, y(last));
        // A single value between two gaps is a dot.
        context.lineTo(x + 0.01, y(last));
      }
      if (high - low > 0) {
        // Which came first is not kept; this way the line does not run back and forth.
        const isRising = last - low > high - last;
        context.lineTo(x, y(isRising ? low : high));
        context.lineTo(x, y(isRising ? high : low));
      }
      context.lineTo(x, y(last));
      previous = index;
    });
    context.stroke();
  }
}
