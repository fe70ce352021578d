const byId = (id) => document.getElementById(id);
const socket = new WebSocket(`ws://${location.host}/`);

function show(text) {
  const line = document.createElement("li");
  line.textContent = text;
  byId("messages").append(line);
  line.scrollIntoView({ block: "nearest" });
}

socket.addEventListener("open", () => { byId("state").textContent = "connected"; });
socket.addEventListener("message", (event) => show(event.data));
socket.addEventListener("close", () => {
  byId("state").textContent = "closed";
  byId("form").querySelector("button").disabled = true;
});

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(byId("text").value);
  byId("text").value = "";
});
