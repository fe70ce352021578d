import { make, part } from "../data/build.js";
import { copyText } from "../data/copy.js";
import { timeText } from "../data/refusal.js";
import { setAttribute, setText } from "../dom.js";
import { openAcknowledge, openShelve } from "./dialogs.js";
import { raisedTime, standing } from "./order.js";
import { canAcknowledge, isShelved } from "./store.js";
import * as words from "./words.js";

const { alarmText, chatterText, currentValue, kindSign, shelvedText, sinceText, standingText, valueText, valuesText } =
  words;

/** One alarm of a list, with everything that can be done about it. */

/** @typedef {{page: any, store: import("./store.js").AlarmStore}} Context */

/** @param {import("./order.js").Alarm} alarm @param {Context} context @returns {HTMLLIElement} */
export function alarmItem(alarm, { page, store }) {
  const item = make("li", { class: "alarm" });
  const now = () => /** @type {any} */ (item).alarm;
  item.alarm = alarm;
  const button = (name, text, onclick) =>
    make("button", { type: "button", class: "button", "data-part": name, text, onclick });
  const link = (name, text, onclick) => make("a", { class: "button", "data-part": name, text, onclick });
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    page.place.go("machine", { machine: now().machine, alarm: String(now().episode) });
  };
  item.append(
    make("p", { class: "alarm-head" },
      make("span", { class: "alarm-mark", "data-part": "mark" }),
      make("span", { class: "alarm-standing", "data-part": "standing" }),
      make("b", { "data-part": "machine" })),
    make("p", { class: "alarm-text", "data-part": "text" }),
    make("p", { class: "alarm-facts", "data-part": "facts" }),
    make("p", { class: "alarm-facts", "data-part": "person" }),
    make("p", { class: "alarm-action", "data-part": "action" }),
    make("p", { class: "actions" },
      button("acknowledge", "Acknowledge", () => openAcknowledge(page, store, now())),
      button("shelve", "Shelve…", () => openShelve(page, store, now())),
      button("unshelve", "Unshelve", async () => report(page, await store.unshelve(now()), "Unshelved")),
      link("moment", "Show the moment", open),
      link("csv", "CSV", null),
      button("share", "Copy link", (event) => share(page, event.target, part(item, "moment")))));
  return item;
}

/**
 * @param {any} item @param {import("./order.js").Alarm} alarm @param {Context} context
 * @param {number} now ms since 1970 by the gateway's clock
 */
export function updateAlarm(item, alarm, { page }, now) {
  item.alarm = alarm;
  const units = (metric) => page.units.of(metric);
  setAttribute(item, "data-standing", standing(alarm));
  setAttribute(item, "data-priority", alarm.priority);
  setAttribute(item, "data-alarm", alarm.id);
  setText(part(item, "mark"), `${kindSign(alarm.kind)} ${String(alarm.priority).toUpperCase()}`);
  setText(part(item, "standing"), standingText(alarm));
  setText(part(item, "machine"), alarm.machine);
  setText(part(item, "text"), alarmText(alarm, units));
  const current = currentValue(page.session.machines, alarm);
  setText(part(item, "facts"), factsText(alarm, current, units, now));
  setText(part(item, "person"), personText(alarm, now));
  setText(part(item, "action"), alarm.action ? `What to do: ${alarm.action}` : "");
  part(item, "acknowledge").hidden = !canAcknowledge(alarm);
  part(item, "shelve").hidden = isShelved(alarm);
  part(item, "unshelve").hidden = !isShelved(alarm);
  updateLinks(item, alarm, page);
}

function updateLinks(item, alarm, page) {
  const hasEpisode = Number.isInteger(alarm.episode);
  for (const name of ["moment", "csv", "share"]) part(item, name).hidden = !hasEpisode;
  if (!hasEpisode) return;
  const moment = page.place.href("machine", { machine: alarm.machine, alarm: String(alarm.episode) });
  setAttribute(part(item, "moment"), "href", moment);
  setAttribute(part(item, "csv"), "href", `/api/alarms/episodes/${alarm.episode}/readings?format=csv`);
  setAttribute(part(item, "csv"), "download", `${alarm.machine}-alarm-${alarm.episode}.csv`);
  setAttribute(part(item, "csv"), "aria-label", `Readings around alarm ${alarm.episode} as CSV`);
}

/** "now 1812 rpm, raised at 1801 rpm · limit 1800 rpm · for 3 min · since 14:03:08 · raised 4 times in 10 min" */
function factsText(alarm, current, units, now) {
  const limit = alarm.kind === "rate" ? "" : valueText(alarm.limit, alarm.metric ?? "", units);
  const raised = raisedTime(alarm);
  return [
    valuesText(alarm, current, units),
    limit === "" ? "" : `limit ${limit}`,
    sinceText(alarm, now),
    raised === 0 ? "" : `since ${timeText(raised, now)}`,
    chatterText(alarm),
  ].filter((part) => part !== "").join(" · ");
}

function personText(alarm, now) {
  const { acknowledged, shelved } = alarm;
  const parts = [];
  if (acknowledged) {
    const at = timeText(Date.parse(acknowledged.at), now);
    parts.push(`Acknowledged by ${acknowledged.by} at ${at}${quoted(acknowledged.comment)}`);
  }
  if (shelved) {
    const by = shelved.by ? ` by ${shelved.by}` : "";
    parts.push(`Shelved${by}, ${shelvedText(alarm, now)}${quoted(shelved.comment)}`);
  }
  return parts.join(" · ");
}

function quoted(comment) {
  return comment ? `: “${comment}”` : "";
}

async function share(page, button, link) {
  const shown = make("span", { class: "for-ears", text: link.href });
  button.after(shown);
  const isCopied = await copyText(link.href, shown);
  shown.remove();
  report(page, isCopied ? "" : "Copying does not work here; use the link “Show the moment”.", "Link copied");
  setText(button, isCopied ? "Link copied" : "Copy link");
}

function report(page, wrong, done) {
  page.say(wrong === "" ? done : wrong);
}
