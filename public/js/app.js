import { byId, oncePerFrame, setText } from "./dom.js";
import { publishExample } from "./format.js";
import { judgeLink } from "./judgement.js";
import { Session } from "./session.js";
import { View } from "./view.js";

/** The watchdog's beat, ms: ages and countdowns go on when nothing else happens. */
const WATCHDOG = 500;

start();

function start() {
  setText(byId("publish-example"), publishExample(brokerHost()));
  const io = globalThis.io;
  if (typeof io !== "function") {
    setText(byId("link-title"), "Disconnected");
    setText(byId("link-detail"), "the Socket.IO client did not load; reload the page");
    byId("link-state").setAttribute("data-state", "disconnected");
    return;
  }
  const options = readURL();
  let session = null;
  const view = new View(() => redraw());
  const redraw = oncePerFrame(() => session !== null && view.draw(session, Date.now()));
  session = new Session(io, options, () => {
    redraw();
    if (session !== null) holdInURL(session);
  });
  setInterval(() => {
    session.beat(Date.now());
    redraw();
  }, WATCHDOG);
  listen(session);
  expose(session);
}

/** @returns {{machine: string | null, transports: string[] | null}} */
function readURL() {
  const parameters = new URLSearchParams(location.search);
  const transport = parameters.get("transport");
  return {
    machine: parameters.get("machine"),
    transports: transport === "polling" || transport === "websocket" ? [transport] : null,
  };
}

/** Reload, bookmark and a sent link show the same machine. */
function holdInURL(session) {
  // A bookmark of a machine that has not appeared yet stays what it is.
  if (session.machine === null || session.isWaitingForWanted) return;
  const url = new URL(location.href);
  if (url.searchParams.get("machine") === session.machine) return;
  url.searchParams.set("machine", session.machine);
  history.replaceState(history.state, "", url);
}

/** The broker most likely runs beside the gateway. */
function brokerHost() {
  const host = location.hostname;
  return host === "" || host === "127.0.0.1" || host === "[::1]" ? "localhost" : host;
}

function listen(session) {
  const select = byId("machine-select");
  select.addEventListener("change", () => session.select(select.value));
  addEventListener("online", () => session.wake());
  addEventListener("pageshow", () => session.wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && session.wake());
  addEventListener("keydown", (event) => {
    // On many keyboards the brackets need AltGr, which looks like Ctrl+Alt.
    const isShortcut = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph");
    if (isShortcut || isTextField(event.target)) return;
    if (event.key === "[") session.selectNeighbour(-1);
    if (event.key === "]") session.selectNeighbour(1);
  });
}

function isTextField(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA)$/.test(target.tagName));
}

/** For tests and for the curious: copies only. */
function expose(session) {
  const state = () => {
    const { feed, link, trouble } = session;
    return {
      machine: session.machine,
      link: judgeLink(link.status, feed, trouble, Date.now()).state,
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
