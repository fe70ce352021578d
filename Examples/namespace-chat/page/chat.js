const byId = (id) => document.getElementById(id);
let socket = null;

function show({ sender, text }) {
  const line = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = `${sender}: `;
  line.append(name, text);
  byId("messages").append(line);
  line.scrollIntoView({ block: "nearest" });
}

function showState(text, isConnected) {
  byId("state").textContent = text;
  byId("send").disabled = !isConnected;
  byId("disconnect").disabled = socket === null;
  byId("connect").disabled = byId("namespace").disabled = socket !== null;
}

byId("connect").addEventListener("click", () => {
  const namespace = byId("namespace").value;
  byId("messages").replaceChildren();
  socket = io(namespace, { forceNew: true });
  showState("connecting", false);
  socket.on("connect", () => showState(`connected to ${namespace}`, true));
  socket.on("disconnect", () => showState(socket ? "reconnecting" : "not connected", false));
  socket.on("message", show);
  socket.on("userCountUpdate", ({ count }) => { byId("count").textContent = count; });
});

byId("disconnect").addEventListener("click", () => {
  const leaving = socket;
  socket = null;
  leaving.disconnect();
  byId("count").textContent = 0;
  showState("not connected", false);
});

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("chatMessage", byId("text").value);
  byId("text").value = "";
});
