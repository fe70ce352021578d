/**
 * The style sheets that the first paint does not need: in index.html they are for no medium, so nothing waits for them.
 */

/** After this (ms) the page goes on without the ones that have not come. */
const PATIENCE = 3000;

/** Turns them on. @returns {Promise<void>} fulfilled when all are there */
export async function lateStyles() {
  const links = [...document.querySelectorAll("link[data-late]")];
  const loaded = links.map((link) => link.sheet === null && new Promise((resolve) => {
    link.addEventListener("load", resolve, { once: true });
    link.addEventListener("error", resolve, { once: true });
  }));
  for (const link of links) link.media = "all";
  if (loaded.every((one) => one === false)) return;
  await Promise.race([Promise.all(loaded), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}
