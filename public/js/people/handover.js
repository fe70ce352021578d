import { byId, setAttribute, setOptions, setText } from "../dom.js";
import { cleanItems, inOrder, summary } from "./items.js";
import { meOf } from "./me.js";
import { GUEST } from "./names.js";
import { shortTime, whyRefused } from "./words.js";

/** The room whose members see the list change. */
const ROOM = "$handover";

/** The list for the next shift. @param {Element} root @param {any} page */
export function mount(root, page) {
  void root;
  const view = new Handover(page);
  return { draw: (now) => view.draw(now), shown: () => view.shown(), hidden: () => view.hidden() };
}

class Handover {
  #page;
  #me;
  /** @type {import("./items.js").Item[] | null} null: not told yet */
  #items = null;
  #isShown = false;
  #version = 0;
  #drawn = { version: -1, day: "" };
  #list = byId("handover-list");
  #answer = byId("handover-answer");
  #machine = byId("handover-machine");
  #name = byId("handover-name");

  constructor(page) {
    this.#page = page;
    this.#me = meOf(page);
    page.link.onUp(() => this.#join());
    page.link.on("handover", (items) => this.#take(items));
    const form = byId("handover-add");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add();
    });
    byId("handover-print").addEventListener("click", () => print());
    this.#name.value = this.#me.name ?? "";
    this.#name.addEventListener("change", () => this.#say(this.#me.choose(this.#name.value)));
    page.settings.onChange("username", () => {
      if (document.activeElement !== this.#name) this.#name.value = this.#me.name ?? "";
    });
  }

  shown() {
    this.#isShown = true;
    this.#join();
  }

  hidden() {
    this.#isShown = false;
    this.#page.link.send("leaveRoom", ROOM);
  }

  /** @param {number} now ms since 1970 */
  draw(now) {
    const machines = (this.#page.session.machines ?? []).map(({ machine }) => ({ value: machine, text: machine }));
    setOptions(this.#machine, [{ value: "", text: "no machine" }, ...machines]);
    const day = new Date(now).toDateString();
    if (this.#items === null || (this.#drawn.version === this.#version && this.#drawn.day === day)) return;
    this.#drawn = { version: this.#version, day };
    setText(byId("handover-summary"), summary(this.#items));
    this.#drawItems(inOrder(this.#items), now);
  }

  async #join() {
    if (!this.#isShown) return;
    try {
      const answer = await this.#page.link.ask("joinRoom", ROOM);
      if (answer?.ok === true) this.#take(answer.items);
    } catch {
      // The link went: the next one joins again.
    }
  }

  #take(items) {
    this.#items = cleanItems(items);
    this.#version += 1;
    this.#page.redraw();
  }

  /** Rows stay the elements they were: who is about to press one keeps the focus. */
  #drawItems(items, now) {
    const rows = new Map([...this.#list.children].map((row) => [row.dataset.id, row]));
    items.forEach((item, index) => {
      const id = String(item.id);
      const row = rows.get(id) ?? this.#row(id);
      rows.delete(id);
      this.#fillRow(row, item, now);
      if (this.#list.children[index] !== row) this.#list.insertBefore(row, this.#list.children[index] ?? null);
    });
    for (const row of rows.values()) row.remove();
    this.#list.hidden = items.length === 0;
  }

  #row(id) {
    const row = document.createElement("li");
    row.dataset.id = id;
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    const text = document.createElement("span");
    label.append(box, text);
    const about = document.createElement("p");
    about.className = "muted";
    const link = document.createElement("a");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button";
    remove.textContent = "Delete";
    row.append(label, about, link, remove);
    box.addEventListener("change", () => this.#tick(id, box));
    remove.addEventListener("click", () => this.#remove(id));
    return row;
  }

  #fillRow(row, { text, machine, by, at, done }, now) {
    const [label, about, link, remove] = row.children;
    const [box, words] = label.children;
    box.checked = done !== undefined;
    setAttribute(row, "data-done", done === undefined ? null : "");
    setText(words, text);
    const time = shortTime(Date.parse(at), now);
    const end = done === undefined ? "" : `; done by ${done.by}, ${shortTime(Date.parse(done.at), now)}`;
    setText(about, `${by}, ${time}${end}`);
    link.hidden = machine === undefined;
    if (machine !== undefined) {
      setText(link, machine);
      setAttribute(link, "href", this.#page.place.href("machine", { machine }));
    }
    setAttribute(remove, "aria-label", `Delete “${text.slice(0, 60)}”`);
  }

  async #add() {
    const text = byId("handover-text");
    const problem = this.#me.choose(this.#name.value);
    if (problem !== "") return this.#say(problem);
    const item = { text: text.value.trim(), machine: this.#machine.value || null, by: this.#by };
    if (item.text === "") return undefined;
    const refusal = await this.#change("", { method: "POST", body: item });
    if (refusal === "") text.value = this.#machine.value = "";
    text.focus();
    return undefined;
  }

  async #tick(id, box) {
    const isDone = box.checked;
    const refusal = await this.#change(`/${id}/done`, { method: "POST", body: { by: this.#by, done: isDone } });
    if (refusal !== "") box.checked = !isDone;
  }

  async #remove(id) {
    const row = this.#list.querySelector(`[data-id="${id}"]`);
    const next = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector("button");
    const refusal = await this.#change(`/${id}`, { method: "DELETE" });
    // The button that was pressed goes with its row: the focus must not fall to the top of the page.
    if (refusal === "") (next ?? byId("handover-text")).focus();
  }

  get #by() {
    return this.#me.name ?? GUEST;
  }

  /** @returns {Promise<string>} why it was refused, "" when it was not */
  async #change(path, request) {
    const { ok, status, body } = await this.#page.api(`/api/handover${path}`, request);
    const lost = "Not saved: there is no connection.";
    const refusal = ok ? "" : status === 0 ? lost : whyRefused(body);
    this.#say(refusal);
    // The event tells everybody, this page too; without a link this page at least looks again.
    if (ok && !this.#page.link.isUp) this.#take((await this.#page.api("/api/handover")).body?.items);
    return refusal;
  }

  #say(text) {
    setText(this.#answer, text);
  }
}
