"""The servers that Socket.IO clients are tried against, as processes: python-socketio, and ours (peer-server)."""

import os
import pathlib
import socket
import subprocess
import sys
import threading

import engineio
import socketio

from daemon import TRAP
from waiting import PATIENCE, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTABLE = ROOT / os.environ.get("TELEMETRYD_PEER_SERVER", ".build/release/peer-server")
SCRIPT = pathlib.Path(__file__).parent / "client/reference_server.py"


class Server:
    """`PORT [CLIENT [PING TIMEOUT]]` behind a command, on a port that it keeps across restarts."""

    command = ()

    def __init__(self, client="", *timing):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.arguments = [str(self.port), str(client), *timing]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [*self.command, *self.arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said = []
        threading.Thread(target=self._listen, args=(self.process.stderr,), daemon=True).start()
        guard = threading.Timer(PATIENCE, self.process.kill)
        guard.start()
        line = self.process.stdout.readline()
        guard.cancel()
        assert line.startswith("ready"), f"the server did not start: {self.said}"
        # The reference server's line comes just before it listens.
        until(self.listens, "the server listens")
        return self

    def _listen(self, stream):
        for line in stream:
            self.said.append(line)

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """At once, as in a crash. It must have been there until now."""
        if self.process is None:
            return
        process, self.process = self.process, None
        status = process.poll()
        process.kill()
        process.wait()
        process.stdout.close()
        assert status is None, f"the server ended by itself with {status}: {self.said[-20:]}"
        self.assert_no_trap()

    def end(self):
        """In order, with SIGTERM; its sockets are told."""
        process, self.process = self.process, None
        process.terminate()
        status = process.wait(PATIENCE)
        process.stdout.close()
        assert status == 0, f"{status}: {self.said[-20:]}"
        self.assert_no_trap()

    def assert_no_trap(self):
        assert not any(TRAP.search(line) for line in self.said), self.said[-20:]


class ReferenceServer(Server):
    """python-socketio, written by others; it has not all of what `PeerServer` has."""

    kind = "reference"
    command = (sys.executable, SCRIPT)


class PeerServer(Server):
    """Our library: Tests/PeerServer."""

    kind = "peer"
    command = (EXECUTABLE,)


SERVERS = {"reference": ReferenceServer, "peer": PeerServer}


class OrderlyEngine(engineio.Client):
    """python-engineio hands each message to a thread of its own, so that they overtake each other on a busy machine, an
    attachment its header even. Here one is done before the next."""

    def _trigger_event(self, event, *values, **how):
        if event == "message":
            how["run_async"] = False
        return super()._trigger_event(event, *values, **how)


class OrderlyClient(socketio.Client):
    """python-socketio's client on that."""

    def _engineio_client_class(self):
        return OrderlyEngine
