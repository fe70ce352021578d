import { setAttribute } from "../dom.js";
import { METRICS, NO_VALUE, formatNumber, formatShortAge } from "../format.js";
import { byWeight } from "./model.js";

/** One tile: a link to its machine. Writes to the document only what differs from what it wrote before. */

/** Below this (ms) the age of a live reading is no figure: one that goes from 0 to 1 and back is noise. */
const RECENT = 2500;

const SIGNS = Object.freeze({
  high: "▲ HIGH",
  highHigh: "▲▲ HIGH HIGH",
  low: "▼ LOW",
  lowLow: "▼▼ LOW LOW",
  rate: "⇅ RATE",
  stale: "◌ SILENT",
});

export class Tile {
  #texts = new Map();
  #parts = {};
  #version = -1;
  /** The canvas of the pool while the tile is seen. @type {import("./canvas.js").SparkCanvas | null} */
  canvas = null;

  /** @param {string} machine @param {string} href */
  constructor(machine, href) {
    this.machine = machine;
    this.item = document.createElement("li");
    this.item.className = "tile";
    this.link = document.createElement("a");
    this.link.href = href;
    this.link.tabIndex = -1;
    this.link.dataset.machine = machine;
    this.item.append(this.link);
    this.#build();
  }

  #build() {
    const part = (name, parent = this.link) => {
      const element = document.createElement("span");
      element.className = `tile-${name}`;
      parent.append(element, " ");
      this.#parts[name] = element;
      return element;
    };
    const head = part("head");
    const name = part("name", head);
    name.textContent = this.machine;
    name.title = this.machine;
    part("age", head);
    part("state", head);
    const values = part("values");
    for (const { name } of METRICS) {
      const cell = part(`cell-${name}`, values);
      cell.className = "tile-cell";
      part(`title-${name}`, cell).className = "for-ears";
      part(`value-${name}`, cell).className = "tile-value";
      part(`unit-${name}`, cell).className = "unit";
    }
    const foot = part("foot");
    part("why", foot);
    part("plot", foot).setAttribute("aria-hidden", "true");
    METRICS.forEach(({ name, title }) => this.#write(`title-${name}`, title));
  }

  /** Where the canvas hangs. @returns {HTMLElement} */
  get plot() {
    return this.#parts.plot;
  }

  /** Whether a line of words leaves the sparkline half its height. */
  get hasWords() {
    return this.#texts.get("why") !== "";
  }

  /**
   * @param {import("./tile-state.js").TileState} state
   * @param {{now: number, isUp: boolean, units: any, alarms: any[]}} how
   */
  draw(state, { now, isUp, units, alarms }) {
    const judged = state.judge(now);
    setAttribute(this.item, "data-state", judged.state);
    setAttribute(this.item, "data-old", !isUp || judged.state === "offline" || judged.state === "stale" ? "" : null);
    this.#write("state", isUp ? judged.word : `was ${judged.word}`);
    this.#write("age", ageText(state, judged, isUp, now));
    this.#drawWhy(judged, alarms);
    this.#drawValues(state, units);
  }

  /** Units are others: every value is written again. */
  forget() {
    this.#version = -1;
  }

  #drawValues(state, units) {
    if (state.version === this.#version) return;
    this.#version = state.version;
    METRICS.forEach(({ name }, index) => {
      const { value, decimals } = state.values[index];
      const unit = units.of(name);
      const text = value === null ? NO_VALUE : formatNumber(unit.convert(value), unit.decimals(decimals));
      this.#write(`value-${name}`, text);
      this.#write(`unit-${name}`, unit.symbol);
    });
  }

  /** The worst alarm, else why the machine is not as it should be. */
  #drawWhy({ reason }, alarms) {
    const worst = alarms.length === 0 ? null : byWeight(alarms)[0];
    const more = alarms.length > 1 ? ` +${alarms.length - 1}` : "";
    const text = worst === null ? reason : `${SIGNS[worst.kind] ?? "▲"} ${worst.text || worst.metric || ""}${more}`;
    this.#write("why", text);
    setAttribute(this.item, "data-why", text === "" ? null : "");
    setAttribute(this.link, "title", text === "" ? null : text);
    setAttribute(this.item, "data-alarm", worst === null ? null : (worst.state ?? "unacknowledged"));
  }

  #write(name, text) {
    if (this.#texts.get(name) === text) return;
    this.#texts.set(name, text);
    this.#parts[name].textContent = text;
  }
}

/** "now" while all is well: figures that change every second draw the eye. */
function ageText(state, judged, isUp, now) {
  const age = state.age(now);
  if (age === Infinity) return NO_VALUE;
  if (!isUp || judged.state !== "live") return formatShortAge(age);
  // Live by the gateway's word, but its readings do not come to this page yet.
  if (state.watchedSince === null && age > state.patience) return "…";
  return age < RECENT ? "now" : formatShortAge(age);
}
