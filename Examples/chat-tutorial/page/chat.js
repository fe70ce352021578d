const byId = (id) => document.getElementById(id);
const socket = io();

socket.on("connect", () => { byId("state").textContent = "connected"; });
socket.on("disconnect", () => { byId("state").textContent = "reconnecting"; });
socket.on("chat", (text) => {
  const line = document.createElement("li");
  line.textContent = text;
  byId("messages").append(line);
  line.scrollIntoView({ block: "nearest" });
});

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("chat", byId("text").value);
  byId("text").value = "";
});
