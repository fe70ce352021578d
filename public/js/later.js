/** Pause before a part of the page is asked for again, ms: the gateway is away. */
const AGAIN = 2000;

/**
 * A part of the page that is loaded after the first paint, however often the connection ends meanwhile.
 * @template T @param {() => Promise<T>} load e.g. `() => import("./alarms/view.js")`
 * @param {(ms: number) => Promise<unknown>} [pause] @returns {Promise<T>}
 */
export async function untilLoaded(load, pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))) {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      // What came, and does not work, would not work the next time.
      if (!(error instanceof TypeError)) throw error;
      await pause(AGAIN);
    }
  }
}
