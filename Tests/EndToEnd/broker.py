"""A mosquitto of the test's own: a free loopback port, persistence on, and it can be stopped and started again."""

import pathlib
import shutil
import socket
import subprocess
import threading

from waiting import PATIENCE, Log

# Debian puts the broker where an ordinary user's PATH does not look.
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def free_port():
    """A loopback port that was free a moment ago. For programs that cannot pick one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    def __init__(self, folder, options=""):
        """`options`: further lines of mosquitto.conf, for example another listener."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process = None
        self.log = Log()
        self.configuration = self.folder / "mosquitto.conf"
        self.configuration.write_text(
            f"""
listener {self.port} 127.0.0.1
allow_anonymous true
user root
persistence true
persistence_location {self.folder}/
max_queued_messages 0
max_inflight_messages 100
log_dest stderr
log_type all
connection_messages true
{options}
"""
        )

    @property
    def url(self):
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self):
        self.log = Log()
        self.process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self.configuration)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, args=(self.process.stderr, self.log), daemon=True).start()
        self.wait_log("running", "the broker's start")
        return self

    @staticmethod
    def _read(stream, log):
        with stream:
            for line in stream:
                log.append(line.rstrip("\n"))

    def wait_log(self, text, what, seconds=PATIENCE):
        """Waits for a line of the broker's log with this text in it."""
        return self.log.wait(lambda lines: [line for line in lines if text in line], what, seconds)

    def wait_subscriber(self):
        """Waits until a client has subscribed: what is published from now on reaches it."""
        return self.wait_log("Sending SUBACK", "a subscription at the broker")

    def stop(self):
        """In order: the broker writes down its sessions and what is queued in them."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE)

    def publish(self, topic, payload, *options):
        """Publishes with mosquitto_pub, QoS 1; returns when the broker has taken it."""
        subprocess.run(
            [
                "mosquitto_pub",
                "-h",
                "127.0.0.1",
                "-p",
                str(self.port),
                "-q",
                "1",
                "-t",
                topic,
                *options,
                "-m",
                payload,
            ],
            check=True,
            timeout=PATIENCE,
        )

    def publish_lines(self, topic, lines):
        """Publishes each line as a message over one connection."""
        subprocess.run(
            ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-q", "1", "-t", topic, "-l"],
            input="".join(line + "\n" for line in lines),
            text=True,
            check=True,
            timeout=PATIENCE,
        )
