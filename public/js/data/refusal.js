import { formatDate, formatTime } from "../format.js";
import { make, part } from "./build.js";
import { reasonText, visibleText } from "./words.js";

/** One refusal in a list. What strangers sent is only ever text. */

/** @param {import("./refusals.js").Refusal} refusal @returns {HTMLLIElement} */
export function refusalItem(refusal) {
  const { time, machine, count, excerpt, remedy, source, isHint } = refusal;
  const reason = `${isHint ? "Hint" : "Refused"}: ${reasonText(refusal.reason)}${count > 1 ? ` (${count} times)` : ""}`;
  return make("li", { class: "refusal" },
    make("p", { class: "refusal-head" },
      make("span", { class: isHint ? "badge plain" : "badge", text: reason }),
      make("time", { datetime: isoTime(time), "data-part": "time" }),
      make("span", { class: "refusal-source", text: visibleText(source) }),
      machine === null ? null : make("span", { class: "muted", text: machine })),
    make("p", { class: "remedy", text: visibleText(remedy) }),
    make("pre", { class: "excerpt", tabindex: "0", "aria-label": "What came" },
      make("code", { text: excerpt === "" ? "(empty)" : visibleText(excerpt), dir: "ltr" })));
}

/** @param {HTMLElement} item @param {import("./refusals.js").Refusal} refusal @param {number} now ms since 1970 */
export function updateRefusal(item, refusal, now) {
  const text = timeText(refusal.time, now);
  const place = part(item, "time");
  if (place.textContent !== text) place.textContent = text;
}

/** The time alone while that is enough. @param {number} time @param {number} now ms since 1970 */
export function timeText(time, now) {
  if (!Number.isFinite(time)) return "";
  return formatDate(time) === formatDate(now) ? formatTime(time) : `${formatDate(time)} ${formatTime(time)}`;
}

function isoTime(time) {
  return Number.isFinite(time) ? new Date(time).toISOString() : null;
}
