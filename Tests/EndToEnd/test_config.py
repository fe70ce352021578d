"""The configuration file: what it sets, what is wrong with it, and check-config."""

import pytest

from daemon import run_to_end
from test_command_line import EX_USAGE, assert_one_line_error


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
