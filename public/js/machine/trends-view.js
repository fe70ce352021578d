import { Trends } from "./trends.js";

/**
 * The trends below the values: thirty modules for which the first value does not wait.
 * @param {Element} root the machine view @param {any} page @returns {{draw: (now: number) => void}}
 */
export function mount(root, page) {
  const trends = new Trends(root, page);
  return { draw: (now) => trends.draw(page.session, now) };
}
