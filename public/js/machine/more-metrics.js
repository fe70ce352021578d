import { byId } from "../dom.js";
import { NAMES_MAX, parseNames } from "./metric-names.js";
import { makeFigure } from "./trend.js";

/** Charts beside the three, at most: each costs as much as one of them. */
const CHARTS_MAX = 8;

/** Which other metrics have a chart: a list to choose from, remembered and in the URL. */
export class MoreMetrics {
  #page;
  #make;
  #onChange;
  #list = byId("trend-metrics");
  #hint = byId("trend-metrics").querySelector("p");
  #place = byId("more-trends");
  /** Known names of the shown machine. @type {string[]} */
  #known = [];
  #wanted;
  /** @type {import("./trend.js").Trend[]} */
  trends = [];

  /** @param {any} page @param {(figure: HTMLElement, metric: object) => any} make @param {() => void} onChange */
  constructor(page, make, onChange) {
    this.#page = page;
    this.#make = make;
    this.#onChange = onChange;
    this.#wanted = parseNames(page.place.get("extras") ?? page.settings.get("extras", ""));
  }

  /** @param {string[]} names that the shown machine sends */
  update(names) {
    if (names.length === this.#known.length && names.every((name, index) => name === this.#known[index])) return;
    this.#known = names.slice(0, NAMES_MAX);
    this.#fill();
    this.#build();
  }

  /** The URL has changed, perhaps by the back button. */
  followPlace() {
    const text = this.#page.place.get("extras");
    if (text === null || text === this.#wanted.join(",")) return;
    this.#wanted = parseNames(text);
    this.#fill();
    this.#build();
  }

  #choose(name, isOn) {
    this.#wanted = this.#wanted.filter((other) => other !== name);
    if (isOn) this.#wanted.push(name);
    const text = this.#wanted.join(",");
    this.#page.settings.set("extras", text);
    this.#page.place.set({ extras: text === "" ? null : text });
    this.#fill();
    this.#build();
  }

  #fill() {
    this.#hint.hidden = this.#known.length > 0;
    const shown = this.#shown();
    for (const [name, label] of this.#labels) {
      if (this.#known.includes(name)) continue;
      label.remove();
      this.#labels.delete(name);
    }
    for (const name of this.#known) {
      if (!this.#labels.has(name)) this.#labels.set(name, this.#label(name));
      const label = this.#labels.get(name);
      const box = label.firstElementChild;
      box.checked = shown.includes(name);
      box.disabled = !box.checked && shown.length >= CHARTS_MAX;
      if (!label.isConnected) this.#list.append(label);
    }
  }

  /** @type {Map<string, HTMLLabelElement>} */
  #labels = new Map();

  #label(name) {
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = name;
    box.addEventListener("change", () => this.#choose(name, box.checked));
    label.append(box, ` ${name}`);
    return label;
  }

  #shown() {
    return this.#wanted.filter((name) => this.#known.includes(name)).slice(0, CHARTS_MAX);
  }

  #build() {
    const names = this.#shown();
    for (const trend of this.trends) if (!names.includes(trend.name)) trend.remove();
    this.trends = names.map((name) => {
      const known = this.trends.find((trend) => trend.name === name);
      if (known !== undefined) return known;
      const figure = makeFigure(name, name);
      this.#place.append(figure);
      return this.#make(figure, { name, title: name, unit: "", mostDecimals: 3, leastSpan: 0 });
    });
    this.#onChange();
  }
}
