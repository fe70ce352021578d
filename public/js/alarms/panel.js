/** The place of the machine's alarms; drawn by its owner. */

/** @param {Element} root @param {any} page @returns {{draw: (now: number) => void}} */
export function mount(root, page) {
  void root;
  void page;
  return { draw() {} };
}
