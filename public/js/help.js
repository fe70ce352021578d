import { byId } from "./dom.js";

/** The dialog that lists the keys. */
export class Help {
  #dialog = byId("help");
  #list = byId("help-keys");
  #toggle = byId("help-keys-on");
  #page;

  /** @param {any} page */
  constructor(page) {
    this.#page = page;
    page.keys.isOn = page.settings.get("keys", true);
    this.#toggle.addEventListener("change", () => {
      page.keys.isOn = this.#toggle.checked;
      page.settings.set("keys", this.#toggle.checked);
    });
    const awake = byId("help-awake");
    awake.checked = page.settings.get("awake", false);
    awake.addEventListener("change", () => page.settings.set("awake", awake.checked));
    // Not where the browser forbids it: a box that does nothing is a lie.
    byId("help-awake-row").hidden = navigator.wakeLock === undefined;
    byId("help-open").addEventListener("click", () => this.open());
    byId("help-close").addEventListener("click", () => this.#dialog.close());
    // A click beside it closes it, as people expect.
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
  }

  open() {
    if (this.#dialog.open) return;
    this.#toggle.checked = this.#page.keys.isOn;
    this.#list.replaceChildren(...mergeKeys(this.#page.keys.list).map(rowFor));
    this.#dialog.showModal();
  }
}

/** One row for each description: keys that do the same stand together. Pure. */
export function mergeKeys(shortcuts) {
  const rows = new Map();
  for (const { name, description } of shortcuts) {
    const names = rows.get(description) ?? [];
    if (!names.includes(name)) rows.set(description, [...names, name]);
  }
  return [...rows].map(([description, names]) => ({ description, names }));
}

function rowFor({ description, names }) {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  names.forEach((name, index) => {
    const key = document.createElement("kbd");
    key.textContent = name;
    if (index > 0) term.append(" ");
    term.append(key);
  });
  const text = document.createElement("dd");
  text.textContent = description;
  row.append(term, text);
  return row;
}
