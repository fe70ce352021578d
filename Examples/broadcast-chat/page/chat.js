const byId = (id) => document.getElementById(id);
const socket = io();

function show({ sender, text }) {
  const line = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = `${sender}: `;
  line.append(name, text);
  byId("messages").append(line);
  line.scrollIntoView({ block: "nearest" });
}

socket.on("connect", () => { byId("state").textContent = "connected"; });
socket.on("disconnect", () => { byId("state").textContent = "reconnecting"; });
socket.on("message", show);

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("chatMessage", byId("text").value);
  byId("text").value = "";
});
