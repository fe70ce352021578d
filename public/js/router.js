import { byId, setAttribute } from "./dom.js";

/** Which view is shown, and waking it: a view is loaded and mounted when it is first shown. */

/** Up to this many machines the first page shows the tiles and, below them, one machine with its charts. */
export const DETAIL_MACHINES_MAX = 8;

/** A view after `mount`. @typedef {{draw: (now: number) => void, shown?: () => void, hidden?: () => void}} View */

/**
 * The view that a place becomes, given the machines. Pure.
 * @param {{view: string, isFleetNamed: boolean}} place
 * @param {number | null} count of machines, null: not told yet
 * @returns {{view: string, detail: boolean}} detail: the selected machine is shown below the fleet
 */
export function resolveView({ view, isFleetNamed }, count) {
  if (view !== "fleet" && view !== "machine") return { view, detail: false };
  if (count === 0) return { view: "empty", detail: false };
  if (view === "machine") return { view, detail: false };
  if (count === null) return { view: "loading", detail: false };
  if (count === 1 && !isFleetNamed) return { view: "machine", detail: false };
  return { view: "fleet", detail: count <= DETAIL_MACHINES_MAX };
}

/** What draws a section or a part of it. @typedef {{root: Element, mount: (root: Element, page: any) => View}} Part */

/** The sections of each view in the document, and the module that draws each. */
const SECTIONS = {
  fleet: ["fleet-view"],
  machine: ["machine-view"],
  alarms: ["alarms-view"],
  data: ["data-view"],
  handover: ["handover-view"],
  empty: ["empty-view"],
  loading: [],
};

export class Router {
  /** @type {{view: string, detail: boolean}} */
  current = { view: "loading", detail: false };
  #page;
  #modules;
  /** By section id. @type {Map<string, View[]>} */
  #mounted = new Map();
  #visible = new Set();
  #onChange;

  /**
   * @param {any} page @param {() => void} onChange another view is shown
   * @param {Record<string, (Part | (() => Promise<Part>))[]>} modules by section id: what is there, and what is loaded
   */
  constructor(page, modules, onChange) {
    this.#page = page;
    this.#modules = modules;
    this.#onChange = onChange;
  }

  /** Looks at the place again. @param {number | null} count of machines */
  update(count) {
    const next = resolveView(this.#page.place, count);
    const isSame = next.view === this.current.view && next.detail === this.current.detail;
    if (isSame) return;
    this.current = next;
    setAttribute(document.body, "data-view", next.view);
    setAttribute(document.body, "data-detail", next.detail ? "" : null);
    const wanted = new Set(SECTIONS[next.view]);
    if (next.detail) wanted.add("machine-view");
    for (const id of Object.values(SECTIONS).flat()) this.#turn(id, wanted.has(id));
    this.#onChange();
  }

  /** Draws what is visible. @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    for (const id of this.#visible) {
      for (const view of this.#mounted.get(id) ?? []) attempt(() => view.draw(now));
    }
  }

  #turn(id, isVisible) {
    if (isVisible === this.#visible.has(id)) return;
    byId(id).hidden = !isVisible;
    if (!isVisible) {
      this.#visible.delete(id);
      for (const view of this.#mounted.get(id) ?? []) attempt(() => view.hidden?.());
      return;
    }
    this.#visible.add(id);
    if (!this.#mounted.has(id)) {
      this.#mount(id);
      return;
    }
    for (const view of this.#mounted.get(id)) attempt(() => this.#show(view));
  }

  #mount(id) {
    this.#mounted.set(id, []);
    setAttribute(byId(id), "aria-busy", "true");
    const loads = [];
    for (const module of this.#modules[id] ?? []) {
      // What is there is drawn before the first paint of its section: nothing moves afterwards.
      if (typeof module === "function") loads.push(this.#load(id, module));
      else this.#start(id, module);
    }
    Promise.all(loads).then(() => setAttribute(byId(id), "aria-busy", null));
  }

  async #load(id, module) {
    try {
      this.#start(id, await module());
    } catch (error) {
      // One part that cannot be had (the gateway has just gone) must not take the others with it.
      reportError(error);
    }
  }

  #start(id, { root, mount }) {
    attempt(() => {
      const view = mount(root, this.#page);
      this.#mounted.get(id).push(view);
      if (this.#visible.has(id)) this.#show(view);
    });
  }

  #show(view) {
    view.shown?.();
    view.draw(this.#page.session.now());
  }
}

/** A view that fails is told on the console and leaves the others alone: the values matter more than any of them. */
function attempt(body) {
  try {
    body();
  } catch (error) {
    reportError(error);
  }
}
