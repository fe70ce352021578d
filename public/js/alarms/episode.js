import { make, part, syncChildren } from "../data/build.js";
import { timeText } from "../data/refusal.js";
import { setAttribute, setText } from "../dom.js";
import { alarmText, eventText, valueText } from "./words.js";

/** The alarm that the URL names (`?machine=press1&alarm=17`): what it was. Its pinned window is the charts' to show. */
export class EpisodeBox {
  #page;
  #wanted = null;
  /** @type {any} */
  #answer = null;
  #trouble = "";
  element;

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    const close = () => page.place.set({ alarm: null, from: null, to: null });
    this.element = make("section", { class: "panel episode", "aria-label": "The alarm of this link", hidden: true },
      make("p", { "data-part": "title" }),
      make("p", { class: "muted", "data-part": "window" }),
      make("ol", { "data-part": "events" }),
      make("p", { class: "actions" },
        make("a", { class: "button", "data-part": "csv", text: "Download these readings (CSV)" }),
        make("button", { type: "button", class: "button", text: "Back to live", onclick: close })));
    page.place.onChange(() => this.#follow());
    page.link.onUp(() => this.#answer === null && this.#load());
    this.#follow();
  }

  /** @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    const isShown = this.#wanted !== null && (this.#answer !== null || this.#trouble !== "");
    this.element.hidden = !isShown;
    if (!isShown) return;
    const units = (metric) => this.#page.units.of(metric);
    const { alarm, events, from, to } = this.#answer ?? {};
    const name = alarm === undefined ? "" : `Alarm ${this.#wanted}: ${alarm.machine}, ${alarmText(alarm, units)}`;
    setText(part(this.element, "title"), alarm === undefined ? this.#trouble : name);
    const span = `${timeText(Date.parse(from), now)} to ${timeText(Date.parse(to), now)}`;
    const kept = `The readings from ${span} are pinned: newer ones do not overwrite them.`;
    setText(part(this.element, "window"), alarm === undefined ? "" : kept);
    part(this.element, "csv").hidden = alarm === undefined;
    setAttribute(part(this.element, "csv"), "href", `/api/alarms/episodes/${this.#wanted}/readings?format=csv`);
    setAttribute(part(this.element, "csv"), "download", `${alarm?.machine}-alarm-${this.#wanted}.csv`);
    syncChildren(part(this.element, "events"), events ?? [], (one) => `${one.event}@${one.at}`, () => make("li"),
      (item, one) => setText(item, eventLine(one, units, now)));
  }

  #follow() {
    const wanted = this.#page.place.get("alarm");
    if (wanted === this.#wanted) return;
    this.#wanted = wanted !== null && /^\d+$/.test(wanted) ? wanted : null;
    this.#answer = null;
    this.#trouble = "";
    this.#load();
  }

  async #load() {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const answer = await this.#page.api(`/api/alarms/episodes/${wanted}`);
    if (wanted !== this.#wanted) return;
    if (answer.ok) this.#show(answer.body);
    else if (answer.status !== 0) this.#trouble = `Alarm ${wanted} is not known here any more.`;
    this.#page.redraw();
  }

  #show(body) {
    this.#answer = body;
    this.#trouble = "";
  }
}

function eventLine(event, units, now) {
  const value = valueText(event.value, event.metric ?? "", units);
  const by = event.by ? ` by ${event.by}` : "";
  const comment = event.comment ? `: “${event.comment}”` : "";
  return `${timeText(Date.parse(event.at), now)} ${eventText(event.event)}${by}${comment}${value ? ` (${value})` : ""}`;
}
