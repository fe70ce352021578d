import { setText } from "../dom.js";
import { make } from "../data/build.js";
import { openAcknowledge } from "./dialogs.js";
import { standing } from "./order.js";
import { alarmText, currentValue, kindSign, sinceText, valuesText } from "./words.js";

/** Urgent alarms that nobody has acknowledged, readable from three metres in every view. */
export class Banner {
  #page;
  #store;
  #element;
  #text = make("p", { class: "banner-text" });
  #detail = make("p", { class: "banner-detail" });
  #sound = make("p", { class: "banner-sound" });
  /** The one that is shown. @type {any} */
  #alarm = null;

  /** @param {any} page @param {import("./watch.js").Alarms} alarms */
  constructor(page, { store, sound }) {
    this.#page = page;
    this.#store = store;
    this.sound = sound;
    const acknowledge = () => this.#alarm !== null && openAcknowledge(page, store, this.#alarm);
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      page.place.go("alarms");
    };
    this.#element = make("aside", { class: "alarm-banner", "aria-label": "Urgent alarms", hidden: true },
      make("div", { class: "banner-words" }, this.#text, this.#detail, this.#sound),
      make("div", { class: "actions" },
        make("button", { type: "button", class: "button", text: "Acknowledge", onclick: acknowledge }),
        make("a", { class: "button", href: page.place.href("alarms"), text: "All alarms", onclick: open })));
    document.body.append(this.#element);
  }

  /** @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    const urgent = this.#store.all().filter((one) => one.priority === "urgent" && standing(one) === "unacknowledged");
    this.#alarm = urgent[0] ?? null;
    // In the alarm view the list itself says it, with more.
    // In a frame of somebody else's page nothing may stand that writes: who clicks there may not know what on.
    const { place } = this.#page;
    const isShown = this.#alarm !== null && place.view !== "alarms" && (place.get("embed") ?? "") === "";
    if (this.#element.hidden === isShown) {
      this.#element.hidden = !isShown;
      document.body.toggleAttribute("data-banner", isShown);
    }
    if (this.#alarm !== null) this.#write(this.#alarm, urgent.length - 1, now);
  }

  #write(alarm, others, now) {
    const units = (metric) => this.#page.units.of(metric);
    setText(this.#text, `${kindSign(alarm.kind)} ${alarm.machine}: ${alarmText(alarm, units)}`);
    const value = valuesText(alarm, currentValue(this.#page.session.machines, alarm), units);
    const more = others === 0 ? "" : `${others} more urgent`;
    setText(this.#detail, ["URGENT", value, sinceText(alarm, now), more].filter((part) => part !== "").join(" · "));
    const { state } = this.sound;
    const silent = state === "off" ? "The sound is off." : "The browser keeps the page silent until it is touched.";
    setText(this.#sound, state === "on" ? "" : silent);
  }
}
