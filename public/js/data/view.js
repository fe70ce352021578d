import { byId, setAttribute, setOptions, setText } from "../dom.js";
import { formatNumber } from "../format.js";
import { totals } from "./arrivals.js";
import { make, part, syncChildren } from "./build.js";
import { refusalItem, timeText, updateRefusal } from "./refusal.js";
import { dataStore } from "./store.js";
import { reasonCounts, reasonText, refusedText } from "./words.js";

/** What arrives and what is refused, live: missing data explained. */

/** Rows shown at most; more machines are reached by choosing one. */
const ROWS = 200;

/** Refusals that name no machine, in the filter. No machine has such a name. */
const NO_MACHINE = "-";

const COLUMNS = ["rate", "rejected", "reasons", "received", "stored", "duplicates", "skipped", "late", "overwritten"];

/** @param {Element} root @param {any} page */
export function mount(root, page) {
  return new ArrivalView(root, page);
}

class ArrivalView {
  #page;
  #store;
  #filter = byId("data-machine");
  #hold = byId("data-hold");
  /** The list as it was when it was held; null: it moves. @type {any[] | null} */
  #held = null;
  #isDirty = true;
  #isShown = false;
  #panels;

  /** @param {Element} root @param {any} page */
  constructor(root, page) {
    this.#panels = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".panel"));
    this.#page = page;
    this.#store = dataStore(page);
    this.#store.onChange(() => {
      this.#isDirty = true;
      page.redraw();
    });
    this.#filter.addEventListener("change", () => page.place.set({ filter: this.#filter.value || null }));
    page.place.onChange(() => this.#change());
    this.#hold.addEventListener("click", () => this.#toggleHold());
  }

  shown() {
    if (this.#isShown) return;
    this.#isShown = true;
    this.#isDirty = true;
    this.#store.follow();
  }

  hidden() {
    this.#isShown = false;
    this.#store.unfollow();
  }

  /** @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    this.#store.beat(now);
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const wanted = this.#page.place.get("filter");
    this.#drawFilter(wanted);
    this.#drawSummary();
    // Shown when all has come, so that nothing moves while it comes.
    for (const panel of this.#panels) panel.hidden = this.#store.sources === null;
    this.#drawSources(now);
    this.#drawArrivals(wanted);
    this.#drawCounts(wanted);
    this.#drawRefusals(wanted, now);
  }

  #change() {
    if (this.#held !== null) this.#held = this.#list(this.#page.place.get("filter"));
    this.#isDirty = true;
    this.#page.redraw();
  }

  #toggleHold() {
    this.#held = this.#held === null ? this.#list(this.#page.place.get("filter")) : null;
    setAttribute(this.#hold, "aria-pressed", String(this.#held !== null));
    this.#change();
  }

  #list(wanted) {
    return this.#store.refusals.of(wanted === NO_MACHINE ? "" : wanted);
  }

  #drawFilter(wanted) {
    const names = new Set((this.#page.session.machines ?? []).map((entry) => entry.machine));
    for (const refusal of this.#store.refusals.list) if (refusal.machine !== null) names.add(refusal.machine);
    if (wanted !== null && wanted !== NO_MACHINE) names.add(wanted);
    const options = [...names].map((name) => ({ value: name, text: name }));
    const all = { value: "", text: "all machines" };
    setOptions(this.#filter, [all, ...options, { value: NO_MACHINE, text: "what names no machine" }]);
    if (this.#filter.value !== (wanted ?? "")) this.#filter.value = wanted ?? "";
  }

  #drawSummary() {
    const { arrivals, refusals, sources } = this.#store;
    if (sources === null) return;
    const { received, stored } = totals(arrivals.rows);
    const machines = arrivals.rows.length === 1 ? "1 machine" : `${arrivals.rows.length} machines`;
    const arrived = `${machines}: ${received} received, ${stored} stored.`;
    const refused = refusals.total === 0 ? "Nothing was refused" : refusedText(refusals.total);
    setText(byId("data-summary"), `${arrived} ${refused} since the gateway started.`);
  }

  #drawSources(now) {
    const create = () => make("li", { class: "source" },
      make("span", { "data-part": "state" }), make("b", { "data-part": "name" }),
      make("span", { "data-part": "detail" }), make("span", { class: "muted", "data-part": "since" }));
    syncChildren(byId("data-sources"), this.#store.sources ?? [], (source) => source.name, create, (item, source) => {
      setAttribute(part(item, "state"), "class", source.isWorking ? "badge plain" : "badge alarm");
      setText(part(item, "state"), source.isWorking ? "working" : "NOT WORKING");
      setText(part(item, "name"), source.name);
      setText(part(item, "detail"), source.detail);
      setText(part(item, "since"), source.since === null ? "" : `since ${timeText(source.since, now)}`);
    });
  }

  #drawArrivals(wanted) {
    const all = this.#store.arrivals.rows.filter((row) => wanted === null || row.machine === wanted);
    const create = (row) => make("tr", {},
      make("th", { scope: "row" }, make("a", { href: this.#page.place.href("machine", { machine: row.machine }),
        text: row.machine }), " ", make("span", { class: "muted", "data-part": "state" })),
      ...COLUMNS.map((name) => make("td", { class: name === "reasons" ? null : "number", "data-part": name })));
    const body = byId("data-arrivals").tBodies[0];
    syncChildren(body, all.slice(0, ROWS), (row) => row.machine, create, (item, row) => {
      setText(part(item, "state"), row.state);
      setAttribute(part(item, "state"), "title", row.reason);
      for (const name of COLUMNS) setText(part(item, name), cellText(row, name));
      setAttribute(part(item, "rejected"), "data-trouble", row.rejected > 0 ? "" : null);
    });
    const more = all.length > ROWS ? `${all.length - ROWS} more machines; choose one above.` : "";
    setText(byId("data-more"), all.length === 0 && wanted === null ? "No machine has sent a reading yet." : more);
  }

  #drawCounts(wanted) {
    const counts = wanted === null ? reasonCounts(this.#store.refusals.counts) : [];
    const create = () => make("li", { class: "badge plain" });
    syncChildren(byId("data-counts"), counts, ({ reason }) => reason, create, (item, { reason, count }) => {
      setText(item, `${count} × ${reasonText(reason)}`);
    });
  }

  #drawRefusals(wanted, now) {
    const newest = this.#list(wanted);
    const shown = this.#held ?? newest;
    const first = shown[0]?.number ?? 0;
    const waiting = newest.filter((refusal) => refusal.number > first).length;
    const holding = waiting > 0 ? `Go on (${waiting} new)` : "Go on";
    setText(this.#hold, this.#held === null ? "Hold the list" : holding);
    byId("data-none").hidden = shown.length > 0;
    const none = wanted === null
      ? "Nothing was refused since the gateway started."
      : "None of the last 200 is of these.";
    setText(byId("data-none"), none);
    const key = (refusal) => String(refusal.number);
    syncChildren(byId("data-refusals"), shown, key, refusalItem, (item, one) => updateRefusal(item, one, now));
  }
}

function cellText(row, name) {
  if (name === "rate") return row.rate === null ? "–" : formatNumber(row.rate, 1);
  return String(row[name]);
}
