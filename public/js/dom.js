/** The few things done to the document, each only when something changed: an unchanged text costs no layout. */

/**
 * The element with this id; a page without it is broken, and says so at once.
 * @param {string} id @returns {any}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
}

/** @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {string} name @param {string | null} value null removes it */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * Makes the options of a select equal the list, touching only what differs: rebuilding would close an open list.
 * @param {HTMLSelectElement} select @param {{value: string, text: string}[]} wanted
 */
export function setOptions(select, wanted) {
  wanted.forEach(({ value, text }, index) => {
    let option = select.options[index];
    if (option === undefined || option.value !== value) {
      option = document.createElement("option");
      option.value = value;
      select.insertBefore(option, select.options[index] ?? null);
    }
    setText(option, text);
  });
  while (select.options.length > wanted.length) select.remove(select.options.length - 1);
}

/** A function that runs `draw` at most once per animation frame however often it is called. @param {() => void} draw */
export function oncePerFrame(draw) {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      draw();
    });
  };
}
