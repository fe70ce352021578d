import { readSpan, writeState } from "./span.js";

/** A window that is being moved is written into the URL when it has rested this long, ms. */
const REST = 300;

/** The window of the trends in the URL, there and back, and the alarm whose kept readings it may show. */
export class TrendsPlace {
  #page;
  #scene;
  #hooks;
  #timer = null;
  /** @type {import("./episode.js").Episode | null} */
  #episode = null;

  /**
   * @param {any} page @param {import("./scene.js").Scene} scene
   * @param {{onWindow: () => void, onChange: () => void}} hooks onWindow: the URL asks for another window
   */
  constructor(page, scene, hooks) {
    this.#page = page;
    this.#scene = scene;
    this.#hooks = hooks;
    scene.set(readSpan((name) => page.place.get(name)));
    page.place.onChange(() => this.#follow());
    this.#followEpisode();
  }

  /** What is shown of an alarm, "" else. */
  get episodeText() {
    return this.#episode?.text ?? "";
  }

  leaveEpisode() {
    this.#episode = null;
  }

  /** The trends show another machine, perhaps that of the alarm. */
  pin() {
    this.#episode?.pinTo(this.#scene);
  }

  /** @param {boolean} isStep the back button returns to before */
  write(isStep) {
    this.#forget();
    const write = () => {
      this.#timer = null;
      // Meanwhile somebody may have gone to a view in which a window means something else.
      if (!["machine", "fleet"].includes(this.#page.place.view)) return;
      this.#page.place.set(this.#names(), { push: isStep });
    };
    // A wheel turns many notches, and browsers count how often a page changes its address.
    if (isStep) write();
    else this.#timer = setTimeout(write, REST);
  }

  #names() {
    return { ...writeState(this.#scene.span), alarm: this.#episode === null ? null : String(this.#episode.number) };
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #follow() {
    const { place } = this.#page;
    const mine = writeState(this.#scene.span);
    const isMine = Object.entries(mine).every(([name, value]) => (place.get(name) ?? null) === value);
    // While a move waits to be written, the URL is behind, not ahead: only another view or machine may change it.
    if (!isMine && this.#timer === null) {
      this.#scene.set(readSpan((name) => place.get(name)));
      this.#hooks.onWindow();
    }
    this.#followEpisode();
    this.#hooks.onChange();
  }

  /** `?alarm=17`: the window that the alarm has pinned. */
  async #followEpisode() {
    const text = this.#page.place.get("alarm");
    const number = /^\d{1,15}$/.test(text ?? "") ? Number(text) : null;
    if ((this.#episode?.number ?? null) === number) return;
    this.#episode = null;
    if (number === null) return;
    const module = await import("./episode.js").catch(() => null);
    const isStillWanted = this.#page.place.get("alarm") === text && this.#episode === null;
    if (module === null || !isStillWanted) return;
    const episode = new module.Episode(number);
    this.#episode = episode;
    await episode.load(this.#page);
    if (episode !== this.#episode) return;
    if (episode.range !== null) {
      // A link to a part of the window shows that part.
      if (this.#page.place.get("from") === null) this.#scene.set({ ...this.#scene.span, held: episode.range });
      this.pin();
      if (episode.machine !== this.#page.session.machine) this.#page.place.set({ machine: episode.machine });
      this.write(false);
    }
    this.#hooks.onWindow();
  }
}
