import { byId, setAttribute, setOptions, setText } from "./dom.js";
import { describeView } from "./titles.js";
import { judgeFleet, judgeLink } from "./judgement.js";

/** The head of the page: which view, which machine, and whether to believe what is below. */
export class Header {
  #page;
  #select = byId("machine-select");
  #label = byId("current-machine-label");
  #link = byId("link-state");
  #linkTitle = byId("link-title");
  #linkDetail = byId("link-detail");
  #nav = byId("views");
  /** The list that is in the select: a new one comes at most once a second, frames come more often. */
  #machines = null;

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    this.#select.addEventListener("change", () => page.show(this.#select.value));
    this.#nav.addEventListener("click", (event) => this.#follow(event));
  }

  /** @param {{view: string, detail: boolean}} current @param {number} now ms since 1970 by the page's clock */
  draw(current, now) {
    this.#drawPicker();
    this.#drawLink(current, now);
    this.#drawNav(current);
    const { name, title } = describeView(current, this.#page.session.machine);
    setText(this.#label, name);
    const full = `${this.#page.titleMark}${this.#link.dataset.trouble === "" ? "▲ " : ""}${title}`;
    if (document.title !== full) document.title = full;
  }

  /** @param {string} view @param {number} count 0 hides it @param {string} text for people who do not see it */
  setBadge(view, count, text) {
    const badge = this.#nav.querySelector(`[data-view="${view}"] .count`);
    if (badge === null) return;
    setText(badge.querySelector("[aria-hidden]"), count === 0 ? "" : String(count));
    setText(badge.querySelector(".for-ears"), count === 0 ? "" : `, ${text}`);
    setAttribute(badge, "data-count", count === 0 ? null : String(count));
  }

  #drawPicker() {
    const { machines, machine } = this.#page.session;
    if (machines !== this.#machines) {
      this.#machines = machines;
      setOptions(this.#select, machines.map((entry) => ({ value: entry.machine, text: optionText(entry) })));
      if (machine === null) this.#select.value = "";
    }
    this.#select.disabled = machines === null || machines.length === 0;
    if (this.#select.value !== (machine ?? "")) this.#select.value = machine ?? "";
  }

  #drawLink({ view }, now) {
    const { link, feed, machines, trouble } = this.#page.session;
    const isFleet = feed === null && view !== "empty" && (machines?.length ?? 0) > 0;
    const judged = isFleet ? judgeFleet(link.status, machines, now) : judgeLink(link.status, feed, trouble, now);
    setAttribute(this.#link, "data-state", judged.state);
    setText(this.#linkTitle, judged.title);
    setText(this.#linkDetail, judged.detail);
    setAttribute(this.#link, "title", judged.detail);
    const isTrouble = judged.state === "disconnected" || (judged.state === "nodata" && machines?.length !== 0);
    setAttribute(this.#link, "data-trouble", isTrouble ? "" : null);
  }

  #drawNav({ view }) {
    const { place } = this.#page;
    for (const anchor of this.#nav.querySelectorAll("a")) {
      const target = anchor.dataset.view;
      setAttribute(anchor, "aria-current", target === view ? "page" : null);
      setAttribute(anchor, "href", place.href(target, this.#page.machineFor(target)));
    }
  }

  /** A plain click stays in the page; one with Ctrl, or the middle button, opens a new tab as everywhere. */
  #follow(event) {
    const view = event.target.closest?.("a")?.dataset.view;
    if (view === undefined || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#page.place.go(view, this.#page.machineFor(view));
  }
}

function optionText({ machine, state }) {
  return state === "offline" || state === "stale" ? `${machine} (${state})` : machine;
}
