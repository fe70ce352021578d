import { byId, setAttribute, setText } from "./dom.js";

/** One card and its chart in somebody else's page: `?embed=machineA&metric=rpm`. */

/** Shown when the URL names no metric. */
const DEFAULT_METRIC = "rpm";

export class Embed {
  #page;
  #link = byId("embed-link");

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    page.place.onChange(() => this.#update());
    this.#update();
  }

  get isOn() {
    return (this.#page.place.get("embed") ?? "") !== "";
  }

  #update() {
    setAttribute(document.body, "data-embed", this.isOn ? "" : null);
    if (!this.isOn) return;
    const { place, keys } = this.#page;
    keys.isOn = false;
    setText(this.#link, `Open ${place.get("embed")} in telemetryd`);
    this.#link.href = place.href("machine", { machine: place.get("embed"), embed: null });
    this.#show(place.get("metric") ?? DEFAULT_METRIC);
  }

  /** Everything that is not the card or the chart of this metric is hidden; its owners draw it as ever. */
  #show(metric) {
    const root = byId("machine-view");
    const wanted = root.querySelector(`#${CSS.escape(metric)}-card`) === null ? DEFAULT_METRIC : metric;
    for (const kind of ["card", "trend"]) {
      for (const one of root.querySelectorAll(`.${kind}`)) setAttribute(one, "data-aside", aside(one, wanted, kind));
    }
  }
}

function aside(element, metric, kind) {
  const id = `${metric}-${kind}`;
  return element.id === id || element.querySelector(`#${CSS.escape(id)}`) !== null ? null : "";
}
