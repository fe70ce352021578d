import { setAttribute, setText } from "../dom.js";
import { formatNumber } from "../format.js";
import { judgeValue } from "../judgement.js";

/** The extra metrics as small cards. */
export class ExtraCards {
  #list;
  #cards = new Map();
  #version = -1;

  /** @param {Element} list */
  constructor(list) {
    this.#list = list;
  }

  /**
   * @param {import("./details.js").Details} details
   * @param {{units: any, isUp: boolean, now: number}} how
   */
  draw({ extras, word, units: stored }, { units, isUp, now }) {
    const list = extras.list();
    if (extras.version !== this.#version) {
      this.#version = extras.version;
      this.#build(list);
    }
    for (const { name, value, decimals, freshness } of list) {
      const card = this.#cards.get(name);
      const judged = judgeValue(freshness, word, name, { isUp, now });
      const unit = units.of(name, stored[name]);
      setText(card.value, formatNumber(unit.convert(value), unit.decimals(decimals)));
      setText(card.unit, unit.symbol);
      setText(card.badge, judged.badge);
      setAttribute(card.item, "data-stale", judged.state === "live" ? null : "");
      setAttribute(card.item, "title", judged.why === "" ? null : judged.why);
    }
  }

  #build(list) {
    this.#cards = new Map(list.map(({ name }) => [name, build(name)]));
    this.#list.replaceChildren(...[...this.#cards.values()].map(({ item }) => item));
  }
}

function build(name) {
  const item = document.createElement("li");
  item.className = "extra-card";
  const part = (kind, parent = item) => {
    const element = document.createElement("span");
    element.className = kind;
    parent.append(element, " ");
    return element;
  };
  part("extra-name").textContent = name.replaceAll("_", " ");
  const figure = part("extra-figure");
  const value = part("extra-value", figure);
  const unit = part("unit", figure);
  return { item, value, unit, badge: part("badge") };
}
