"""`--broker`: a mosquitto of the gateway's own, for the first evening."""

import os
import pathlib
import re
import signal
import socket
import stat
import subprocess

import pytest

from broker import free_port
from daemon import run_to_end
from test_command_line import EX_USAGE, assert_one_line_error
from waiting import PATIENCE, until

READING = '{"rpm":1480.5}'


def publish(port, topic, payload, *options):
    command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-q", "1", "-t", topic, "-m", payload, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def broker_process(one):
    """The broker's process, as the gateway has noted it."""
    return int((one.folder / "telemetry.sqlite.broker/pid").read_text())


def wait_connected(one):
    """Waits until the gateway has subscribed: what is published from now on reaches it."""
    until(lambda: one.get("/readyz").status_code == 200, "the gateway is connected to its broker")


def is_alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_sensor_can_publish_at_once(daemon):
    port = free_port()
    one = daemon("--broker", str(port))
    wait_connected(one)
    assert publish(port, "machines/press1/telemetry", READING).returncode == 0
    one.wait_seq("press1", 1)
    folder = one.folder / "telemetry.sqlite.broker"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {source["name"] for source in one.get("/readyz").json()["sources"]} >= {"broker", "mqtt"}
    process = broker_process(one)
    one.stop()
    assert not is_alive(process), "the broker ends with the gateway"


def test_port_zero_picks_a_free_one_and_says_which(daemon):
    one = daemon("--broker", "0")
    port = int(re.search(r"broker runs url=mqtt://127\.0\.0\.1:(\d+)", one.stderr)[1])
    wait_connected(one)
    assert publish(port, "machines/a/rpm", "1").returncode == 0
    one.wait_seq("a", 1)


def test_a_broker_that_dies_is_started_again(daemon):
    port = free_port()
    one = daemon("--broker", str(port))
    first = broker_process(one)
    wait_connected(one)
    os.kill(first, signal.SIGKILL)
    until(lambda: broker_process(one) != first, "a new broker")
    until(lambda: publish(port, "machines/a/rpm", "1").returncode == 0, "the new broker takes a message")
    wait_connected(one)
    publish(port, "machines/a/rpm", "2")
    one.wait_seq("a", 1)


def test_no_broker_is_left_behind_by_a_gateway_that_was_killed(daemon):
    port = free_port()
    one = daemon("--broker", str(port))
    process = broker_process(one)
    wait_connected(one)
    publish(port, "machines/a/rpm", "1")
    one.wait_seq("a", 1)
    one.kill()
    # At once: the next start has to get along with a broker that is just ending.
    one.start()
    assert not is_alive(process)
    wait_connected(one)
    publish(port, "machines/a/rpm", "2")
    one.wait_seq("a", 2)


def test_the_broker_is_no_part_of_the_terminals_job(daemon):
    """An interrupt in the terminal goes to the whole job: the gateway must end the broker, not the terminal."""
    one = daemon("--broker", str(free_port()))
    process = broker_process(one)
    assert os.getpgid(process) == process != os.getpgid(one.process.pid)
    open_files = {os.readlink(f"/proc/{process}/fd/{fd}") for fd in os.listdir(f"/proc/{process}/fd")}
    assert not any("telemetry.sqlite" in file and "broker" not in file for file in open_files), open_files


def test_passwords(daemon, tmp_path):
    """Lines of user:password, hashed for the broker; the gateway has an account of its own."""
    port = free_port()
    passwords = tmp_path / "passwords"
    passwords.write_text("# sensors\npress1:secret\n")
    one = daemon("--broker", str(port), "--broker-host", "0.0.0.0", "--broker-password-file", str(passwords))
    wait_connected(one)
    assert publish(port, "machines/press1/rpm", "1").returncode != 0, "without an account"
    assert publish(port, "machines/press1/rpm", "1", "-u", "press1", "-P", "wrong").returncode != 0
    assert publish(port, "machines/press1/rpm", "1", "-u", "press1", "-P", "secret").returncode == 0
    one.wait_seq("press1", 1)
    kept = (one.folder / "telemetry.sqlite.broker/passwords").read_text()
    assert "secret" not in kept and kept.count("$7$") == 2
    assert "secret" not in one.stderr


def test_port_in_use(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run_to_end("--broker", port, "--port", "0", "--log-level", "error", cwd=tmp_path)
    assert_one_line_error(result, 1, "--broker", port, "in use", "--mqtt")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--broker", "x"), ("--broker", "x", "port")),
        (("--broker", "--broker-host", "0.0.0.0"), ("--broker-host", "0.0.0.0", "--broker-password-file")),
    ],
)
def test_bad_options_are_one_line(tmp_path, arguments, words):
    assert_one_line_error(run_to_end(*arguments, cwd=tmp_path), EX_USAGE, *words)


def test_a_bad_password_file_is_one_line(tmp_path):
    for text, words in (("nonsense\n", ("line 1",)), (None, ("No such file",))):
        file = tmp_path / "p"
        file.unlink(missing_ok=True)
        if text:
            file.write_text(text)
        options = ["--broker", "0", "--broker-password-file", str(file), "--port", "0", "--log-level", "error"]
        assert_one_line_error(run_to_end(*options, cwd=tmp_path), 1, str(file), *words)
