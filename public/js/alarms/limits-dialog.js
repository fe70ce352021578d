import { make } from "../data/build.js";
import { field, openDialog } from "./dialogs.js";
import { PRIORITIES } from "./order.js";
import { knownMetrics, showErrors } from "./rule-dialog.js";
import { BLANK, formOf, ownLimits, readForm } from "./rules.js";

/** Lowest and highest value of each metric of one machine: the quick way to the two most used rules. */

/** @param {any} page @param {import("./store.js").AlarmStore} store @param {string} machine */
export function openLimits(page, store, machine) {
  const units = (metric) => page.units.of(metric);
  const own = (metric) => ownLimits(store.rules, machine, metric);
  const rows = knownMetrics(page, machine).map((metric) => makeRow(metric, units, own(metric)));
  const priority = make("select", { autocomplete: "off" },
    ...PRIORITIES.map((value) => make("option", { value, text: value, selected: value === "high" })));
  const content = [
    make("p", { class: "muted", text: "An alarm comes when a value goes beyond. An empty field sets no limit." }),
    make("div", { class: "limit-rows" }, ...rows.flatMap((row) => row.content)),
    field("Priority of new limits", priority),
  ];
  openDialog({
    title: `Limits of ${machine}`,
    content,
    button: "Save",
    submit: () => save({ page, store, machine, rows, priority: priority.value }),
  });
  rows[0]?.inputs.high.focus();
}

/** @param {string} metric @param {import("./words.js").Convert} units @param {any} own rules that are there already */
function makeRow(metric, units, own) {
  const { symbol } = units(metric);
  const name = symbol ? `${metric} (${symbol})` : metric;
  const inputs = {};
  const fields = {};
  const before = {};
  for (const side of ["low", "high"]) {
    before[side] = own[side] === null ? "" : formOf(own[side], units).limit;
    const isFixed = own[side]?.source === "configuration";
    inputs[side] = make("input", { inputmode: "decimal", autocomplete: "off", value: before[side], readonly: isFixed });
    const label = `${name} ${side === "low" ? "not below" : "not above"}`;
    fields[side] = field(label, inputs[side], isFixed ? "set in the configuration" : "");
  }
  return { metric, own, inputs, fields, before, content: [fields.low, fields.high] };
}

async function save({ page, store, machine, rows, priority }) {
  const units = (metric) => page.units.of(metric);
  const { changes, isWrong } = readRows({ rows, machine, priority, units, rules: store.rules });
  if (isWrong) return "Something above cannot be used.";
  for (const change of changes) {
    const wrong = change.rule === null ? await store.removeRule(change.name) : await store.putRule(change.rule);
    if (wrong !== "") return wrong;
  }
  page.say("Limits are set");
  return "";
}

function readRows({ rows, machine, priority, units, rules }) {
  const changes = [];
  let isWrong = false;
  for (const { metric, own, inputs, fields, before } of rows) {
    const errors = {};
    for (const side of ["low", "high"]) {
      const text = inputs[side].value.trim();
      if (text === before[side]) continue;
      if (text === "") {
        changes.push({ name: own[side].rule, rule: null });
        continue;
      }
      const form = own[side] === null ? { ...BLANK, machine, metric, kind: side, priority } : formOf(own[side], units);
      // Two new rules of one form must not get the same name.
      const taken = [...rules, ...changes.flatMap(({ rule }) => (rule === null ? [] : [rule]))];
      const read = readForm({ ...form, limit: text }, units, taken, own[side]?.rule ?? null);
      if (read.rule === null) errors[side] = read.errors.limit ?? Object.values(read.errors)[0];
      else changes.push({ name: read.rule.rule, rule: read.rule });
    }
    if (Object.keys(errors).length > 0) isWrong = true;
    showErrors(fields, errors);
  }
  return { changes, isWrong };
}
