import { METRICS } from "./format.js";

/** The viewer's units. As readings come for now. Pure. */

/** @typedef {{symbol: string, decimals: number, convert: (value: number) => number}} Unit */

const same = (value) => value;

export class Units {
  #settings;
  #listeners = [];

  /** @param {import("./settings.js").Settings} settings */
  constructor(settings) {
    this.#settings = settings;
    settings.onChange("units", () => this.#listeners.forEach((handler) => handler()));
  }

  /** @param {string} metricName @returns {Unit} */
  of(metricName) {
    const metric = METRICS.find((candidate) => candidate.name === metricName);
    return { symbol: metric?.unit ?? "", decimals: metric?.mostDecimals ?? 3, convert: same };
  }

  /** @param {string} quantity "speed" | "torque" | "pressure" @param {string} symbol */
  choose(quantity, symbol) {
    this.#settings.set("units", { ...this.#settings.get("units", {}), [quantity]: symbol });
  }

  /** @param {() => void} handler */
  onChange(handler) {
    this.#listeners.push(handler);
  }
}
