import { cleanName, nameProblem } from "./names.js";
import { whyRefused } from "./words.js";

/**
 * The viewer's own name: remembered by this browser, told to the gateway. One per page, whatever views show it; another
 * tab's change is followed.
 */
export class Me {
  #page;

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    page.settings.onChange("username", () => {
      this.#tell();
      page.redraw();
    });
  }

  /** @returns {string | null} null: a guest */
  get name() {
    return cleanName(this.#page.settings.get("username", null));
  }

  /** Remembers a name, "" for none. @param {string} text @returns {string} what is wrong with it, "" when nothing is */
  choose(text) {
    const problem = nameProblem(text);
    if (problem === "" && cleanName(text) !== this.name) this.#page.settings.set("username", cleanName(text));
    return problem;
  }

  /** A page without a link tells it with the next join. */
  async #tell() {
    try {
      const answer = await this.#page.link.ask("rename", { username: this.name });
      if (answer?.ok !== true) this.#page.say(whyRefused(answer));
    } catch {
      // The link went: the next join says the name.
    }
  }
}

const known = new WeakMap();

/** @param {any} page @returns {Me} */
export function meOf(page) {
  let me = known.get(page);
  if (me === undefined) {
    me = new Me(page);
    known.set(page, me);
  }
  return me;
}
