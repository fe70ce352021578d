import { Link } from "./link.js";

/**
 * Opens the connection while the rest of the page is still on its way: the list of machines and the modules that draw it
 * come side by side. Null where the Socket.IO client did not load.
 * @type {Link | null}
 */
export const link = open(globalThis.io);

function open(io) {
  if (typeof io !== "function") return null;
  const transport = new URLSearchParams(location.search).get("transport");
  const isKnown = transport === "polling" || transport === "websocket";
  const opened = new Link(io, isKnown ? [transport] : null);
  opened.keep("machines");
  opened.open();
  return opened;
}
