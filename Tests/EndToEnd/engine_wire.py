"""Raw Engine.IO: requests, WebSockets and the conformance server they are sent to; no Socket.IO library in between."""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import threading

import websocket

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTABLE = pathlib.Path(
    os.environ.get("TELEMETRYD_CONFORMANCE", ROOT / ".build/debug/conformance-server")
).absolute()
RS = "\x1e"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ConformanceServer:
    """`conformance-server` with one of its suites."""

    def __init__(self, suite):
        self.suite = suite
        self.path = "/engine.io/" if suite == "engine" else "/socket.io/"
        self.port = free_port()

    def start(self):
        environment = {**os.environ, "PORT": str(self.port), "SUITE": self.suite}
        self.process = subprocess.Popen([EXECUTABLE], env=environment, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        assert "listening" in line, line
        self.drain = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.drain.start()
        return self

    def stop(self):
        assert self.process.poll() is None, "the server must survive whatever it was sent"
        self.process.terminate()
        self.process.wait(10)

    # HTTP -------------------------------------------------------------------------------------------------

    def request(self, method, query, body=None, headers=None, timeout=5):
        """One request on a connection of its own: status, body, headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, f"{self.path}{query}", body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode(), answer.headers)
        finally:
            connection.close()

    def get(self, query, **options):
        return self.request("GET", query, **options)

    def poll(self, sid, **options):
        return self.get(f"?EIO=4&transport=polling&sid={sid}", **options)

    def post(self, sid, body, **options):
        return self.request("POST", f"?EIO=4&transport=polling&sid={sid}", body, **options)

    def handshake(self):
        answer = self.get("?EIO=4&transport=polling")
        assert answer.status == 200
        return json.loads(answer.body[1:])["sid"]

    def begin_poll(self, sid):
        """A GET that will be held: the open connection, to be read later."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", f"{self.path}?EIO=4&transport=polling&sid={sid}")
        return connection

    # WebSocket --------------------------------------------------------------------------------------------

    def open_socket(self, sid=None):
        query = "?EIO=4&transport=websocket" + (f"&sid={sid}" if sid else "")
        return websocket.create_connection(f"ws://127.0.0.1:{self.port}{self.path}{query}", timeout=5)

    def connected_socket(self):
        """A WebSocket behind its open packet."""
        one = self.open_socket()
        assert one.recv().startswith("0{")
        return one


class Answer:
    def __init__(self, status, body, headers):
        self.status, self.body, self.headers = status, body, headers

    def json(self):
        return json.loads(self.body)


def read_held(connection):
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return Answer(answer.status, body, answer.headers)


def assert_closes(one):
    """The WebSocket ends; what still comes before that is of no interest."""
    try:
        while one.recv_frame().opcode != websocket.ABNF.OPCODE_CLOSE:
            pass
    except (websocket.WebSocketConnectionClosedException, ConnectionResetError):
        pass
    one.close()


def next_message(one):
    """The next frame's data that is no heartbeat (a ping is answered)."""
    while True:
        message = one.recv()
        if message != "2":
            return message
        one.send("3")
