import { Banner } from "./banner.js";
import { openAcknowledge } from "./dialogs.js";
import { Announced } from "./order.js";
import { limitLines } from "./rules.js";
import { AlarmSound } from "./sound.js";
import { AlarmStore, canAcknowledge } from "./store.js";
import { announcement } from "./words.js";

/** Follows the alarms of the whole gateway in every view: count, banner, title, sound, voice, marks in the charts. */

/** Where the episodes are remembered that this viewer was told of. */
const ANNOUNCED = "alarmsAnnounced";

/** Pause before the marks of a machine are asked for again after an alarm of it, ms: several come together. */
const MARK_AFTER = 500;

/** @typedef {{store: AlarmStore, sound: AlarmSound}} Alarms what the views of alarms share */

const started = new WeakMap();

/** The alarms of this page; started by whoever asks first. @param {any} page @returns {Alarms} */
export function alarmsOf(page) {
  const known = started.get(page);
  if (known !== undefined) return known;
  const store = new AlarmStore(page);
  const sound = new AlarmSound(page.settings, () => page.redraw());
  const alarms = { store, sound };
  started.set(page, alarms);
  const banner = new Banner(page, alarms);
  const marks = new Marks(page, store);
  announceNew(page, store, sound);
  store.onChange((alarm) => {
    showCount(page, store);
    banner.draw(page.session.now());
    marks.update(alarm?.machine ?? null);
    page.redraw();
  });
  const acknowledgeFirst = () => {
    const isHere = (alarm) => page.place.view !== "machine" || alarm.machine === page.session.machine;
    const first = store.all().find((alarm) => canAcknowledge(alarm) && isHere(alarm));
    return first === undefined ? false : openAcknowledge(page, store, first);
  };
  page.keys.add("a", "acknowledge the most important alarm", acknowledgeFirst);
  page.session.onMachines(() => marks.update(null));
  // The machine may have been joined before this was loaded.
  store.follow(page.session.machine);
  marks.update(page.session.machine);
  page.session.onJoined(() => {
    store.follow(page.session.machine);
    marks.update(page.session.machine);
  });
  setInterval(() => {
    store.beat(page.session.now());
    banner.draw(page.session.now());
  }, 1000);
  return alarms;
}

/** @param {any} page */
export function start(page) {
  alarmsOf(page);
}

function showCount(page, { counts }) {
  const text = counts.open === 1 ? "1 alarm not acknowledged" : `${counts.open} alarms not acknowledged`;
  page.setBadge("alarms", counts.open, text);
  // In the list of tabs, where there is no colour.
  page.titleMark = counts.open === 0 ? "" : `(${counts.open}${counts.urgent > 0 ? "!" : ""}) `;
}

/** One sound and one sentence for what this viewer was not told yet, however many pages, reloads and reconnects. */
function announceNew(page, store, sound) {
  let isFirst = page.settings.get(ANNOUNCED, null) === null;
  store.onChange(() => {
    const announced = new Announced(page.settings.get(ANNOUNCED, null));
    const fresh = announced.take(store.all());
    if (fresh.length > 0 || isFirst) page.settings.set(ANNOUNCED, announced.toJSON());
    // Who sees alarms for the first time here finds what is old already on the screen.
    if (fresh.length > 0 && !isFirst) tell(page, sound, fresh);
    isFirst = false;
  });
}

function tell(page, sound, fresh) {
  sound.play(fresh[0].priority);
  const others = fresh.length > 1 ? `, and ${fresh.length - 1} more` : "";
  page.alarmSay(`${announcement(fresh[0], (metric) => page.units.of(metric))}${others}`);
}

/** Limit lines of all machines, and the spans of alarms of the shown one. */
class Marks {
  #page;
  #store;
  #known = "";
  #lines = [];
  #timer = null;

  constructor(page, store) {
    this.#page = page;
    this.#store = store;
  }

  /** @param {string | null} machine that something happened to */
  update(machine) {
    this.#setLimits();
    if (machine === null || machine !== this.#page.session.machine || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#setMarkers(machine);
    }, MARK_AFTER);
  }

  async #setMarkers(machine) {
    const markers = await this.#store.markersOf(machine);
    if (markers !== null && machine === this.#page.session.machine) this.#page.markers.set("alarms", markers);
  }

  #setLimits() {
    const machines = (this.#page.session.machines ?? []).map((entry) => entry.machine);
    const known = JSON.stringify([machines, this.#store.rules]);
    if (known === this.#known) return;
    this.#known = known;
    const lines = machines.flatMap((machine) =>
      [...limitLines(this.#store.rules, machine)].map(([metric, list]) => ({ machine, metric, list })));
    const key = ({ machine, metric }) => `${machine}/${metric}`;
    const kept = new Set(lines.map(key));
    for (const old of this.#lines) {
      if (!kept.has(key(old))) this.#page.limits.set("alarms", old.machine, old.metric, []);
    }
    for (const { machine, metric, list } of lines) this.#page.limits.set("alarms", machine, metric, list);
    this.#lines = lines;
  }
}
