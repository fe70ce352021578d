import { make } from "../data/build.js";
import { alarmText } from "./words.js";

/** What is asked before an alarm is acknowledged or shelved: who, and why. */

/** Longest name and comment, characters; the gateway counts bytes and says so. */
const NAME_MAX = 64;
const COMMENT_MAX = 500;

/** How long an alarm can be put aside: minutes, and words. */
export const SHELVES = Object.freeze([[10, "10 min"], [60, "1 h"], [480, "8 h"]]);

let number = 0;

/**
 * A label above its input. @param {string} label @param {any} input @param {string} [hint]
 * @returns {HTMLElement} with a place for what is wrong (`data-part="error"`)
 */
export function field(label, input, hint = "") {
  number += 1;
  input.id = `field-${number}`;
  const error = make("p", { class: "field-error", id: `field-${number}-error`, "data-part": "error" });
  input.setAttribute("aria-describedby", error.id);
  const small = hint === "" ? null : make("span", { class: "muted", text: hint });
  return make("div", { class: "field" }, make("label", { for: input.id, text: label }), input, small, error);
}

/**
 * A dialog with a form; it is made anew each time and gone when it is closed.
 * @param {{title: string, content: Node[], button: string, submit: () => Promise<string>}} parts
 * submit: what is wrong, "" closes the dialog
 * @returns {HTMLDialogElement}
 */
export function openDialog({ title, content, button, submit }) {
  number += 1;
  const heading = make("h2", { id: `dialog-${number}`, text: title });
  const trouble = make("p", { class: "form-error", role: "alert" });
  const confirm = make("button", { class: "button primary", text: button });
  const cancel = make("button", { type: "button", class: "button", text: "Cancel", onclick: () => dialog.close() });
  const actions = make("p", { class: "actions" }, confirm, cancel);
  const form = make("form", { novalidate: true }, ...content, trouble, actions);
  const dialog = make("dialog", { class: "dialog", "aria-labelledby": heading.id }, heading, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (confirm.disabled) return;
    confirm.disabled = true;
    const wrong = await submit();
    confirm.disabled = false;
    if (wrong === "") dialog.close();
    else trouble.textContent = wrong;
  });
  const opener = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Name and comment, the name remembered. @param {any} page */
function personFields(page) {
  const name = make("input", { maxlength: NAME_MAX, autocomplete: "name", value: page.settings.get("username", "") });
  const comment = make("input", { maxlength: COMMENT_MAX, autocomplete: "off" });
  const read = () => {
    const by = name.value.trim();
    if (by !== "" && by !== page.settings.get("username", "")) page.settings.set("username", by);
    return { by: by === "" ? undefined : by, comment: comment.value.trim() };
  };
  return { content: [field("Your name", name), field("Comment", comment)], read };
}

/** @param {any} page @param {any} alarm */
function about(page, alarm) {
  return make("p", { text: `${alarm.machine}: ${alarmText(alarm, (metric) => page.units.of(metric))}` });
}

/** @param {any} page @param {import("./store.js").AlarmStore} store @param {import("./order.js").Alarm} alarm */
export function openAcknowledge(page, store, alarm) {
  const person = personFields(page);
  openDialog({
    title: "Acknowledge",
    content: [about(page, alarm), ...person.content],
    button: "Acknowledge",
    submit: async () => {
      const { by, comment } = person.read();
      const wrong = await store.acknowledge(alarm, by, comment);
      if (wrong === "") page.say("Acknowledged");
      return wrong;
    },
  });
}

/** @param {any} page @param {import("./store.js").AlarmStore} store @param {import("./order.js").Alarm} alarm */
export function openShelve(page, store, alarm) {
  const person = personFields(page);
  const choices = SHELVES.map(([minutes, text], index) =>
    make("label", { class: "check" },
      make("input", { type: "radio", name: "minutes", value: minutes, checked: index === 0 }), text));
  const group = make("fieldset", { class: "choices" }, make("legend", { text: "For how long" }), ...choices);
  const dialog = openDialog({
    title: "Shelve: quiet for a while",
    content: [about(page, alarm), group, ...person.content],
    button: "Shelve",
    submit: async () => {
      const { by, comment } = person.read();
      const minutes = Number(new FormData(dialog.querySelector("form") ?? undefined).get("minutes"));
      const wrong = await store.shelve(alarm, minutes, by, comment);
      if (wrong === "") page.say("Shelved");
      return wrong;
    },
  });
}
