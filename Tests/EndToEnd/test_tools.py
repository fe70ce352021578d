"""The subcommands that do their work and end: export, verify, plan, backup."""

import csv
import json
import sqlite3
import subprocess

import pytest

from daemon import EXECUTABLE, clean_environment, run_to_end
from test_command_line import EX_USAGE, assert_one_line_error
from waiting import PATIENCE

TOOLS = ("export", "verify", "plan", "backup", "check-config")


@pytest.fixture
def store(daemon):
    """A running gateway with two simulated machines and some readings of each."""
    one = daemon("--simulate", "press1,press2", "--simulate-interval", "5ms", "--history", "50")
    one.wait_seq("press1", 60)
    one.wait_seq("press2", 60)
    return one


def tool(store, name, *arguments):
    return run_to_end(name, *arguments, "--database", str(store.database))


def test_export_as_csv_beside_the_running_gateway(store):
    result = tool(store, "export", "press1", "--limit", "20")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    seqs = [int(row["seq"]) for row in rows]
    assert seqs == list(range(seqs[0], seqs[0] + 20))
    assert {row["machine"] for row in rows} == {"press1"}
    assert any(line.startswith("# ledger machine=press1") for line in lines)


def test_export_as_json_lines_to_a_file(store, tmp_path):
    path = tmp_path / "everything.ndjson"
    result = tool(store, "export", "--all", "--output", str(path), "--no-ledger")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    readings = [json.loads(line) for line in path.read_text().splitlines()]
    assert {reading["machine"] for reading in readings} == {"press1", "press2"}
    assert all(reading["seq"] > 0 and "rpm" in reading for reading in readings)
    assert [entry.name for entry in tmp_path.glob("everything*")] == [path.name]


def test_export_into_a_closed_pipe_ends_quietly(store):
    """As with `telemetryd export … | head -1`: nobody wants to read about it."""
    command = [str(EXECUTABLE), "export", "--all", "--database", str(store.database)]
    process = subprocess.Popen(
        command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    with process.stderr:
        complaint = process.stderr.read()
    assert (process.wait(timeout=PATIENCE), complaint) == (0, "")


def test_export_of_an_unknown_machine_says_which_there_are(store):
    assert_one_line_error(tool(store, "export", "press9"), 1, "press9", "press1, press2")


def test_verify_and_backup_beside_the_running_gateway(store, tmp_path):
    whole = tool(store, "verify")
    assert whole.returncode == 0 and "2 machines" in whole.stdout, whole
    copy = tmp_path / "copy.sqlite"
    assert tool(store, "backup", str(copy)).returncode == 0
    assert run_to_end("verify", str(copy)).returncode == 0
    assert_one_line_error(tool(store, "backup", str(copy)), 1, str(copy), "exists")
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT count(*) FROM machines").fetchone() == (2,)
        database.execute("UPDATE reading SET seq = seq + 1000 WHERE slot = 3")
    database.close()
    broken = run_to_end("verify", str(copy))
    assert broken.returncode == 1 and "problem" in broken.stdout, broken


def test_database_of_the_tools_comes_from_the_configuration_file_too(store, tmp_path):
    path = tmp_path / "telemetryd.yaml"
    path.write_text(f"database: {store.database}\n")
    assert run_to_end("verify", "--config", str(path)).returncode == 0
    assert run_to_end("verify", env={"TELEMETRYD_CONFIG": str(path)}).returncode == 0
    assert run_to_end("verify", env={"TELEMETRYD_DATABASE": str(store.database)}).returncode == 0


def test_plan_says_what_it_takes():
    result = run_to_end("plan", "--machines", "10", "--hz", "2", "--keep", "7d")
    assert result.returncode == 0 and "1209600" in result.stdout.replace(",", ""), result


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("export",), ("--all",)),
        (("export", "a", "--format", "xml"), ("--format", "xml", "csv")),
        (("export", "a", "--from", "today"), ("--from", "today")),
        (("plan", "--hz", "0"), ("--hz", "0")),
        (("backup",), ("file",)),
        (("verify", "--nope"), ("--nope",)),
    ],
)
def test_bad_use_is_one_line(tmp_path, arguments, words):
    assert_one_line_error(run_to_end(*arguments, cwd=tmp_path), EX_USAGE, *words)


@pytest.mark.parametrize("name", ["export", "verify", "backup"])
def test_no_database_is_one_line(tmp_path, name):
    arguments = ["a"] if name != "verify" else []
    result = run_to_end(name, *arguments, "--database", "none.sqlite", cwd=tmp_path)
    assert_one_line_error(result, 1, "none.sqlite")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", TOOLS)
def test_help_of_each_tool(name):
    result = run_to_end(name, "--help")
    assert result.returncode == 0 and f"USAGE: telemetryd {name}" in result.stdout
    assert name in run_to_end("--help").stdout
