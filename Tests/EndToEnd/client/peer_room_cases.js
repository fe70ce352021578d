// What our library does for many clients: rooms, broadcasts, questions to all, and how they leave.

const tell = (socket, audience, event, ...values) => ask(socket, "tell", audience, { event, values });

/** Each socket's notes until "fence", which goes to all of them behind the notes. */
async function notes(sockets, send) {
  const room = fresh("fence");
  await Promise.all(sockets.map((socket) => ask(socket, "join", room)));
  const logs = sockets.map((socket) => listen(socket, "note"));
  const fences = sockets.map((socket) => next(socket, room));
  await send();
  await tell(sockets[0], { to: [room], withMe: true }, room);
  await Promise.all(fences);
  return logs.map((log) => log.map(([, value]) => value));
}

Object.assign(window.peerCases, {
  async "rooms: joined and left"() {
    const socket = await connect();
    const [a, b] = [fresh("a"), fresh("b")];
    same(await ask(socket, "join", a, b, a), [a, b].sort());
    same((await ackOf(socket, "count", a, b, fresh("c"))).slice(1), [1, 1, 0]);
    same(await ask(socket, "leave", a, "never joined"), [b]);
    same((await ackOf(socket, "count", a, b, socket.id)).slice(1), [0, 1, 1], "its id is a room");
  },

  async "rooms: a union, once to each, without some"() {
    const sockets = await Promise.all([connect(), connect(), connect()]);
    const [a, b, c] = ["a", "b", "c"].map(fresh);
    await ask(sockets[0], "join", a, b);
    await ask(sockets[1], "join", b, c);
    await ask(sockets[2], "join", c);
    const [first, second, third] = await notes(sockets, async () => {
      await tell(sockets[0], { to: [a, b], withMe: true }, "note", 1);
      await tell(sockets[0], { to: [a, b] }, "note", 2);
      await tell(sockets[0], { to: [a, b, c], except: [c], withMe: true }, "note", 3);
      await tell(sockets[1], { to: [c, fresh("empty")], withMe: true }, "note", 4);
      await tell(sockets[1], { to: [sockets[2].id] }, "note", 5);
      await tell(sockets[2], { to: [a, b, c], except: [sockets[0].id] }, "note", 6);
    });
    same(first, [1, 3]);
    // Of several senders on several event loops, one after the other, each is heard in its own order only.
    same(second.sort(), [1, 2, 4, 6]);
    same(third.sort(), [4, 5]);
  },

  async "everybody in the namespace and nobody else"() {
    const mark = fresh("mark");
    const sockets = [await connect("/a"), await connect("/a"), await connect("/b")];
    const logs = sockets.map((socket) => listen(socket, mark));
    const heard = next(sockets[1], mark);
    await tell(sockets[0], {}, mark, "others");
    await heard;
    const own = next(sockets[0], mark);
    await tell(sockets[0], { withMe: true }, mark, "all");
    await own;
    await ask(sockets[1], "echo", 0);
    await ask(sockets[2], "echo", 0);
    same(logs[0], [[mark, "all"]]);
    same(logs[1][0], [mark, "others"]);
    same(logs[2], [], "another namespace");
  },

  async "binary to a room"() {
    const sockets = await Promise.all([connect(), connect()]);
    const room = fresh("room");
    await Promise.all(sockets.map((socket) => ask(socket, "join", room)));
    const values = [{ a: new Uint8Array([1]), b: [new Uint8Array([2, 3]), "text"] }, new Uint8Array(0), null];
    const got = sockets.map((socket) => next(socket, "parts"));
    await tell(sockets[0], { to: [room], withMe: true }, "parts", ...values);
    for (const one of got) same(await one, values);
  },

  async "sockets moved between rooms"() {
    const sockets = await Promise.all([connect(), connect(), connect()]);
    const [a, b] = ["a", "b"].map(fresh);
    await ask(sockets[1], "join", a);
    await ask(sockets[2], "join", a);
    const [first, second, third] = await notes(sockets, async () => {
      sockets[0].emit("sockets join", { to: [a], except: [sockets[2].id] }, b);
      await tell(sockets[0], { to: [b] }, "note", 1);
      sockets[0].emit("sockets leave", { to: [b] }, a);
      await tell(sockets[0], { to: [a] }, "note", 2);
    });
    same([first, second, third], [[], [1], [2]]);
    same(await ask(sockets[1], "leave", fresh("nothing")).then((rooms) => rooms.includes(b) && !rooms.includes(a)), true);
  },

  async "sockets fetched"() {
    const sockets = [await connect("/", { auth: { seat: 1 } }), await connect("/", { auth: { seat: 2 } }), await connect()];
    const room = fresh("room");
    await ask(sockets[0], "join", room);
    await ask(sockets[1], "join", room, fresh("room"));
    await ask(sockets[1], "remember", "colour", "red");
    const found = await ask(sockets[2], "fetch sockets", { to: [room] });
    same(Object.keys(found).sort(), [sockets[0].id, sockets[1].id].sort());
    same(found[sockets[0].id], { rooms: [room], data: {}, auth: { seat: 1 } });
    same([found[sockets[1].id].rooms.length, found[sockets[1].id].data], [2, { colour: "red" }]);
    same(await ask(sockets[2], "fetch sockets", { to: [fresh("empty")] }), {});
  },

  async "sockets disconnected"() {
    const room = fresh("room");
    const caller = await connect();
    // Upgraded, if they will be: who is just about to commit may not hear why it goes.
    const sockets = [await settled("/a"), await settled("/a")];
    const beside = sockets.map((socket) => socket.io.socket("/b"));
    await Promise.all(beside.map((socket) => next(socket, "connect")));
    for (const close of [false, true]) {
      const [socket, other] = close ? [sockets[1], beside[1]] : [sockets[0], beside[0]];
      await ask(socket, "join", room);
      const helper = caller.io.socket("/a");
      if (!helper.connected) await next(helper, "connect");
      const gone = next(socket, "disconnect");
      const otherGone = close && next(other, "disconnect");
      helper.emit("disconnect sockets", { to: [room] }, close);
      same((await gone)[0], "io server disconnect");
      check(!socket.active, "stays away");
      if (close) same((await otherGone)[0], "io server disconnect", "every namespace of the connection");
      else same(await ask(other, "echo", 1), 1, "the other namespace stays");
    }
  },

  async "a question to many: what became of each"() {
    const sockets = await Promise.all([connect(), connect(), connect()]);
    const room = fresh("room");
    await Promise.all(sockets.map((socket) => ask(socket, "join", room)));
    sockets[0].on("question", (value, answer) => answer(value, new Uint8Array([1])));
    sockets[1].on("question", () => {}); // never answers
    sockets[2].on("question", () => sockets[2].disconnect());
    const ids = sockets.map((socket) => socket.id);
    const outcomes = await ask(sockets[0], "ask all", { to: [room], withMe: true }, 400, "what?");
    same(Object.keys(outcomes).sort(), [...ids].sort(), "one for each");
    same(outcomes[ids[0]], { answer: ["what?", { bytes: [1] }] });
    same(outcomes[ids[1]], { error: "timed out" });
    same(outcomes[ids[2]], { error: "disconnected" });
    same(await ask(sockets[0], "ask all", { to: [fresh("empty")] }, 600_000), {}, "nobody: at once");
    sockets[1].off("question").on("question", (value, answer) => answer("now"));
    same(await ask(sockets[0], "ask all", { to: [room] }, 600_000, 1), { [ids[1]]: { answer: ["now"] } }, "all: at once");
  },

  async "how they leave, as the server sees it"() {
    const watching = await watcher();
    const ways = {
      "client namespace disconnect": (socket) => socket.disconnect(),
      "server namespace disconnect": (socket) => socket.emit("kick me"),
      "transport close": (socket) => socket.io.engine.close(),
      "forced close": (socket) => socket.emit("cut me"),
      "forced server close": (socket) => sendRaw(socket, "0"), // a second CONNECT
    };
    for (const [reason, leave] of Object.entries(ways)) {
      const socket = await settled("/", { reconnection: false });
      const room = fresh("room");
      await ask(socket, "join", room);
      const left = departure(watching, socket.id);
      leave(socket);
      same(await left, { reason, before: [room], after: [] });
    }
  },

  async "what is no packet ends the connection"() {
    const watching = await watcher();
    for (const packet of ["9", '2["open', '2{"no":"array"}', '2["connect"]', "51", "4{}", '1/admin,{}']) {
      const socket = await settled("/", { reconnection: false });
      const left = departure(watching, socket.id);
      const gone = next(socket, "disconnect");
      sendRaw(socket, packet);
      same((await gone)[0], "transport close", packet);
      const { reason } = await left;
      check(["forced close", "forced server close"].includes(reason), `${packet}: ${reason}`);
    }
  },
});

/** All values of an acknowledgement. */
function ackOf(socket, ...values) {
  return new Promise((resolve, reject) => {
    const answered = (error, ...got) => (error ? reject(error) : resolve(got));
    socket.timeout(PATIENCE_MS).emit(...values, answered);
  });
}
