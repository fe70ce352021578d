/**
 * Where the viewer is, in the URL: reload, back and a sent link show the same view. Parsing and writing are pure;
 * `Place` holds the history of one window.
 */

/** The views that a URL can name. */
export const VIEWS = Object.freeze(["fleet", "machine", "alarms", "data", "handover"]);

/** What belongs to the view that is left, and would mean something else in the next one. */
const LOCAL = Object.freeze(["from", "to", "pause", "filter", "q", "alarm", "metric"]);

/** Longest value taken from a URL, characters: nothing that the page puts there is longer. */
const VALUE_LENGTH_MAX = 200;

/**
 * @param {string} search with or without its "?"
 * @returns {Record<string, string>} the first value of each name, also of names the page does not know
 */
export function parsePlace(search) {
  const values = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    if (!(name in values) && value.length <= VALUE_LENGTH_MAX) values[name] = value;
  }
  return values;
}

/**
 * The other way round, "" or "?…"; a name without a value is a switch (`?kiosk`).
 * @param {Record<string, string>} values
 */
export function formatPlace(values) {
  const parts = Object.entries(values).map(([name, value]) => {
    const key = encodeURIComponent(name);
    return value === "" ? key : `${key}=${encodeURIComponent(value).replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
  });
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

/** @param {Record<string, string>} values @param {Record<string, string | null>} changes null removes */
export function changePlace(values, changes) {
  const next = Object.assign(Object.create(null), values);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined) delete next[name];
    else next[name] = String(value);
  }
  return next;
}

/** The view that the values mean; what `/` itself becomes is the router's. @param {Record<string, string>} values */
export function viewOf(values) {
  if (VIEWS.includes(values.view) && !values.embed) return values.view;
  return machineOf(values) === null ? "fleet" : "machine";
}

/** The machine that the values name: to be shown, or in somebody else's page. @param {Record<string, string>} values */
export function machineOf(values) {
  return values.embed || values.machine || null;
}

/**
 * The changes that lead to a view: what belonged to the old one goes, the machine too unless it is named.
 * @param {string} view @param {Record<string, string | null>} more
 */
export function changesToView(view, more) {
  const changes = { ...Object.fromEntries(LOCAL.map((name) => [name, null])), machine: null, view, ...more };
  const hasMachine = (changes.machine ?? "") !== "";
  if (view === "machine" && hasMachine) changes.view = null;
  if (view === "fleet" && !hasMachine) changes.view = null;
  return changes;
}

/** The URL of one window. Every change made here or by the back button is told to the listeners. */
export class Place {
  #window;
  #values;
  #listeners = [];

  /** @param {{location: Location, history: History, addEventListener: Function}} owner the window */
  constructor(owner) {
    this.#window = owner;
    this.#values = parsePlace(owner.location.search);
    owner.addEventListener("popstate", () => this.#become(parsePlace(owner.location.search)));
  }

  /** "fleet" | "machine" | "alarms" | "data" | "handover" */
  get view() {
    return viewOf(this.#values);
  }

  /** @returns {string | null} */
  get machine() {
    return machineOf(this.#values);
  }

  /** True when the URL says "fleet" itself, not only by saying nothing. */
  get isFleetNamed() {
    return this.#values.view === "fleet";
  }

  /** @param {string} name @returns {string | null} "" for a switch without a value */
  get(name) {
    return this.#values[name] ?? null;
  }

  /**
   * @param {Record<string, string | null>} changes null removes
   * @param {{push?: boolean}} [how] push: the back button returns to before
   */
  set(changes, { push = false } = {}) {
    const next = changePlace(this.#values, changes);
    if (formatPlace(next) === formatPlace(this.#values)) return;
    const { history, location } = this.#window;
    const url = `${location.pathname}${formatPlace(next)}${location.hash}`;
    if (push) history.pushState(null, "", url);
    else history.replaceState(history.state, "", url);
    this.#become(next);
  }

  /** Shows another view. @param {string} view @param {Record<string, string | null>} [more] e.g. {machine: "press1"} */
  go(view, more = {}) {
    this.set(changesToView(view, more), { push: true });
  }

  /** The address of a view, for a link. @param {string} view @param {Record<string, string | null>} [more] */
  href(view, more = {}) {
    const search = formatPlace(changePlace(this.#values, changesToView(view, more)));
    return `${this.#window.location.pathname}${search}`;
  }

  /** @param {() => void} handler called after every change @returns {() => void} ends it */
  onChange(handler) {
    this.#listeners.push(handler);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== handler);
    };
  }

  #become(values) {
    this.#values = values;
    for (const handler of [...this.#listeners]) handler();
  }
}
