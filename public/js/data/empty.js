import { byId, setText } from "../dom.js";
import { publishExample } from "../format.js";

/** A gateway without machines: how to send the first reading. */

/** @param {Element} root @param {any} page @returns {{draw: (now: number) => void}} */
export function mount(root, page) {
  void root;
  void page;
  setText(byId("publish-example"), publishExample(brokerHost()));
  return { draw() {} };
}

/** The broker most likely runs beside the gateway. */
function brokerHost() {
  const host = location.hostname;
  return host === "" || host === "127.0.0.1" || host === "[::1]" ? "localhost" : host;
}
