/**
 * Units for the viewer. What is stored and sent stays in rev/min, N·m and bar; only the eye sees another unit.
 * Pure but for the two stores it is given.
 */

/** 1 lbf = 0.45359237 kg × 9.80665 m/s², 1 ft = 0.3048 m: exact by definition. */
const NEWTON_METRES_PER_POUND_FOOT = 0.45359237 * 9.80665 * 0.3048;

/** 1 lbf over a square inch of 0.0254 m, in Pa: exact by definition. */
const PASCALS_PER_PSI = (0.45359237 * 9.80665) / 0.0254 ** 2;

/** Most decimals that a converted value is shown with. */
const MOST_DECIMALS = 4;

/**
 * @typedef {{key: string, symbol: string, name: string, factor: number}} Unit
 * key: in the URL and in what is remembered; factor: times the stored value
 */

/** The first of each is the one values are stored in. @type {Record<string, readonly Unit[]>} */
export const QUANTITIES = Object.freeze({
  speed: Object.freeze([
    { key: "rpm", symbol: "rev/min", name: "revolutions per minute", factor: 1 },
    { key: "rad/s", symbol: "rad/s", name: "radians per second", factor: Math.PI / 30 },
  ]),
  torque: Object.freeze([
    { key: "Nm", symbol: "N·m", name: "newton metres", factor: 1 },
    { key: "lbfft", symbol: "lbf·ft", name: "pound-force feet", factor: 1 / NEWTON_METRES_PER_POUND_FOOT },
  ]),
  pressure: Object.freeze([
    { key: "bar", symbol: "bar", name: "bar", factor: 1 },
    { key: "kPa", symbol: "kPa", name: "kilopascals", factor: 100 },
    { key: "psi", symbol: "psi", name: "pounds per square inch", factor: 100_000 / PASCALS_PER_PSI },
  ]),
});

/** What the standard metrics measure. */
const QUANTITY_OF = Object.freeze({ rpm: "speed", torque: "torque", pressure: "pressure" });

/** One unit as it is shown; values come in as they are stored. */
export class ShownUnit {
  #factor;
  #shift;

  /** @param {string} symbol @param {number} factor */
  constructor(symbol, factor) {
    this.symbol = symbol;
    this.#factor = factor;
    // As many digits of the number as before: rad/s is ten times smaller and gets one more.
    this.#shift = -Math.round(Math.log10(factor));
  }

  get isStored() {
    return this.#factor === 1;
  }

  /** @param {number} value as stored @returns {number} in this unit */
  convert(value) {
    return value * this.#factor;
  }

  /** @param {number} value in this unit @returns {number} as stored */
  revert(value) {
    return value / this.#factor;
  }

  /** Decimals in this unit of a value that has `stored` decimals as stored. @param {number} stored */
  decimals(stored) {
    return Math.min(MOST_DECIMALS, Math.max(0, stored + this.#shift));
  }
}

const shownUnits = new Map();

function shownUnit(symbol, factor) {
  const key = `${symbol}/${factor}`;
  let unit = shownUnits.get(key);
  if (unit === undefined) shownUnits.set(key, (unit = new ShownUnit(symbol, factor)));
  return unit;
}

/** "rad/s,psi" as a choice per quantity; what is not known is ignored. @param {string | null} text */
export function parseUnits(text) {
  const choice = {};
  for (const part of (text ?? "").split(",")) {
    for (const [quantity, units] of Object.entries(QUANTITIES)) {
      const unit = units.find(({ key, symbol }) => key === part || symbol === part);
      if (unit !== undefined) choice[quantity] = unit.key;
    }
  }
  return choice;
}

/** The other way round; null when everything is shown as it is stored. @param {Record<string, string>} choice */
export function formatUnits(choice) {
  const keys = Object.entries(QUANTITIES).map(([quantity, [stored]]) => {
    const key = choice[quantity];
    return key === stored.key ? undefined : key;
  });
  const text = keys.filter((key) => key !== undefined).join(",");
  return text === "" ? null : text;
}

/** The viewer's choice: remembered, and in the URL, which wins. */
export class Units {
  #choice = {};
  #settings;
  #place;
  #handlers = [];

  /**
   * @param {{get: (name: string, fallback: any) => any, set: (name: string, value: any) => void,
   *   onChange?: (name: string, handler: () => void) => void} | null} settings
   * @param {{get: (name: string) => string | null, set: (values: object) => void,
   *   onChange?: (handler: () => void) => void} | null} place
   */
  constructor(settings = null, place = null) {
    this.#settings = settings;
    this.#place = place;
    this.#read();
    // A link that is sent to somebody shows what the sender sees.
    if (place?.get("units") === null) place.set({ units: formatUnits(this.#choice) });
    place?.onChange?.(() => this.#read());
    settings?.onChange?.("units", () => this.#read());
  }

  /**
   * How values of a metric are shown.
   * @param {string} metric @param {string} [stored] the unit its source names: "bar(g)", "°C"
   * @returns {ShownUnit}
   */
  of(metric, stored = "") {
    const quantity = QUANTITY_OF[metric];
    if (quantity === undefined) return shownUnit(stored, 1);
    const unit = this.chosen(quantity);
    // Gauge or absolute is a property of the measurement, not of the unit.
    const suffix = /^bar\([ag]\)$/.test(stored) && quantity === "pressure" ? stored.slice(3) : "";
    return shownUnit(unit.symbol + suffix, unit.factor);
  }

  /** @param {string} quantity @returns {Unit} */
  chosen(quantity) {
    const units = QUANTITIES[quantity];
    return units.find(({ key }) => key === this.#choice[quantity]) ?? units[0];
  }

  /** @param {string} quantity @param {string} name key or symbol of a unit; an unknown one changes nothing */
  choose(quantity, name) {
    const unit = QUANTITIES[quantity]?.find(({ key, symbol }) => key === name || symbol === name);
    if (unit === undefined || this.chosen(quantity) === unit) return;
    this.#choice = { ...this.#choice, [quantity]: unit.key };
    const text = formatUnits(this.#choice);
    this.#settings?.set("units", text ?? "");
    this.#place?.set({ units: text });
    this.#tell();
  }

  /** @param {() => void} handler */
  onChange(handler) {
    this.#handlers.push(handler);
  }

  #read() {
    const choice = parseUnits(this.#place?.get("units") ?? this.#settings?.get("units", "") ?? "");
    if (formatUnits(choice) === formatUnits(this.#choice)) return;
    this.#choice = choice;
    this.#tell();
  }

  #tell() {
    for (const handler of this.#handlers) handler();
  }
}
