"""The command fitscan: quick to help, one message for an error, and quiet where nobody listens."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from fitscan import __version__
from fitscan.cli.group import COMMANDS, commands

FITSCAN = [sys.executable, "-m", "fitscan.cli"]


def fitscan(*words, **options):
    return subprocess.run(
        [*FITSCAN, *words], capture_output=True, text=True, check=False, timeout=100, **options
    )


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["init", "-h"], ["check", "-h"]])
def test_help_waits_for_nothing_that_computes(words):
    heavy = ("numpy", "pandas", "numba", "snakemake", "pyhf")
    loaded = f"import sys; print([name for name in {heavy} if name in sys.modules])"
    program = (
        "from fitscan.cli.group import commands\n"
        f"commands({words!r}, prog_name='fitscan', standalone_mode=False)\n{loaded}"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_all_cores_are_those_that_the_process_may_use(monkeypatch):
    """Was a bug: they were those of the machine, of which a batch system gives some."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(77)), raising=False)
    check = commands.get_command(None, "check")
    (option,) = (option for option in check.params if option.name == "cores")
    assert option.get_default(click.Context(check)) == 77


def test_help_lists_every_command_with_its_line():
    said = CliRunner().invoke(commands, ["--help"]).stdout
    assert all(name in said and text in " ".join(said.split()) for name, text in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_line_of_the_list_and_an_example(name):
    said = CliRunner().invoke(commands, [name, "--help"]).stdout
    assert " ".join(said.split("\n\n")[1].split()) == COMMANDS[name]
    assert f"\n      fitscan {name}" in said


def test_version_is_that_of_the_package():
    assert CliRunner().invoke(commands, ["--version"]).stdout == f"fitscan, version {__version__}\n"


@pytest.mark.parametrize(
    "words", [["nothing"], ["check"], ["check", "--cores", "x"], ["--nothing"]]
)
def test_a_wrong_command_line_ends_with_status_2(words):
    told = CliRunner().invoke(commands, words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("Usage: ")


def test_an_error_of_a_user_is_one_line_on_stderr_and_status_1(tmp_path):
    done = fitscan("check", "nowhere.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("ConfigError: nowhere.yaml cannot be read")
    assert len(done.stderr.splitlines()) == 1


def test_what_the_system_refuses_is_one_line(tmp_path):
    (tmp_path / "a").write_text("")
    done = fitscan("init", "--output", "a/my.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("StorageError: ")


def test_a_reader_that_has_gone_is_no_error():
    shell = f"{sys.executable} -m fitscan.cli doctor | true"
    done = subprocess.run(shell, shell=True, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_closed_streams_are_no_error(tmp_path):
    shell = f"{sys.executable} -m fitscan.cli doctor <&- >&- 2>&-"
    assert subprocess.run(shell, shell=True, cwd=tmp_path, check=False).returncode == 0


def test_a_shell_completes_names_without_loading_a_command(monkeypatch):
    words = {"COMP_WORDS": "fitscan re", "COMP_CWORD": "1", "_FITSCAN_COMPLETE": "bash_complete"}
    done = CliRunner().invoke(commands, env=words, prog_name="fitscan")
    assert done.stdout == "plain,reproduce\n"
