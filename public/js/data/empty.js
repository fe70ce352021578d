import { byId, setText } from "../dom.js";
import { syncChildren } from "./build.js";
import { copiesOnClick } from "./copy.js";
import { curlLine, publishLine } from "./publish.js";
import { refusalItem, timeText, updateRefusal } from "./refusal.js";
import { dataStore } from "./store.js";
import { refusedText } from "./words.js";

/** A gateway without machines: how to send the first reading, and first what became of what was sent already. */

/** Refusals shown here; all of them are in the data view. */
const SHOWN = 3;

/** @param {Element} root @param {any} page */
export function mount(root, page) {
  void root;
  const store = dataStore(page);
  store.onChange(() => page.redraw());
  setText(byId("post-example"), curlLine(location.origin));
  setText(byId("publish-example"), publishLine(null, location.hostname));
  copiesOnClick(byId("publish-copy"), byId("publish-example"), (text) => page.say(text));
  copiesOnClick(byId("post-copy"), byId("post-example"), (text) => page.say(text));
  let isShown = false;
  return {
    shown() {
      if (!isShown) store.follow();
      isShown = true;
    },
    hidden() {
      isShown = false;
      store.unfollow();
    },
    draw(now) {
      store.beat(now);
      drawRefused(store, page, now);
      drawBroker(store, now);
    },
  };
}

function drawRefused({ refusals }, page, now) {
  const section = byId("empty-refused");
  section.hidden = refusals.total === 0;
  if (section.hidden) return;
  setText(byId("empty-refused-title"), `${refusedText(refusals.total)}:`);
  byId("empty-all").href = page.place.href("data");
  const key = (refusal) => String(refusal.number);
  const shown = refusals.of(null).filter((refusal) => !refusal.isHint).slice(0, SHOWN);
  syncChildren(byId("empty-refusals"), shown, key, refusalItem, (item, one) => updateRefusal(item, one, now));
}

/** Whether the line above can work: whether there is a broker, and whether it is connected. */
function drawBroker({ gateway, sources, isGatewayKnown }, now) {
  setText(byId("publish-example"), publishLine(gateway?.mqtt, location.hostname));
  const brokers = (sources ?? []).filter((source) => /mqtt|broker/i.test(source.name));
  const isWithout = isGatewayKnown ? (gateway.mqtt ?? null) === null : sources !== null && brokers.length === 0;
  byId("empty-broker-none").hidden = !isWithout;
  const states = brokers.map(({ isWorking, detail, since }) => {
    const when = since === null ? "" : ` (since ${timeText(since, now)})`;
    return `${isWorking ? "It works" : "It does NOT work"}: ${detail}${when}.`;
  });
  const lead = states.length === 0 ? "" : "The gateway subscribes at a broker. ";
  setText(byId("empty-broker"), isWithout ? "" : `${lead}${states.join(" ")}`);
}
