import { make, part, syncChildren } from "../data/build.js";
import { setAttribute, setText } from "../dom.js";
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
  #list = make("ol", { class: "alarm-more", id: "machine-alarm-list", "aria-label": "All alarms of this machine" });
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
    this.#strip = this.#makeStrip();
    this.#episode = new EpisodeBox(page);
    store.onChange(() => (this.#drawnAt = -Infinity));
    this.#list.hidden = true;
    root.replaceChildren(this.#strip, this.#list, this.#episode.element);
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

  #makeStrip() {
    const [page, store] = [this.#page, this.#store];
    const button = (name, text, onclick) =>
      make("button", { type: "button", class: "button", "data-part": name, text, onclick });
    const top = () => store.of(page.session.machine).find(canAcknowledge);
    const more = button("more", "", () => {
      this.#isOpen = !this.#isOpen;
      this.#drawnAt = -Infinity;
      page.redraw();
    });
    more.setAttribute("aria-controls", this.#list.id);
    return make("div", { class: "alarm-strip" },
      make("p", { class: "strip-words" },
        make("span", { class: "alarm-mark", "data-part": "mark" }),
        make("b", { "data-part": "text" }), " ",
        make("span", { "data-part": "facts" })),
      make("p", { class: "actions" },
        button("acknowledge", "Acknowledge", () => top() !== undefined && openAcknowledge(page, store, top())),
        more,
        button("limits", "Set limits", () => openLimits(page, store, page.session.machine)),
        button("sound", "", () => this.#sound.allow(!this.#sound.isWanted))));
  }

  #drawStrip(top, alarms, now) {
    const units = (metric) => this.#page.units.of(metric);
    const strip = this.#strip;
    setAttribute(strip, "data-standing", top === null ? "normal" : standing(top));
    setAttribute(strip, "data-priority", top?.priority ?? null);
    setText(part(strip, "mark"), top === null ? "" : `${kindSign(top.kind)} ${top.priority.toUpperCase()}`);
    setText(part(strip, "text"), top === null ? "No alarm" : alarmText(top, units));
    const current = top === null ? null : currentValue(this.#page.session.machines, top);
    setText(part(strip, "facts"), top === null ? "" : factsOf(top, current, units, now));
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
