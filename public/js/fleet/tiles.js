import { setAttribute } from "../dom.js";
import { SparkCanvas } from "./canvas.js";
import { Tile } from "./tile.js";

/** The tiles in the document: order, which of them are seen, canvases for those, and the keyboard. */

/** Tiles this far outside the view (CSS pixels) are kept ready for scrolling. */
const READY_MARGIN = "200px";

export class Tiles {
  #list;
  #hrefOf;
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  /** @type {Set<Tile>} */
  #seen = new Set();
  #spare = [];
  #byItem = new WeakMap();
  #observer;
  #current = null;
  #plotSize = null;
  /** Called when a tile comes into view or leaves it. @type {(machine: string, isSeen: boolean) => void} */
  onSeen = () => {};

  /** @param {HTMLElement} list @param {(machine: string) => string} hrefOf */
  constructor(list, hrefOf) {
    this.#list = list;
    this.#hrefOf = hrefOf;
    this.#observer = new IntersectionObserver((entries) => this.#noteSeen(entries), { rootMargin: READY_MARGIN });
    new ResizeObserver(() => (this.#plotSize = null)).observe(list);
    list.addEventListener("keydown", (event) => this.#move(event));
    list.addEventListener("focusin", (event) => this.#becomeCurrent(event.target.closest("a")));
  }

  /** The tiles in view. @returns {Iterable<Tile>} */
  get seen() {
    return this.#seen;
  }

  /** Of a sparkline without words above it, CSS pixels; all are alike. @returns {{width: number, height: number}} */
  get plotSize() {
    const [first] = this.#seen;
    if (this.#plotSize === null && first !== undefined) {
      const { clientWidth: width, clientHeight: height } = first.plot.parentElement;
      this.#plotSize = { width, height };
    }
    return this.#plotSize ?? { width: 0, height: 0 };
  }

  get hasFocus() {
    return this.#list.contains(document.activeElement);
  }

  /** Every link is made again: the address has parts that changed. */
  readdress() {
    for (const tile of this.#tiles.values()) tile.link.href = this.#hrefOf(tile.machine);
  }

  /** Units are others: every value is written again. */
  forget() {
    for (const tile of this.#tiles.values()) tile.forget();
  }

  /** The tile of the machine that is shown below the fleet. @param {string | null} machine null: none is */
  mark(machine) {
    for (const tile of this.#tiles.values()) {
      setAttribute(tile.link, "aria-current", tile.machine === machine ? "true" : null);
    }
  }

  /** @param {readonly string[]} names in this order */
  arrange(names) {
    const wanted = new Set(names);
    for (const [name, tile] of this.#tiles) if (!wanted.has(name)) this.#remove(name, tile);
    let next = this.#list.firstElementChild;
    for (const name of names) {
      const item = this.#tileOf(name).item;
      // Where one tile went far down, moving it is one step, and moving all below it would be many.
      if (next !== null && next !== item && next.nextElementSibling === item) {
        const left = next;
        next = item;
        move(this.#list, left, null);
      }
      if (item === next) next = next.nextElementSibling;
      else move(this.#list, item, next);
    }
    if (this.#current === null || !wanted.has(this.#current)) this.#becomeCurrent(this.#list.querySelector("a"));
  }

  #tileOf(name) {
    let tile = this.#tiles.get(name);
    if (tile === undefined) {
      tile = new Tile(name, this.#hrefOf(name));
      this.#tiles.set(name, tile);
      this.#byItem.set(tile.item, tile);
      this.#observer.observe(tile.item);
    }
    return tile;
  }

  #remove(name, tile) {
    this.#observer.unobserve(tile.item);
    this.#hide(tile);
    tile.item.remove();
    this.#tiles.delete(name);
  }

  #noteSeen(entries) {
    for (const { target, isIntersecting } of entries) {
      const tile = this.#byItem.get(target);
      if (!isIntersecting) this.#hide(tile);
      else if (!this.#seen.has(tile) && this.#tiles.get(tile.machine) === tile) this.#show(tile);
    }
  }

  #show(tile) {
    this.#seen.add(tile);
    tile.canvas = this.#spare.pop() ?? new SparkCanvas();
    tile.canvas.forget();
    tile.plot.append(tile.canvas.element);
    this.onSeen(tile.machine, true);
  }

  #hide(tile) {
    if (!this.#seen.delete(tile)) return;
    tile.canvas.element.remove();
    this.#spare.push(tile.canvas);
    tile.canvas = null;
    this.onSeen(tile.machine, false);
  }

  /** One stop of the Tab key for the whole fleet; the arrows go on from there. */
  #becomeCurrent(link) {
    if (link === null || link === undefined) return;
    for (const old of this.#list.querySelectorAll('a[tabindex="0"]')) if (old !== link) old.tabIndex = -1;
    link.tabIndex = 0;
    this.#current = link.dataset.machine;
  }

  #move(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const links = [...this.#list.querySelectorAll("a")];
    const at = links.indexOf(event.target.closest("a"));
    if (at < 0) return;
    const columns = getComputedStyle(this.#list).gridTemplateColumns.split(" ").length;
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns };
    const next = { ...places, Home: 0, End: links.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    links[next]?.focus();
  }
}

/** Moves without losing the focus where the browser can. */
function move(list, item, before) {
  if (typeof list.moveBefore === "function" && item.parentNode === list) list.moveBefore(item, before);
  else list.insertBefore(item, before);
}
