const byId = (id) => document.getElementById(id);
const socket = io();

function show(text) {
  const line = document.createElement("li");
  line.textContent = text;
  byId("messages").append(line);
  line.scrollIntoView({ block: "nearest" });
}

socket.on("connect", () => { byId("state").textContent = "connected"; });
socket.on("disconnect", () => { byId("state").textContent = socket.active ? "reconnecting" : "closed"; });
socket.on("message", show);

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("message", byId("text").value);
  byId("text").value = "";
});
