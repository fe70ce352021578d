"""Interface section 1: the ready line, exit codes, one-line errors, signals."""

import re
import signal
import socket

import pytest
import requests
import socketio

from daemon import TRAP, run_to_end
from waiting import PATIENCE, Log

# sysexits.h: the command was used incorrectly.
EX_USAGE = 64


def assert_one_line_error(result, code, *words):
    """One line on standard error with these words in it, nothing on standard output, no stack trace."""
    assert result.returncode == code, result
    assert result.stdout == "", result
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0], f"{word!r} is not in {lines[0]!r}"
    assert not TRAP.search(result.stderr)


def test_no_source_says_so_and_shows_two_commands(tmp_path):
    result = run_to_end(cwd=tmp_path)
    assert result.returncode == EX_USAGE
    assert result.stdout == ""
    assert re.search(r"telemetryd.* --simulate \S", result.stderr), result.stderr
    assert re.search(r"telemetryd.* --mqtt mqtt://", result.stderr), result.stderr
    assert not list(tmp_path.iterdir()), "nothing may be made before the options are known to be right"


@pytest.mark.parametrize(
    "option, value",
    [
        ("--port", "99999"),
        ("--port", "abc"),
        ("--port", "-1"),
        ("--history", "0"),
        ("--history", "many"),
        ("--simulate", "a b"),
        ("--simulate", ".hidden"),
        ("--simulate-interval", "fast"),
        ("--simulate-interval", "0s"),
        ("--simulate-seed", "x"),
        ("--mqtt", "http://127.0.0.1"),
        ("--mqtt", "mqtt://"),
        ("--mqtt-topic", "machines/+/telemetry"),
        ("--log-level", "loud"),
        ("--log-format", "xml"),
    ],
)
def test_bad_value_names_option_value_and_what_is_allowed(tmp_path, option, value):
    others = [] if option == "--simulate" else ["--simulate", "a"]
    result = run_to_end(*others, f"{option}={value}", cwd=tmp_path)
    assert_one_line_error(result, EX_USAGE, option, value)
    rest = result.stderr.replace(option, "").replace(value, "")
    assert len(rest.split()) >= 4, f"says nothing of what is allowed: {result.stderr!r}"


@pytest.mark.parametrize("name, value", [("TELEMETRYD_PORT", "abc"), ("PORT", "70000"), ("TELEMETRYD_HISTORY", "-5")])
def test_bad_value_in_the_environment_is_named_too(tmp_path, name, value):
    result = run_to_end("--simulate", "a", env={name: value}, cwd=tmp_path)
    assert_one_line_error(result, EX_USAGE, name, value)


def test_unknown_option_is_refused(tmp_path):
    result = run_to_end("--simulate", "a", "--frobnicate", cwd=tmp_path)
    assert result.returncode == EX_USAGE
    assert "--frobnicate" in result.stderr


def test_help_and_version(tmp_path):
    text = run_to_end("--help", cwd=tmp_path)
    assert text.returncode == 0
    everything = text.stdout + run_to_end("run", "--help", cwd=tmp_path).stdout
    for option in (
        "--simulate",
        "--simulate-interval",
        "--simulate-seed",
        "--mqtt",
        "--mqtt-topic",
        "--host",
        "--port",
    ):
        assert option in everything
    for option in ("--history", "--database", "--public", "--log-level", "--log-format"):
        assert option in everything
    version = run_to_end("--version", cwd=tmp_path)
    assert version.returncode == 0
    assert re.search(r"\d+\.\d+", version.stdout)


def test_ready_line_has_the_real_port(daemon):
    one = daemon("--simulate", "a")
    assert one.port > 0
    assert one.get("/healthz").status_code == 200


def test_run_is_the_default_subcommand(daemon):
    assert daemon("run", "--simulate", "a").get("/healthz").status_code == 200


def test_options_from_the_environment_and_flags_beat_them(daemon, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        # The port in the environment is taken: only the flag can make this start.
        one = daemon(env={"TELEMETRYD_SIMULATE": "fromenv", "TELEMETRYD_PORT": port, "PORT": port})
    one.wait_seq("fromenv", 1)


def test_telemetryd_port_beats_port_and_database_is_found(daemon, tmp_path):
    path = tmp_path / "chosen.sqlite"
    environment = {"TELEMETRYD_PORT": "0", "PORT": "1", "TELEMETRYD_DATABASE": str(path)}
    one = daemon("--simulate", "a", env=environment, host_options=False)
    one.wait_seq("a", 1)
    assert path.exists()


def test_database_goes_to_the_state_directory(daemon, tmp_path):
    one = daemon("--simulate", "a", "--port", "0", env={"STATE_DIRECTORY": str(tmp_path)}, host_options=False)
    one.wait_seq("a", 1)
    assert (tmp_path / "telemetry.sqlite").exists()


def test_port_in_use(daemon, tmp_path):
    one = daemon("--simulate", "a")
    database = str(tmp_path / "other.sqlite")
    result = run_to_end("--simulate", "a", "--port", str(one.port), "--database", database, "--log-level", "error")
    assert_one_line_error(result, 1, str(one.port))


def test_database_that_cannot_be_opened(tmp_path):
    path = str(tmp_path / "no-such-folder" / "telemetry.sqlite")
    result = run_to_end("--simulate", "a", "--port", "0", "--database", path, "--log-level", "error")
    assert_one_line_error(result, 1, path)


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_in_order(daemon, which):
    one = daemon("--simulate", "a,b", "--simulate-interval", "10ms")
    one.wait_seq("a", 5)
    one.stop(with_signal=which)
    # Everything that was numbered is there, without a hole.
    for machine in ("a", "b"):
        seqs = [row["seq"] for row in one.query("SELECT seq FROM history WHERE machine = ? ORDER BY seq", machine)]
        assert seqs == list(range(1, len(seqs) + 1))
        assert seqs, machine


def test_sigterm_tells_the_clients_and_does_not_wait_for_them(daemon):
    one = daemon("--simulate", "a")
    gone = Log()
    client = socketio.Client(reconnection=False)
    client.on("disconnect", lambda *reason: gone.append(reason), namespace="/machines")
    client.connect(one.url, namespaces=["/machines"], transports=["websocket"], wait_timeout=PATIENCE)
    try:
        # A poll that is held open, and a connection that never says anything, must not hold the end up either.
        with requests.Session() as session, socket.create_connection(("127.0.0.1", one.port)):
            opened = session.get(one.url + "/socket.io/?EIO=4&transport=polling", timeout=PATIENCE)
            assert opened.text.startswith("0{")
            took = one.stop()
        assert took < 10
        gone.wait_count(1, "the client hears that the server goes")
    finally:
        client.shutdown()


def test_signal_while_starting_without_a_broker(daemon):
    """A broker that is not there holds up neither the start nor the end."""
    one = daemon("--mqtt", "mqtt://127.0.0.1:1")
    assert one.get("/healthz").status_code == 200
    one.stop()
