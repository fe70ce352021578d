import { setAttribute, setText } from "../dom.js";

/** The machines as a plain list; tiles come here. */

/** @param {Element} root @param {any} page @returns {{draw: (now: number) => void}} */
export function mount(root, page) {
  const list = root.querySelector("#fleet-tiles");
  let machines = null;
  list.addEventListener("click", (event) => {
    const machine = event.target.closest("a")?.dataset.machine;
    if (machine === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    page.place.go("machine", { machine });
  });
  return {
    draw() {
      if (page.session.machines === machines) return;
      machines = page.session.machines;
      drawList(list, machines ?? [], page);
    },
  };
}

function drawList(list, machines, page) {
  while (list.children.length > machines.length) list.lastElementChild.remove();
  machines.forEach(({ machine, state }, index) => {
    const item = list.children[index] ?? list.appendChild(document.createElement("li"));
    const anchor = item.firstElementChild ?? item.appendChild(document.createElement("a"));
    anchor.className = "button";
    anchor.dataset.machine = machine;
    setAttribute(anchor, "href", page.place.href("machine", { machine }));
    setText(anchor, state === "live" || state === undefined ? machine : `${machine} (${state})`);
  });
}
