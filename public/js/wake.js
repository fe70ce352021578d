/** Keeps the screen on while it is wanted. Browsers allow that on HTTPS and localhost only. */
export class WakeLock {
  #navigator;
  #lock = null;
  #isWanted = false;
  #isAsking = false;

  /** @param {any} navigator of the browser @param {any} document its lock ends when it is hidden */
  constructor(navigator, document) {
    this.#navigator = navigator;
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#take());
  }

  /** Whether this browser can, over this connection. */
  get isPossible() {
    return this.#navigator.wakeLock !== undefined;
  }

  get isHeld() {
    return this.#lock !== null;
  }

  /** @param {boolean} isWanted */
  want(isWanted) {
    this.#isWanted = isWanted;
    if (isWanted) this.#take();
    else this.#lock?.release();
  }

  async #take() {
    if (!this.#isWanted || this.#lock !== null || this.#isAsking || !this.isPossible) return;
    this.#isAsking = true;
    try {
      const lock = await this.#navigator.wakeLock.request("screen");
      this.#lock = lock;
      lock.addEventListener("release", () => {
        if (this.#lock === lock) this.#lock = null;
      });
      if (!this.#isWanted) lock.release();
    } catch {
      // Battery saver or a hidden tab: asked for again when the page is looked at.
    } finally {
      this.#isAsking = false;
    }
  }
}
