import { byId, setAttribute, setText } from "./dom.js";
import { formatDate, formatTime } from "./format.js";

/** Kiosk: the page on a wall. Controls and cursor are away until somebody touches it; the screen stays on. */

/** How long the cursor and the way out stay after the last movement, ms. */
const AWAKE = 4000;

/** How long to wait before a kiosk whose page could not start tries again, ms. */
const RELOAD_AFTER = 10_000;

/** Whether this address is a kiosk's; for a page that could not even start. */
export function isKiosk() {
  return new URLSearchParams(location.search).has("kiosk");
}

/** A screen without keyboard has nobody to press reload. */
export function reloadLater() {
  if (isKiosk()) setTimeout(() => location.reload(), RELOAD_AFTER);
}

export class Kiosk {
  #page;
  #wake;
  #clock = byId("clock");
  #date = byId("clock-date");
  #timer = null;

  /** @param {any} page @param {import("./wake.js").WakeLock} wake */
  constructor(page, wake) {
    this.#page = page;
    this.#wake = wake;
    page.place.onChange(() => this.#update());
    page.settings.onChange("awake", () => this.#update());
    page.keys.add("k", "kiosk mode on, off", () => this.turn(!this.isOn));
    page.keys.add("Escape", "kiosk mode off", () => (this.isOn ? this.turn(false) : false));
    byId("kiosk-open").addEventListener("click", () => this.turn(true));
    byId("kiosk-close").addEventListener("click", () => this.turn(false));
    for (const event of ["pointermove", "pointerdown", "keydown"]) {
      addEventListener(event, () => this.#stir(), { passive: true });
    }
    this.#update();
  }

  get isOn() {
    return this.#page.place.get("kiosk") !== null;
  }

  /** @param {boolean} isOn */
  turn(isOn) {
    this.#page.place.set({ kiosk: isOn ? "" : null }, { push: true });
    this.#page.say(isOn ? "Kiosk mode. Escape leaves it." : "Kiosk mode is off.");
  }

  /** The clock is drawn for prints too. @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    setText(this.#clock, formatTime(now));
    setText(this.#date, formatDate(now));
  }

  #update() {
    setAttribute(document.body, "data-kiosk", this.isOn ? "" : null);
    this.#wake.want(this.isOn || this.#page.settings.get("awake", false));
    if (!this.isOn) setAttribute(document.body, "data-stirred", null);
    this.#page.redraw();
  }

  #stir() {
    if (!this.isOn) return;
    setAttribute(document.body, "data-stirred", "");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => setAttribute(document.body, "data-stirred", null), AWAKE);
  }
}
