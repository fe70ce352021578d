"""A TCP relay between client and server that can be cut (reset, refuse), stalled (a pulled cable) and listened to."""

import socket
import struct
import threading

from waiting import PATIENCE


class Relay:
    def __init__(self, target_port, listener=None):
        """`listener(connection, from_client, bytes)` sees what has been passed on; it runs on the relay's threads."""
        self.target_port = target_port
        self.listener = listener
        self.lock = threading.Lock()
        self.flowing = threading.Event()
        self.flowing.set()
        self.pairs = []
        self.refusing = False
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            with self.lock:
                refused = self.refusing
            if refused:
                self._reset(client)
                continue
            try:
                upstream = socket.create_connection(("127.0.0.1", self.target_port), timeout=PATIENCE)
            except OSError:
                self._reset(client)
                continue
            upstream.settimeout(None)
            pair = (client, upstream)
            with self.lock:
                self.pairs.append(pair)
            for source, sink, from_client in ((client, upstream, True), (upstream, client, False)):
                threading.Thread(target=self._pump, args=(pair, source, sink, from_client), daemon=True).start()

    def _pump(self, pair, source, sink, from_client):
        try:
            while data := source.recv(65536):
                self.flowing.wait()
                sink.sendall(data)
                if self.listener:
                    self.listener(pair, from_client, data)
        except OSError:
            pass
        for end in pair:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    @staticmethod
    def _reset(end):
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        end.close()

    def cut(self):
        """Resets every connection, and every new one until `mend`."""
        with self.lock:
            self.refusing = True
            pairs, self.pairs = self.pairs, []
        for client, upstream in pairs:
            for end in (client, upstream):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                self._reset(end)
        self.flowing.set()

    def stall(self):
        """Passes nothing on, and closes nothing: a pulled cable."""
        self.flowing.clear()

    def mend(self):
        with self.lock:
            self.refusing = False
        self.flowing.set()

    def close(self):
        self.server.close()
        self.cut()
