import { make, part, syncChildren } from "../data/build.js";
import { byId, setAttribute, setText } from "../dom.js";
import { History } from "./history.js";
import { alarmItem, updateAlarm } from "./item.js";
import { openRemove, openRule } from "./rule-dialog.js";
import { drawSoundButton } from "./sound-button.js";
import { TOLD_MAX } from "./store.js";
import { alarmsOf } from "./watch.js";
import { conditionText } from "./words.js";

/** The alarms of all machines, the rules they come from, and what happened. */

/** Values and times go on this often, ms; a change of an alarm is drawn at once. */
const DRAW_EVERY = 500;

/** @param {Element} root @param {any} page */
export function mount(root, page) {
  return new AlarmView(root, page);
}

class AlarmView {
  #page;
  #store;
  #sound;
  #history;
  #drawnAt = -Infinity;
  /** Shown when all has come, so that nothing moves while it comes. */
  #panels;

  /** @param {Element} root @param {any} page */
  constructor(root, page) {
    this.#panels = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".panel"));
    const { store, sound } = alarmsOf(page);
    this.#page = page;
    this.#store = store;
    this.#sound = sound;
    this.#history = new History(page, store);
    byId("rule-add").addEventListener("click", () => openRule(page, store, null));
    byId("alarms-sound").addEventListener("click", () => sound.allow(!sound.isWanted));
    store.onChange(() => {
      this.#drawnAt = -Infinity;
      if (page.place.view === "alarms") this.#history.refresh();
    });
  }

  shown() {
    this.#store.loadRules();
    this.#history.load();
  }

  /** @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    drawSoundButton(byId("alarms-sound"), this.#sound);
    this.#history.draw(now);
    const isComplete = this.#store.isKnown && this.#history.isKnown;
    for (const panel of this.#panels) panel.hidden = !isComplete;
    // Readings ask for a frame many times a second; hundreds of alarms need not be compared for each.
    if (Math.abs(now - this.#drawnAt) < DRAW_EVERY) return;
    this.#drawnAt = now;
    const doubt = this.#page.link.isUp ? "" : " (when it was last connected)";
    setText(byId("alarms-summary"), `${summaryText(this.#store)}${doubt}`);
    const context = { page: this.#page, store: this.#store };
    const create = (alarm) => alarmItem(alarm, context);
    const update = (item, alarm) => updateAlarm(item, alarm, context, now);
    syncChildren(byId("alarm-list"), this.#store.all(), (alarm) => alarm.id, create, update);
    this.#drawRules();
  }

  #drawRules() {
    const units = (metric) => this.#page.units.of(metric);
    byId("rules-none").hidden = this.#store.rules.length > 0;
    byId("rules").parentElement.hidden = this.#store.rules.length === 0;
    const body = byId("rules").tBodies[0];
    syncChildren(body, this.#store.rules, (rule) => rule.rule, () => this.#createRule(), (row, rule) => {
      row.rule = rule;
      setText(part(row, "rule"), rule.rule);
      setText(part(row, "machine"), rule.machine === "*" ? "all" : rule.machine);
      setText(part(row, "condition"), ruleText(rule, units));
      setText(part(row, "priority"), rule.enabled === false ? `${rule.priority}, switched off` : rule.priority);
      setText(part(row, "text"), [rule.text, rule.action].filter((text) => text).join(" – "));
      const isFixed = rule.source === "configuration";
      setText(part(row, "source"), isFixed ? "the configuration file" : "");
      for (const name of ["edit", "remove"]) {
        part(row, name).hidden = isFixed;
        setAttribute(part(row, name), "aria-label", `${name === "edit" ? "Edit" : "Remove"} ${rule.rule}`);
      }
    });
  }

  #createRule() {
    const [page, store] = [this.#page, this.#store];
    const cell = (name) => make("td", { "data-part": name });
    const button = (name, text, action) => {
      const onclick = () => action(page, store, row.rule);
      return make("button", { type: "button", class: "button", "data-part": name, text, onclick });
    };
    const row = make("tr", {}, make("th", { scope: "row", "data-part": "rule" }), cell("machine"), cell("condition"),
      cell("priority"), cell("text"),
      make("td", {}, make("span", { "data-part": "source" }), make("span", { class: "actions" },
        button("edit", "Edit", openRule), button("remove", "Remove", openRemove))));
    return row;
  }
}

/** @param {import("./store.js").AlarmStore} store */
export function summaryText({ counts, isKnown, isCut }) {
  if (!isKnown) return "This gateway has not told of any alarms yet.";
  if (counts.total === 0) return "No alarm. Nothing is beyond its limits.";
  const parts = [
    counts.open === 0 ? "" : `${counts.open} not acknowledged`,
    `${counts.active} active`,
    counts.shelved === 0 ? "" : `${counts.shelved} shelved`,
  ];
  const text = parts.filter((part) => part !== "").join(", ");
  return !isCut ? text : `${text}. These are the ${TOLD_MAX} most important; there may be more.`;
}

function ruleText(rule, units) {
  const delay = rule.onDelay > 0 ? ` for ${rule.onDelay} s` : "";
  return `${conditionText(rule, units)}${delay}`;
}
