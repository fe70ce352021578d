import { byId } from "./dom.js";
import { QUANTITIES } from "./units.js";

/** The dialog in which a viewer chooses units. A choice holds at once. */
export class UnitsMenu {
  #dialog = byId("units");
  #units;
  #selects = [];

  /** @param {any} page */
  constructor(page) {
    this.#units = page.units;
    for (const select of this.#dialog.querySelectorAll("select")) {
      this.#selects.push(select);
      select.addEventListener("change", () => page.units.choose(select.dataset.quantity, select.value));
    }
    byId("units-open").addEventListener("click", () => this.open());
    byId("units-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    page.keys.add("u", "units", () => this.open());
  }

  open() {
    if (this.#dialog.open) return;
    for (const select of this.#selects) this.#fill(select);
    this.#dialog.showModal();
  }

  #fill(select) {
    const { quantity } = select.dataset;
    const options = QUANTITIES[quantity].map(({ key, symbol, name }) => {
      const option = document.createElement("option");
      option.value = key;
      option.textContent = symbol === name ? symbol : `${symbol} (${name})`;
      return option;
    });
    select.replaceChildren(...options);
    select.value = this.#units.chosen(quantity).key;
  }
}
