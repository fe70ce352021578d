import { byId, setText } from "../dom.js";
import { describeRecovery } from "../format.js";
import { Cards } from "./cards.js";

/** How long the page says what an outage cost, ms. */
const RECOVERY_SHOWN = 60_000;

/**
 * The values. The trends come after them (`trends-view.js`).
 * @param {Element} root @param {any} page @returns {{draw: (now: number) => void}}
 */
export function mount(root, page) {
  const cards = new Cards(root, page);
  const notice = byId("notice");
  return {
    draw(now) {
      const { session } = page;
      drawNotice(notice, session.recovery, now);
      cards.draw(session, now);
    },
  };
}

function drawNotice(notice, recovery, now) {
  const isShown = recovery !== null && now - recovery.at < RECOVERY_SHOWN;
  setText(notice, isShown ? describeRecovery(recovery.recovered, recovery.lost) : "");
}
