import { byId, setAttribute, setText } from "../dom.js";
import { KnownAlarms } from "../known-alarms.js";
import { FillQueue } from "./fill.js";
import { Fleet } from "./model.js";
import { FILTERS, StableOrder } from "./order.js";
import { SPAN } from "./spark.js";
import { Tiles } from "./tiles.js";
import { Watcher } from "./watcher.js";

/** Values are written at a pace that can be read, ms; what comes in between is in the sparkline. */
const DRAW_EVERY = 250;

/** Order and counts are looked at this often, ms. */
const ARRANGE_EVERY = 500;

/** A pointer that rests this long (ms) aims at nothing any more; so does a focus. */
const POINTER_HOLDS = 10_000;
const FOCUS_HOLDS = 30_000;

/** Longest wait for the alarms before the first order, ms. */
const ALARMS_WAIT = 400;

/** Height of the line of words above a sparkline, CSS pixels: as in fleet.css. */
const WORDS = 22;

/** Readings asked for to fill a sparkline: of three metrics first, last and extremes of each bin. */
const FILL_POINTS = 480;

/**
 * @param {Element} root @param {any} page
 * @returns {{draw: (now: number) => void, shown: () => void, hidden: () => void}}
 */
export function mount(root, page) {
  return new FleetView(root, page);
}

class FleetView {
  #root;
  #page;
  #fleet = new Fleet();
  #order = new StableOrder();
  #tiles;
  #watcher;
  #fills;
  #alarms;
  #items = new Map();
  #drawnAt = -Infinity;
  #arrangedAt = -Infinity;
  #isPlanned = false;
  #pointerAt = -Infinity;
  #focusAt = -Infinity;
  #colour = "";
  /** When the first order is due without any alarms, ms. @type {number | null} */
  #readyAt = null;
  #search = byId("fleet-search");
  #note = byId("fleet-note");
  #filters = new Map();
  #hasLabels = false;

  constructor(root, page) {
    this.#root = root;
    this.#page = page;
    this.#tiles = new Tiles(byId("fleet-tiles"), (machine) => page.place.href("machine", { machine }));
    this.#watcher = new Watcher((event, data) => page.link.ask(event, data));
    this.#alarms = new KnownAlarms(page);
    this.#fills = new FillQueue((machine) => this.#fill(machine));
    this.#tiles.onSeen = (machine, isSeen) => this.#noteSeen(machine, isSeen);
    this.#watcher.onWatching = (answer, machines) => this.#noteWatching(answer, machines);
    this.#listenToGateway();
    this.#listenToPeople();
    this.#readColour();
    // Before the first frame: what comes later would push the machine below.
    if (this.#isReady(page.session.now())) this.#arrange(page.session.now());
  }

  #listenToGateway() {
    const { link, session } = this.#page;
    if (session.machines !== null) this.#fleet.takeList(session.machines, session.now());
    link.on("machines", (list) => {
      this.#fleet.takeList(list, session.now());
      this.#plan();
    });
    link.on("machineStatus", (status) => this.#fleet.takeStatus(status, session.now()) !== null && this.#plan());
    link.on("machineData", (reading) => this.#fleet.takeLive(reading, session.now()) !== null && this.#plan());
    link.onUp(() => this.#watcher.reconnected());
  }

  #listenToPeople() {
    const { place, session, units } = this.#page;
    const list = byId("fleet-tiles");
    list.addEventListener("click", (event) => this.#open(event));
    list.addEventListener("pointermove", (event) => {
      this.#pointerAt = event.target === list ? -Infinity : session.now();
    });
    list.addEventListener("pointerleave", () => (this.#pointerAt = -Infinity));
    for (const name of ["focusin", "keydown"]) list.addEventListener(name, () => (this.#focusAt = session.now()));
    for (const button of byId("fleet-filters").querySelectorAll("button")) {
      const filter = button.dataset.filter;
      this.#filters.set(filter, button);
      button.addEventListener("click", () => {
        place.set({ filter: filter === "all" || place.get("filter") === filter ? null : filter });
      });
    }
    this.#search.value = place.get("q") ?? "";
    this.#search.addEventListener("input", () => place.set({ q: this.#search.value.trim() || null }));
    place.onChange(() => this.#placeChanged());
    units.onChange(() => this.#unitsChanged());
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => this.#readColour());
    }
    const isShown = () => place.view === "fleet";
    this.#page.keys.add("Arrow keys", "From tile to tile of the fleet; Enter opens the machine", () => false);
    this.#page.keys.add("/", "Search the fleet", () => isShown() && (this.#search.focus(), true));
  }

  shown() {
    this.#watcher.turn(true);
    this.#order.expire();
    this.#soon();
  }

  hidden() {
    this.#watcher.turn(false);
    for (const tile of this.#tiles.seen) this.#fills.remove(tile.machine);
  }

  /** @param {number} now ms since 1970 by the page's clock */
  draw(now) {
    if (now - this.#drawnAt < DRAW_EVERY) return this.#plan();
    this.#drawnAt = now;
    if (now - this.#arrangedAt >= ARRANGE_EVERY && this.#isReady(now)) this.#arrange(now);
    const { isUp } = this.#page.link;
    setAttribute(this.#root, "data-down", isUp ? null : "");
    if (!isUp) this.#fleet.linkEnded();
    const units = this.#page.units;
    const { width, height } = this.#tiles.plotSize;
    for (const tile of this.#tiles.seen) {
      const state = this.#fleet.tiles.get(tile.machine);
      if (state === undefined) continue;
      tile.draw(state, { now, isUp, units, alarms: this.#alarms.of(tile.machine) });
      const leastSpan = state.sparkMetric?.leastSpan ?? 1;
      const patience = Math.max(state.patience, state.sparkReach);
      const size = { width, height: tile.hasWords ? height - WORDS : height };
      tile.canvas.draw(state.spark, { ...size, colour: this.#colour, leastSpan, patience });
    }
  }

  /** The first order waits a moment for the alarms, so that it need not be thrown over at once. */
  #isReady(now) {
    this.#readyAt ??= now + ALARMS_WAIT;
    return this.#alarms.isKnown || now >= this.#readyAt || document.body.hasAttribute("data-detail");
  }

  #arrange(now) {
    this.#arrangedAt = now;
    this.#items = this.#fleet.items(now, (machine) => this.#alarms.of(machine));
    const { place } = this.#page;
    const filter = FILTERS.includes(place.get("filter")) ? place.get("filter") : null;
    const query = place.get("q");
    if (query !== null) this.#wantLabels();
    const isHeld = now - this.#pointerAt < POINTER_HOLDS || (this.#tiles.hasFocus && now - this.#focusAt < FOCUS_HOLDS);
    const isByName = document.body.hasAttribute("data-detail");
    const how = { filter, query, isHeld, now, isByName };
    if (this.#order.update(this.#items, how)) this.#tiles.arrange(this.#order.names);
    this.#drawCounts(filter);
    this.#tiles.mark(isByName ? this.#page.session.machine : null);
    const isEmpty = this.#order.names.length === 0 && this.#items.size > 0;
    const omitted = this.#order.omitted > 0 ? `${this.#order.omitted} more: search for them` : "";
    setText(this.#note, isEmpty ? "No machine is like that." : omitted);
  }

  #drawCounts(filter) {
    const counts = this.#fleet.counts(this.#items);
    for (const [name, button] of this.#filters) {
      const number = counts[name];
      setText(button.firstElementChild, String(number));
      setAttribute(button, "aria-pressed", String((filter ?? "all") === name));
      setAttribute(button, "data-none", number === 0 ? "" : null);
    }
  }

  #open(event) {
    const machine = event.target.closest("a")?.dataset.machine;
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (machine === undefined || !isPlain) return;
    event.preventDefault();
    this.#page.show(machine);
  }

  #placeChanged() {
    const query = this.#page.place.get("q") ?? "";
    if (query !== this.#search.value.trim()) this.#search.value = query;
    this.#tiles.readdress();
    this.#soon();
  }

  /** Draws with the next frame, whatever was drawn before. */
  #soon() {
    this.#drawnAt = -Infinity;
    this.#arrangedAt = -Infinity;
    this.#page.redraw();
  }

  /** Draws within the pace: a burst of readings is one frame. */
  #plan() {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setTimeout(() => {
      this.#isPlanned = false;
      this.#page.redraw();
    }, DRAW_EVERY);
  }

  #noteSeen(machine, isSeen) {
    this.#watcher.see(machine, isSeen);
    if (!isSeen) this.#fills.remove(machine);
    else this.#soon();
  }

  #noteWatching(answer, machines) {
    if (answer?.ok !== true) return;
    const { session } = this.#page;
    const before = new Set([...this.#fleet.tiles.values()].filter((tile) => tile.watchedSince !== null));
    this.#fleet.takeWatching(answer.epoch ?? null, machines, session.now());
    for (const machine of machines) {
      const state = this.#fleet.tiles.get(machine);
      if (state !== undefined && !before.has(state)) this.#fills.add(machine);
    }
    this.#soon();
  }

  async #fill(machine) {
    const { session } = this.#page;
    const state = this.#fleet.tiles.get(machine);
    if (state === undefined || !this.#watcher.sees(machine)) return;
    const from = new Date((state.time ?? session.now()) - SPAN).toISOString();
    const path = `/api/machines/${encodeURIComponent(machine)}/readings`;
    const { ok, body } = await this.#page.api(`${path}?from=${from}&maxPoints=${FILL_POINTS}`);
    if (!ok || state !== this.#fleet.tiles.get(machine) || body.epoch !== this.#fleet.epoch) return;
    state.fill(body.readings, body.total > body.readings.length, session.now());
    this.#plan();
  }

  /** Site and line can be searched for; they are fetched when somebody does. */
  async #wantLabels() {
    if (this.#hasLabels) return;
    this.#hasLabels = true;
    const { ok, body } = await this.#page.api("/api/machines");
    if (!ok) return;
    this.#fleet.takeLabels(body);
    this.#order.expire();
    this.#soon();
  }

  #unitsChanged() {
    this.#tiles.forget();
    this.#soon();
  }

  #readColour() {
    this.#colour = getComputedStyle(document.documentElement).getPropertyValue("--line").trim();
    this.#soon();
  }
}
