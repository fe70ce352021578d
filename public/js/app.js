import { byId, setText } from "./dom.js";
import { link } from "./early.js";
import { Embed } from "./embed.js";
import * as fleet from "./fleet/view.js";
import { Header } from "./header.js";
import { Help } from "./help.js";
import { judgeLink } from "./judgement.js";
import { Kiosk, reloadLater } from "./kiosk.js";
import { loadAlarms } from "./known-alarms.js";
import { lateStyles } from "./late-styles.js";
import { untilLoaded } from "./later.js";
import * as machine from "./machine/view.js";
import { neighbour } from "./machines.js";
import { Page } from "./page.js";
import { VIEWS } from "./place.js";
import { followPrinting } from "./print.js";
import { Router } from "./router.js";
import { UnitsMenu } from "./units-menu.js";
import { VersionWatch } from "./version.js";
import { WakeLock } from "./wake.js";

/** The watchdog's beat, ms: ages and countdowns go on when nothing else happens. */
const WATCHDOG = 500;

/** What can wait does not compete with the first values; where none come, it waits no longer than this (ms). */
const PATIENCE = 1000;
let valuesStand = () => {};
/** @type {Promise<void>} */
const firstValues = new Promise((resolve) => (valuesStand = resolve));

/**
 * What draws each section. Only tiles and values come with the page: each module costs milliseconds before the first
 * value stands there (tiles stand above the values of a machine and would push them down if they came later). The rest
 * comes when it is first shown; index.html fetches the trends beforehand.
 */
const MODULES = {
  "fleet-view": [{ root: byId("fleet-view"), mount: fleet.mount }],
  "machine-view": [
    { root: byId("machine-view"), mount: machine.mount },
    () => firstValues.then(() => load("machine-view", () => import("./machine/trends-view.js"))),
    () => firstValues.then(() => load("machine-alarms", () => import("./alarms/panel.js"))),
    () => firstValues.then(() => load("people-panel", () => import("./people/panel.js"))),
  ],
  "alarms-view": [() => load("alarms-view", () => import("./alarms/view.js"))],
  "data-view": [() => load("data-view", () => import("./data/view.js"))],
  "handover-view": [() => load("handover-view", () => import("./people/handover.js"))],
  "empty-view": [() => load("empty-view", () => import("./data/empty.js"))],
};

start();

function start() {
  if (link === null) {
    setText(byId("link-title"), "Disconnected");
    setText(byId("link-detail"), "the Socket.IO client did not load; reload the page");
    byId("link-state").setAttribute("data-state", "disconnected");
    reloadLater();
    return;
  }
  const page = new Page(link);
  const header = new Header(page);
  const router = new Router(page, MODULES, () => page.redraw());
  const help = new Help(page);
  new UnitsMenu(page);
  const kiosk = new Kiosk(page, new WakeLock(navigator, document));
  new Embed(page);
  new VersionWatch(page);
  followPrinting();
  const draw = () => {
    const now = page.session.now();
    nameMachine(page, router.current);
    header.draw(router.current, now);
    kiosk.draw(now);
    router.draw(now);
  };
  page.session.onJoined(() => requestAnimationFrame(() => setTimeout(valuesStand)));
  setTimeout(valuesStand, PATIENCE);
  page.connect({ draw, badge: (...badge) => header.setBadge(...badge) });
  follow(page, router);
  listen(page, router, help);
  setInterval(() => {
    page.session.beat(page.session.now());
    page.redraw();
  }, WATCHDOG);
  expose(page.session);
  firstValues.then(() => watchAlarms(page));
}

/** @param {string} id @param {() => Promise<any>} part of the page that comes later */
async function load(id, part) {
  return { root: byId(id), mount: (await untilLoaded(part)).mount };
}

/** Alarms are counted in every view, but the first paint does not wait for that. */
async function watchAlarms(page) {
  await loadAlarms(page);
}

/** "Some machine" becomes the one that is shown, so that the URL can be sent to somebody, and back leads to it. */
function nameMachine({ place, session }, { view, detail }) {
  if (session.machine === null || place.machine !== null) return;
  if (detail) place.set({ view: "fleet", machine: session.machine });
  else if (view === "machine" && place.view === "machine") place.set({ view: null, machine: session.machine });
}

/** View and machine follow the URL and the list of machines. */
function follow(page, router) {
  const { place, session, settings } = page;
  const update = () => {
    const count = session.machines?.length ?? null;
    // Until the gateway has told, `/` becomes what it was last time: nothing moves when that is still right.
    router.update(count ?? (settings.get("machines", 0) || null));
    if (count !== null && count !== settings.get("machines", 0)) settings.set("machines", count);
    const { view, detail } = router.current;
    const needsMachine = view === "machine" || detail;
    if (needsMachine) session.want(place.machine, true);
    else if (view === "fleet") session.release();
    else if (session.machine === null) session.want(null, false);
    page.redraw();
  };
  // Views wait for their style sheets, of which the first paint needs only one.
  lateStyles().then(() => {
    place.onChange(update);
    session.onMachines(update);
    update();
  });
}

function listen(page, router, help) {
  const { keys, place, session } = page;
  addEventListener("online", () => session.wake());
  addEventListener("pageshow", () => session.wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && session.wake());
  addEventListener("keydown", (event) => keys.handle(event));
  const step = (by) => {
    const next = neighbour(session.machines ?? [], session.machine, by);
    if (next !== null) page.show(next);
  };
  keys.add("[", "previous machine, next machine", () => step(-1));
  keys.add("]", "previous machine, next machine", () => step(1));
  VIEWS.forEach((view, index) => {
    const name = { fleet: "fleet", machine: "machine", alarms: "alarms", data: "data", handover: "hand-over" }[view];
    keys.add(String(index + 1), `view: ${name}`, () => place.go(view, page.machineFor(view)));
  });
  keys.add("?", "this list of keys", () => help.open());
}

/** For tests and for the curious: copies only. */
function expose(session) {
  const state = () => {
    const { feed, link, trouble } = session;
    return {
      machine: session.machine,
      link: judgeLink(link.status, feed, trouble, session.now()).state,
      firstSeq: feed?.ledger.first ?? null,
      lastSeq: feed?.ledger.last ?? null,
      count: feed?.ledger.count ?? 0,
      holes: feed?.ledger.missing ?? 0,
      recovered: feed?.ledger.recovered ?? 0,
      lost: feed?.ledger.lost ?? 0,
      epoch: feed?.epoch ?? null,
    };
  };
  globalThis.telemetryd = Object.freeze({ state, seqs: () => session.feed?.series.seqs() ?? [] });
}
