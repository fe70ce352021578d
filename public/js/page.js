import { Announcer } from "./announce.js";
import { askAPI } from "./api.js";
import { oncePerFrame } from "./dom.js";
import { Keys } from "./keyboard.js";
import { LimitLines } from "./limits.js";
import { Markers } from "./markers.js";
import { cleanName } from "./people/names.js";
import { Place } from "./place.js";
import { DETAIL_MACHINES_MAX } from "./router.js";
import { Session } from "./session.js";
import { Settings, openStorage } from "./settings.js";
import { Units } from "./units.js";

/**
 * What every view is given. One object, made once:
 *
 * - `link`, `session`: the gateway, the machines, the shown machine's feed
 * - `place`: the URL. `place.go("machine", {machine})` opens a machine, `place.set({window: "10m"})` keeps a detail
 * - `settings`, `units`, `keys`, `markers`, `limits`: see their modules
 * - `redraw()`: asks for a frame; `say(text)`, `alarmSay(text)`: to people who listen
 * - `api(path, {method, body})`: JSON over HTTP, never throws
 * - `show(machine)`: selects a machine where it is, beside the fleet or in its own view
 * - `setBadge(view, count, text)`: the count in the navigation, e.g. `setBadge("alarms", 3, "3 alarms")`
 */
export class Page {
  /** Where the crosshair of the charts stands, ms since 1970; null: nowhere. @type {number | null} */
  moment = null;
  /** Before the title of the document: how many alarms nobody has acknowledged. */
  titleMark = "";
  #draw = () => {};
  #badge = () => {};
  #announcer = new Announcer();

  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this.place = new Place(globalThis);
    this.settings = new Settings(openStorage());
    addEventListener("storage", (event) => this.settings.noteForeign(event.key));
    this.units = new Units(this.settings, this.place);
    this.keys = new Keys();
    this.markers = new Markers();
    this.limits = new LimitLines();
    this.redraw = oncePerFrame(() => this.#draw());
    const username = () => cleanName(this.settings.get("username", null));
    this.session = new Session(link, { machine: this.place.machine, username }, () => this.redraw());
    this.link = this.session.link;
    for (const store of [this.units, this.markers, this.limits]) store.onChange(() => this.redraw());
  }

  /** @param {{draw: () => void, badge: (view: string, count: number, text: string) => void}} hooks of the frame */
  connect({ draw, badge }) {
    this.#draw = draw;
    this.#badge = badge;
  }

  /** @param {string} text */
  say(text) {
    this.#announcer.say(text);
  }

  /** @param {string} text */
  alarmSay(text) {
    this.#announcer.alarmSay(text);
  }

  /** @param {string} path @param {{method?: string, body?: unknown}} [request] */
  api(path, request) {
    return askAPI(path, request);
  }

  /** @param {string} view @param {number} count @param {string} text */
  setBadge(view, count, text) {
    this.#badge(view, count, text);
  }

  /** What goes with a view into its URL: the machine, where the view shows one. @param {string} view */
  machineFor(view) {
    const { machine, machines } = this.session;
    const count = machines?.length ?? 0;
    const isShown = view === "machine" || (view === "fleet" && count > 1 && count <= DETAIL_MACHINES_MAX);
    return isShown ? { machine } : {};
  }

  /** @param {string} machine */
  show(machine) {
    if (document.body.hasAttribute("data-detail")) this.place.set({ view: "fleet", machine }, { push: true });
    else if (this.place.view === "machine") this.place.set({ view: null, machine }, { push: true });
    else this.place.go("machine", { machine });
  }
}
