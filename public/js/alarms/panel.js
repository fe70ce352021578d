import { part, syncChildren } from "../data/build.js";
import { byId, setAttribute, setText } from "../dom.js";
import { openAcknowledge } from "./dialogs.js";
import { EpisodeBox } from "./episode.js";
import { alarmItem, updateAlarm } from "./item.js";
import { openLimits } from "./limits-dialog.js";
import { standing } from "./order.js";
import { drawSoundButton } from "./sound-button.js";
import { canAcknowledge } from "./store.js";
import { alarmsOf } from "./watch.js";
import { alarmText, currentValue, kindSign, sinceText, standingText, valuesText } from "./words.js";

/** The alarms of the shown machine: one line that keeps its place, and a list for who wants more. */

/** Values and times go on this often, ms; anything else is drawn at once. */
const DRAW_EVERY = 250;

/** @param {Element} root @param {any} page */
export function mount(root, page) {
  return new AlarmPanel(root, page);
}

class AlarmPanel {
  #page;
  #store;
  #sound;
  #strip;
  #list;
  #episode;
  #isOpen = false;
  #drawnAt = -Infinity;
  /** What was drawn: another machine is drawn at once. @type {string | null} */
  #machine = null;

  /** @param {Element} root @param {any} page */
  constructor(root, page) {
    const { store, sound } = alarmsOf(page);
    this.#page = page;
    this.#store = store;
    this.#sound = sound;
    this.#strip = root.querySelector(".alarm-strip");
    this.#list = byId("machine-alarm-list");
    this.#episode = new EpisodeBox(page);
    store.onChange(() => (this.#drawnAt = -Infinity));
    root.append(this.#episode.element);
    this.#bind();
  }

  /** @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    const { machine } = this.#page.session;
    if (machine === this.#machine && Math.abs(now - this.#drawnAt) < DRAW_EVERY) return;
    this.#machine = machine;
    this.#drawnAt = now;
    const alarms = this.#store.of(machine);
    const top = alarms[0] ?? null;
    this.#drawStrip(top, alarms, now);
    this.#list.hidden = !this.#isOpen || alarms.length === 0;
    if (!this.#list.hidden) {
      const context = { page: this.#page, store: this.#store };
      const update = (item, alarm) => updateAlarm(item, alarm, context, now);
      syncChildren(this.#list, alarms, (alarm) => alarm.id, (alarm) => alarmItem(alarm, context), update);
    }
    this.#episode.draw(now);
  }

  #bind() {
    const [page, store] = [this.#page, this.#store];
    const onClick = (name, action) => part(this.#strip, name).addEventListener("click", action);
    onClick("acknowledge", () => {
      const first = store.of(page.session.machine).find(canAcknowledge);
      if (first !== undefined) openAcknowledge(page, store, first);
    });
    onClick("more", () => {
      this.#isOpen = !this.#isOpen;
      this.#drawnAt = -Infinity;
      page.redraw();
    });
    onClick("limits", () => openLimits(page, store, page.session.machine));
    onClick("sound", () => this.#sound.allow(!this.#sound.isWanted));
  }

  #drawStrip(top, alarms, now) {
    const units = (metric) => this.#page.units.of(metric);
    const strip = this.#strip;
    setAttribute(strip, "data-standing", top === null ? "normal" : standing(top));
    setAttribute(strip, "data-priority", top?.priority ?? null);
    setText(part(strip, "mark"), top === null ? "" : `${kindSign(top.kind)} ${top.priority.toUpperCase()}`);
    const none = this.#store.isKnown ? "No alarm" : "Alarms: asking…";
    setText(part(strip, "text"), top === null ? none : alarmText(top, units));
    const current = top === null ? null : currentValue(this.#page.session.machines, top);
    // What was heard last is shown, but not as if it were still so.
    const doubt = this.#page.link.isUp ? "" : "when it was last connected";
    const facts = top === null ? "" : factsOf(top, current, units, now);
    setText(part(strip, "facts"), [facts, doubt].filter((text) => text !== "").join(" · "));
    part(strip, "acknowledge").hidden = !alarms.some(canAcknowledge);
    const more = part(strip, "more");
    more.hidden = alarms.length === 0;
    setAttribute(more, "aria-expanded", String(this.#isOpen));
    const count = alarms.length === 1 ? "Details" : `All ${alarms.length}`;
    setText(more, this.#isOpen ? "Less" : count);
    part(strip, "limits").disabled = this.#page.session.machine === null;
    drawSoundButton(part(strip, "sound"), this.#sound);
  }
}

function factsOf(alarm, current, units, now) {
  const parts = [standingText(alarm), valuesText(alarm, current, units), sinceText(alarm, now)];
  return parts.filter((text) => text !== "").join(" · ");
}
