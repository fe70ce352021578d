"""The configuration file: what it sets, what is wrong with it, and check-config."""

import signal

import pytest

from daemon import run_to_end
from test_command_line import EX_USAGE, assert_one_line_error
from waiting import until


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "telemetryd.yaml"
        path.write_text(text)
        return str(path)

    return write


def test_the_gateway_runs_from_a_file_and_flags_beat_it(daemon, file):
    path = file("simulate: [a, b]\nsimulate-interval: 10ms\nhistory: 7\nport: 1\n")
    one = daemon("--config", path)
    one.wait_seq("b", 20)
    assert len(one.readings("a", limit=100)["readings"]) == 7


def test_the_variable_names_the_file(daemon, file):
    one = daemon(env={"TELEMETRYD_CONFIG": file("simulate: fromfile\n")})
    one.wait_seq("fromfile", 1)


@pytest.mark.parametrize(
    "text, words",
    [
        ("simulate: a\nprot: 3000\n", (":2:", "prot", "port")),
        ("simulate: a\nport: many\n", (":2:", "port", "many", "65535")),
        ("simulate: a\nport: [1]\n", (":2:", "port", "one value")),
        ("simulate: a\n  port: 1\n", (":2:", "YAML")),
        ("simulate: a\nlog-level: loud\n", (":2:", "log-level", "loud", "debug")),
    ],
)
def test_what_is_wrong_is_one_line_with_file_and_line(file, tmp_path, text, words):
    path = file(text)
    assert_one_line_error(run_to_end("--config", path, cwd=tmp_path), EX_USAGE, path, *words)
    assert_one_line_error(run_to_end("check-config", "--config", path, cwd=tmp_path), EX_USAGE, path, *words)


def test_a_file_that_cannot_be_read(tmp_path):
    assert_one_line_error(run_to_end("--config", "none.yaml", cwd=tmp_path), 1, "none.yaml")


def test_check_config_shows_where_each_value_comes_from(file, tmp_path):
    path = file("simulate: a\nhistory: 7\nmqtt: mqtt://me:secret@127.0.0.1\n")
    result = run_to_end("check-config", "--config", path, "--port", "4000", env={"HOST": "::1"}, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    origins = {}
    for line in result.stdout.splitlines():
        value, _, origin = line.rpartition("# ")
        origins[value.strip()] = origin
    assert origins["port: 4000"] == "--port"
    assert origins['host: "::1"'] == "HOST"
    assert origins["history: 7"] == f"{path}:2"
    assert "secret" not in result.stdout
    assert [entry.name for entry in tmp_path.iterdir()] == ["telemetryd.yaml"], "it starts nothing and makes nothing"


def test_check_config_names_everything_that_is_wrong(file, tmp_path):
    result = run_to_end("check-config", "--config", file("prot: 1\nhistroy: 2\n"), cwd=tmp_path)
    assert result.returncode == EX_USAGE and result.stdout == ""
    assert len(result.stderr.splitlines()) == 2


def wait_log(one, text):
    return until(lambda: text in one.stderr and one.stderr, f"{text!r} in the log")


def test_sighup_applies_what_it_can_and_names_what_it_cannot(daemon, file):
    path = file("simulate: a\nsimulate-interval: 20ms\nlog-level: info\n")
    one = daemon("--config", path)
    one.wait_seq("a", 1)
    file("simulate: [a, b]\nsimulate-interval: 20ms\nlog-level: debug\nexpect: {a: 5s}\nhistory: 7\n")
    one.process.send_signal(signal.SIGHUP)
    log = wait_log(one, "these changes need a restart")
    applied = next(line for line in log.splitlines() if "configuration read again" in line)
    assert "expect" in applied and "log-level" in applied
    refused = next(line for line in log.splitlines() if "these changes need a restart" in line)
    assert "simulate" in refused and "history" in refused and "log-level" not in refused
    # The same file once more: nothing new to apply, and what waits for a restart is named again.
    one.process.send_signal(signal.SIGHUP)
    wait_log(one, 'applied="nothing new"')
    one.wait_seq("a", one.last_seq("a") + 5)


def test_sighup_with_a_bad_file_changes_nothing(daemon, file):
    path = file("simulate: a\nsimulate-interval: 20ms\n")
    one = daemon("--config", path)
    file("simulate: a\nlog-level: loud\nprot: 1\n")
    one.process.send_signal(signal.SIGHUP)
    log = wait_log(one, "all stays as it was")
    assert f'{path}:3: there is no option \\"prot\\"' in log, log
    one.wait_seq("a", one.last_seq("a") + 5)
    file("simulate: a\nlog-level: loud\n")
    one.process.send_signal(signal.SIGHUP)
    wait_log(one, "log-level is")
    one.wait_seq("a", one.last_seq("a") + 5)


def test_sighup_without_a_file_does_no_harm(daemon):
    one = daemon("--simulate", "a", "--simulate-interval", "20ms")
    one.process.send_signal(signal.SIGHUP)
    wait_log(one, "there is no configuration file")
    one.wait_seq("a", one.last_seq("a") + 5)
