import { byId } from "./dom.js";

/**
 * The page and the gateway come together: after an update the page is an old one. A kiosk loads the new one by itself,
 * once for each version; people are asked.
 */

/** Remembers for which version this tab was loaded again, so that a wrong answer makes no endless loop. */
const RELOADED = "telemetryd.reloaded";

export class VersionWatch {
  #page;
  #version = null;

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    page.link.onUp(() => this.#ask());
    byId("reload").addEventListener("click", () => location.reload());
  }

  async #ask() {
    const { ok, body } = await this.#page.api("/api/gateway");
    const version = ok && typeof body?.version === "string" ? body.version : null;
    if (version === null) return;
    if (this.#version === null) this.#version = version;
    if (version === this.#version) return;
    if (this.#page.place.get("kiosk") !== null && noteReload(version)) location.reload();
    else this.#offer();
  }

  #offer() {
    byId("reload").hidden = false;
    this.#page.say("The gateway was updated. Reload the page to get the new one.");
  }
}

/** @returns {boolean} false when this tab was already loaded for that version, or cannot remember it */
function noteReload(version) {
  try {
    if (sessionStorage.getItem(RELOADED) === version) return false;
    sessionStorage.setItem(RELOADED, version);
    return true;
  } catch {
    return false;
  }
}
