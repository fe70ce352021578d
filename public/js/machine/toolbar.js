import { byId, setAttribute, setText } from "../dom.js";
import { parseSpan, writeSpan } from "./span.js";
import { spanText, stretchText } from "./when.js";

/** How often the count of readings seen is brought up to date, ms: it walks all of them. */
const COUNT_EVERY = 1000;

/** The buttons above the trends and the line that says what is seen. */
export class Toolbar {
  #trends;
  #window = byId("trend-window");
  #behind = byId("trend-behind");
  #pause = byId("trend-pause");
  #live = byId("trend-live");
  #more = byId("trend-more");
  #spans;
  #counts = { seen: 0, total: 0 };
  #countedAt = -Infinity;
  #countedFor = "";
  /** What is seen, in words: "last 10 minutes". */
  windowText = "";

  /** @param {Element} root @param {import("./trends.js").Trends} trends @param {any} page */
  constructor(root, trends, page) {
    this.#trends = trends;
    this.#spans = [...root.querySelectorAll(".spans [data-span]")];
    for (const button of this.#spans) {
      button.addEventListener("click", () => trends.chooseSpan(parseSpan(button.dataset.span)));
    }
    this.#pause.addEventListener("click", () => trends.togglePause());
    this.#live.addEventListener("click", () => trends.goLive());
    this.#listenForMenu();
    const isHere = () => root.hidden === false;
    page.keys.add(" ", "trends: pause, go on", () => isHere() && (trends.togglePause(), true));
    page.keys.add("l", "trends: back to live", () => isHere() && (trends.goLive(), true));
  }

  /** @param {number} now ms since 1970 */
  draw(now) {
    const { scene } = this.#trends;
    const { span, isLive } = scene;
    this.windowText = this.#windowText(now);
    setText(this.#window, `${this.windowText}${this.#thinnedText(now)}`);
    setText(this.#behind, isLive ? "" : behindText(span.isPaused, scene.behind));
    setText(this.#pause, span.isPaused ? "Go on" : "Pause");
    setAttribute(this.#pause, "aria-pressed", String(span.isPaused));
    if (this.#live.disabled !== isLive) this.#live.disabled = isLive;
    const shown = isLive ? writeSpan(span.span ?? scene.range.to - scene.range.from) : null;
    for (const button of this.#spans) setAttribute(button, "aria-pressed", String(button.dataset.span === shown));
  }

  #windowText(now) {
    const { scene, episodeText } = this.#trends;
    const { range, span, isLive } = scene;
    if (!isLive) {
      const prefix = episodeText === "" ? "" : `${episodeText}, `;
      return `${prefix}${stretchText(range, now)}`;
    }
    if (span.span === Infinity) return `all, last ${spanText(range.to - range.from)}`;
    return `last ${spanText(range.to - range.from)}`;
  }

  /** "thinned: 1,200 of 36,000 readings, peaks kept" */
  #thinnedText(now) {
    const { scene } = this.#trends;
    if (scene.bucket === 0) return "";
    const key = `${scene.version}/${scene.span.held?.from}/${scene.span.held?.to}`;
    if (key !== this.#countedFor || now - this.#countedAt >= COUNT_EVERY) {
      this.#counts = scene.counts();
      this.#countedFor = key;
      this.#countedAt = now;
    }
    const { seen, total } = this.#counts;
    if (seen >= total) return "";
    return `, thinned: ${seen.toLocaleString()} of ${total.toLocaleString()} readings, peaks kept`;
  }

  /** The menu closes like every menu: Esc, or a press beside it. */
  #listenForMenu() {
    const close = () => {
      this.#more.open = false;
    };
    document.addEventListener("pointerdown", (event) => {
      if (this.#more.open && !this.#more.contains(event.target)) close();
    });
    this.#more.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#more.open) return;
      event.stopPropagation();
      close();
      this.#more.querySelector("summary").focus();
    });
  }
}

/** @param {boolean} isPaused @param {number} count */
function behindText(isPaused, count) {
  const state = isPaused ? "paused" : "not live";
  return `${state}, ${count.toLocaleString()} new ${count === 1 ? "reading" : "readings"}`;
}
