import { setAttribute, setText } from "../dom.js";
import { formatTime } from "../format.js";

/** Flags at most: more stand on each other, and the newest matter. */
const FLAGS_MAX = 40;

/** Flags closer than this (CSS pixels) become one with all their texts. */
const TOGETHER = 22;

/** Lines of text of flags that became one, at most. */
const LINES_MAX = 6;

const LETTERS = { note: "N", message: "M", alarm: "!" };

/** An alarm's text says itself that it is one. */
const NAMES = { note: "Note: ", message: "Message: ", alarm: "" };

/**
 * Places of flags: those that would stand on each other become one. Pure.
 * @param {import("../markers.js").Marker[]} markers by time @param {{from: number, to: number}} range
 * @param {number} width CSS pixels
 * @returns {{x: number, kind: string, lines: string[], count: number}[]}
 */
export function flagsOf(markers, { from, to }, width) {
  const seen = markers.filter(({ time }) => time >= from && time <= to).slice(-FLAGS_MAX * 4);
  const flags = [];
  for (const { time, kind, text } of seen) {
    const x = ((time - from) / (to - from)) * width;
    const line = `${formatTime(time)} ${NAMES[kind] ?? ""}${text}`;
    const last = flags[flags.length - 1];
    if (last === undefined || x - last.x >= TOGETHER) {
      flags.push({ x, kind, lines: [line], count: 1 });
      continue;
    }
    last.count += 1;
    if (kind === "alarm") last.kind = "alarm";
    if (last.lines.length < LINES_MAX) last.lines.push(line);
  }
  return flags.slice(-FLAGS_MAX);
}

/** The flags over the first chart: buttons, so that the keyboard reaches their text. */
export class Flags {
  #list = document.createElement("ol");
  #items = [];

  /** @param {HTMLElement} plot */
  constructor(plot) {
    this.#list.className = "flags";
    this.#list.setAttribute("aria-label", "Notes, messages and alarms in this window");
    this.#list.hidden = true;
    plot.append(this.#list);
  }

  /** @param {import("../markers.js").Marker[]} markers @param {number} width CSS pixels of the plot */
  draw(markers, range, width) {
    const flags = flagsOf(markers, range, width);
    if (this.#list.hidden !== (flags.length === 0)) this.#list.hidden = flags.length === 0;
    while (this.#items.length < flags.length) this.#items.push(this.#make());
    this.#items.forEach((item, index) => {
      const flag = flags[index];
      if (item.element.hidden !== (flag === undefined)) item.element.hidden = flag === undefined;
      if (flag !== undefined) this.#place(item, flag, width);
    });
  }

  #place({ element, button, text }, flag, width) {
    // At the edge it stands before its line: beyond, it would make the page wider than the screen.
    const place = `translateX(${Math.max(0, Math.min(Math.round(flag.x), width - TOGETHER))}px)`;
    if (element.style.transform !== place) element.style.transform = place;
    setAttribute(element, "data-side", flag.x > width / 2 ? "left" : null);
    setAttribute(button, "data-kind", flag.kind);
    setText(button, flag.count > 1 ? String(flag.count) : (LETTERS[flag.kind] ?? "?"));
    const more = flag.count - flag.lines.length;
    const said = more > 0 ? [...flag.lines, `and ${more} more`] : flag.lines;
    setText(text, said.join("\n"));
    setAttribute(button, "aria-label", said.join("; "));
  }

  #make() {
    const element = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "flag";
    const text = document.createElement("p");
    text.className = "flag-text";
    text.setAttribute("aria-hidden", "true");
    element.append(button, text);
    this.#list.append(element);
    return { element, button, text };
  }
}
