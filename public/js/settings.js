/** What this browser remembers of its viewer: name, sound, units, extras. Without storage it lasts for one visit. */

const PREFIX = "telemetryd.";

export class Settings {
  #storage;
  #values = new Map();
  #listeners = new Map();

  /** @param {Storage | null} storage null: nothing is remembered */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @template T @param {string} name @param {T} fallback @returns {T} */
  get(name, fallback) {
    if (!this.#values.has(name)) this.#values.set(name, this.#read(name));
    return this.#values.get(name) ?? fallback;
  }

  /** @param {string} name @param {unknown} value null forgets it */
  set(name, value) {
    this.#values.set(name, value);
    try {
      if (value === null) this.#storage?.removeItem(PREFIX + name);
      else this.#storage?.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // Full or forbidden: it holds until the page is left.
    }
    this.#tell(name);
  }

  /** @param {string} name @param {(value: any) => void} handler also called when another tab changes it */
  onChange(name, handler) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), handler]);
  }

  /** Another tab changed something. @param {string | null} key of the storage, null: everything */
  noteForeign(key) {
    const names = key === null ? [...this.#values.keys()] : [key.slice(PREFIX.length)];
    for (const name of names) {
      if (key !== null && !key.startsWith(PREFIX)) continue;
      this.#values.delete(name);
      this.#tell(name);
    }
  }

  #tell(name) {
    for (const handler of this.#listeners.get(name) ?? []) handler(this.get(name, null));
  }

  #read(name) {
    try {
      const text = this.#storage?.getItem(PREFIX + name) ?? null;
      return text === null ? null : JSON.parse(text);
    } catch {
      return null;
    }
  }
}

/** The storage of this browser, or null where it is switched off. @returns {Storage | null} */
export function openStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
