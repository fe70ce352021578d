import { untilLoaded } from "./later.js";

/**
 * The alarms by machine, for views that come before the alarms are loaded: empty until then. Shelved ones are put aside
 * on purpose and are left out.
 */

const NONE = Object.freeze([]);

export class KnownAlarms {
  #byMachine = new Map();
  /** Whether the gateway has said which there are. */
  isKnown = false;

  /** @param {any} page @param {(page: any) => Promise<{store: any}>} [load] */
  constructor(page, load = loadAlarms) {
    this.#follow(page, load);
  }

  /** @param {string | null} machine @returns {readonly any[]} */
  of(machine) {
    return this.#byMachine.get(machine) ?? NONE;
  }

  async #follow(page, load) {
    const { store } = await load(page);
    const take = () => {
      this.#byMachine = group(store.all());
      this.isKnown = store.isKnown;
      page.redraw();
    };
    store.onChange(take);
    take();
  }
}

const loading = new WeakMap();

/**
 * The alarms of this page, once they are loaded: after the first paint, and however often the connection ends before.
 * @param {any} page @returns {Promise<{store: any}>}
 */
export function loadAlarms(page) {
  if (!loading.has(page)) {
    loading.set(page, untilLoaded(() => import("./alarms/watch.js")).then(({ alarmsOf }) => alarmsOf(page)));
  }
  return loading.get(page);
}

/** @param {readonly any[]} alarms @returns {Map<string, any[]>} */
export function group(alarms) {
  const byMachine = new Map();
  for (const alarm of alarms) {
    if (alarm.shelved !== undefined && alarm.shelved !== null) continue;
    if (!byMachine.has(alarm.machine)) byMachine.set(alarm.machine, []);
    byMachine.get(alarm.machine).push(alarm);
  }
  return byMachine;
}
