const byId = (id) => document.getElementById(id);

function show(list, reading) {
  for (const field of list.querySelectorAll("[data-value]")) {
    const value = reading?.[field.dataset.value];
    field.textContent = value === undefined ? "–"
      : field.dataset.value === "timestamp" ? new Date(value).toLocaleString() : value;
  }
}

// One machine: whoever connects gets its readings.
const everybody = io();
everybody.on("connect", () => { byId("state").textContent = "connected"; });
everybody.on("disconnect", () => { byId("state").textContent = "reconnecting"; });
everybody.on("machineData", (reading) => show(byId("one"), reading));

// Two machines: the select chooses the room. Also after the server came back, which has forgotten us.
const machines = io("/machines");
function join() {
  show(byId("two"), null);
  byId("error").hidden = true;
  machines.emit("joinRoom", byId("machine-select").value, (answer) => {
    if (answer.ok) byId("current-machine").textContent = answer.machine;
  });
}
machines.on("connect", join);
byId("machine-select").addEventListener("change", join);
machines.on("machineData", (reading) => show(byId("two"), reading));
machines.on("errorMessage", ({ message }) => {
  byId("error").textContent = message;
  byId("error").hidden = false;
});
