import { make, part } from "../data/build.js";
import { METRICS } from "../format.js";
import { field, openDialog } from "./dialogs.js";
import { PRIORITIES } from "./order.js";
import { BLANK, KINDS, formOf, readForm } from "./rules.js";
import { conditionName } from "./words.js";

/** The form of one rule. */

/** @param {string[]} values @param {string} chosen @param {(value: string) => string} [name] */
function select(values, chosen, name = (value) => value) {
  const options = values.map((value) => make("option", { value, text: name(value), selected: value === chosen }));
  return make("select", { autocomplete: "off" }, ...options);
}

/** @param {any} page @returns {string[]} metrics that machines send */
export function knownMetrics(page, machine = "*") {
  const names = new Set(METRICS.map(({ name }) => name));
  for (const entry of page.session.machines ?? []) {
    if (machine !== "*" && entry.machine !== machine) continue;
    for (const { metric } of entry.metrics ?? []) names.add(metric);
  }
  return [...names];
}

/** An input with suggestions. @param {string} value @param {string[]} choices @param {string} id */
function suggested(value, choices, id) {
  const list = make("datalist", { id }, ...choices.map((choice) => make("option", { value: choice })));
  return { input: make("input", { value, list: id, autocomplete: "off" }), list };
}

/**
 * @param {any} page @param {import("./store.js").AlarmStore} store
 * @param {import("./rules.js").Rule | null} rule null: a new one
 */
export function openRule(page, store, rule) {
  const units = (metric) => page.units.of(metric);
  const form = rule === null ? { ...BLANK } : formOf(rule, units);
  const inputs = makeInputs(page, form, rule !== null);
  const fields = makeFields(inputs);
  const update = () => {
    for (const name of ["metric", "limit", "deadband"]) fields[name].hidden = inputs.kind.value === "stale";
    const { symbol } = units(inputs.metric.value);
    fields.limit.querySelector("label").textContent = symbol ? `Limit (${symbol})` : "Limit";
  };
  inputs.kind.addEventListener("change", update);
  inputs.metric.addEventListener("input", update);
  update();
  openDialog({
    title: rule === null ? "Add a rule" : `Rule ${rule.rule}`,
    content: [make("div", { class: "form-grid" }, ...Object.values(fields)), inputs.machines, inputs.metrics],
    button: "Save",
    submit: async () => {
      const read = readForm(valuesOf(inputs), units, store.rules, rule?.rule ?? null);
      showErrors(fields, read.errors);
      if (read.rule === null) return "Something above cannot be used.";
      const wrong = await store.putRule(read.rule);
      if (wrong === "") page.say(`Rule ${read.rule.rule} is set`);
      return wrong;
    },
  });
}

function makeInputs(page, form, isEdited) {
  const names = ["*", ...(page.session.machines ?? []).map((entry) => entry.machine)];
  const machine = suggested(form.machine, names, "rule-machines");
  const metric = suggested(form.metric, knownMetrics(page), "rule-metrics");
  const text = (name, more = {}) => make("input", { value: form[name], autocomplete: "off", ...more });
  const check = (name) => make("input", { type: "checkbox", checked: form[name] });
  return {
    machine: machine.input, machines: machine.list, metric: metric.input, metrics: metric.list,
    kind: select([...KINDS], form.kind, conditionName),
    limit: text("limit", { inputmode: "decimal" }), deadband: text("deadband", { inputmode: "decimal" }),
    onDelay: text("onDelay", { inputmode: "decimal" }), offDelay: text("offDelay", { inputmode: "decimal" }),
    priority: select([...PRIORITIES], form.priority), text: text("text"), action: text("action"),
    // The name is the address of the rule: another name would be another rule.
    rule: text("rule", { readonly: isEdited }), latch: check("latch"), enabled: check("enabled"),
  };
}

function makeFields(inputs) {
  return {
    machine: field("Machine", inputs.machine, "* for all"),
    metric: field("Metric", inputs.metric),
    kind: field("Alarm when it is", inputs.kind),
    limit: field("Limit", inputs.limit),
    priority: field("Priority", inputs.priority),
    text: field("Text", inputs.text, "what is wrong"),
    action: field("What to do", inputs.action),
    onDelay: field("Only after (s)", inputs.onDelay, "it must last so long"),
    offDelay: field("Over after (s)", inputs.offDelay),
    deadband: field("Deadband", inputs.deadband, "back by so much before it is over"),
    rule: field("Name of the rule", inputs.rule, "made up when empty"),
    latch: checkField("Stays until it is acknowledged", inputs.latch),
    enabled: checkField("Switched on", inputs.enabled),
  };
}

function checkField(label, input) {
  return make("div", { class: "field" }, make("label", { class: "check" }, input, label));
}

function valuesOf(inputs) {
  const entries = Object.entries(inputs).filter(([, input]) => input.tagName !== "DATALIST");
  return Object.fromEntries(entries.map(([name, input]) =>
    [name, input.type === "checkbox" ? input.checked : input.value]));
}

/** @param {Record<string, HTMLElement>} fields @param {Record<string, string>} errors */
export function showErrors(fields, errors) {
  let first = null;
  for (const [name, element] of Object.entries(fields)) {
    const place = part(element, "error");
    const input = element.querySelector("input, select");
    if (place === null || input === null) continue;
    place.textContent = errors[name] ?? "";
    if (errors[name] === undefined) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
    if (errors[name] !== undefined) first ??= input;
  }
  /** @type {any} */ (first)?.focus();
}

/** @param {any} page @param {import("./store.js").AlarmStore} store @param {import("./rules.js").Rule} rule */
export function openRemove(page, store, rule) {
  openDialog({
    title: `Remove the rule ${rule.rule}?`,
    content: [make("p", { text: "Its alarms end. The history stays." })],
    button: "Remove",
    submit: async () => {
      const wrong = await store.removeRule(rule.rule);
      if (wrong === "") page.say(`Rule ${rule.rule} is removed`);
      return wrong;
    },
  });
}
