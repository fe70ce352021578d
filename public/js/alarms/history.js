import { make, part, syncChildren } from "../data/build.js";
import { timeText } from "../data/refusal.js";
import { byId, setOptions, setText } from "../dom.js";
import { eventText, valueText } from "./words.js";

/** What happened: the gateway's history of alarms, page by page. */

/** Events of one page, and kept at most: who wants more reads the API. */
const PAGE = 50;
const KEPT = 1000;

/** Pause before the newest are asked for again after an alarm, ms: several come together. */
const REFRESH_AFTER = 300;

export class History {
  #page;
  #store;
  #filter = byId("history-machine");
  #older = byId("history-older");
  /** Newest first; null: not told yet. @type {any[] | null} */
  #events = null;
  #hasMore = false;
  #timer = null;
  #ticket = 0;
  #isDirty = true;
  /** The list that is in the select. */
  #machines = undefined;

  /** @param {any} page @param {import("./store.js").AlarmStore} store */
  constructor(page, store) {
    this.#page = page;
    this.#store = store;
    this.#filter.addEventListener("change", () => page.place.set({ filter: this.#filter.value || null }));
    page.place.onChange(() => page.place.view === "alarms" && this.load());
    this.#older.addEventListener("click", () => this.#loadOlder());
  }

  /** Whether the gateway has told. */
  get isKnown() {
    return this.#events !== null;
  }

  /** Something changed: the newest are asked for soon. */
  refresh() {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.load();
    }, REFRESH_AFTER);
  }

  /** The newest page; what was read further back goes. */
  async load() {
    const ticket = (this.#ticket += 1);
    const events = await this.#store.history({ machine: this.#machine, limit: PAGE });
    if (ticket === this.#ticket && events !== null) this.#take(events, events.length === PAGE);
  }

  /** @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    const { machines } = this.#page.session;
    if (machines !== this.#machines) {
      this.#machines = machines;
      const options = (machines ?? []).map(({ machine }) => ({ value: machine, text: machine }));
      setOptions(this.#filter, [{ value: "", text: "all machines" }, ...options]);
    }
    if (this.#filter.value !== (this.#machine ?? "")) this.#filter.value = this.#machine ?? "";
    if (!this.#isDirty || this.#events === null) return;
    this.#isDirty = false;
    byId("history-none").hidden = this.#events.length > 0;
    byId("alarm-history").parentElement.hidden = this.#events.length === 0;
    this.#older.hidden = !this.#hasMore;
    const body = byId("alarm-history").tBodies[0];
    syncChildren(body, this.#events, keyOf, createRow, (row, event) => this.#update(row, event, now));
  }

  get #machine() {
    return this.#page.place.get("filter");
  }

  async #loadOlder() {
    const last = this.#events?.at(-1);
    if (last === undefined) return;
    const ticket = (this.#ticket += 1);
    const before = String(last.id ?? last.at);
    const events = await this.#store.history({ machine: this.#machine, before, limit: PAGE });
    if (ticket !== this.#ticket || events === null) return;
    const known = new Set(this.#events?.map(keyOf));
    const all = [...(this.#events ?? []), ...events.filter((event) => !known.has(keyOf(event)))];
    this.#take(all, events.length === PAGE && all.length < KEPT);
    this.#page.say(`${events.length} older events`);
  }

  #take(events, hasMore) {
    this.#events = events;
    this.#hasMore = hasMore;
    this.#isDirty = true;
    this.#page.redraw();
  }

  #update(row, event, now) {
    const units = (metric) => this.#page.units.of(metric);
    setText(part(row, "time"), timeText(Date.parse(event.at), now));
    setText(part(row, "machine"), event.machine ?? "");
    setText(part(row, "event"), eventText(event.event));
    setText(part(row, "text"), `${event.text || event.alarm} (${event.priority ?? ""})`);
    setText(part(row, "value"), valueText(event.value, event.metric ?? "", units));
    setText(part(row, "by"), [event.by, event.comment].filter((text) => text).join(": "));
  }
}

function keyOf(event) {
  return String(event.id ?? `${event.alarm}#${event.episode}#${event.event}#${event.at}`);
}

function createRow() {
  const cell = (name, more = {}) => make("td", { "data-part": name, ...more });
  return make("tr", {}, cell("time"), cell("machine"), cell("event"), cell("text"), cell("value", { class: "number" }),
    cell("by"));
}
