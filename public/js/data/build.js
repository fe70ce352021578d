/** Elements made by script: text is always text, whoever wrote it. */

/**
 * @param {string} tag @param {Record<string, any>} [attributes] `text` becomes the content; null, undefined and false
 * leave an attribute out; a function becomes a listener (`onclick`)
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * Makes the children of a list equal to `items`: what is there already stays the same element and is only updated, so
 * that focus, selection and scroll position survive.
 * @template T
 * @param {Element} parent @param {T[]} items @param {(item: T) => string} keyOf
 * @param {(item: T) => Element} create @param {(element: any, item: T) => void} update also called after create
 */
export function syncChildren(parent, items, keyOf, create, update) {
  const existing = new Map([...parent.children].map((child) => [/** @type {any} */ (child).dataset.key, child]));
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = existing.get(key);
    existing.delete(key);
    if (child === undefined) {
      child = create(item);
      /** @type {any} */ (child).dataset.key = key;
    }
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
    update(child, item);
  }
  for (const left of existing.values()) left.remove();
}

/** Part of a made element: `data-part="name"`. @param {Element} element @param {string} name @returns {any} */
export function part(element, name) {
  return element.querySelector(`[data-part="${name}"]`);
}
