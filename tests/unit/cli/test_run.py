"""``fitscan run`` is Snakemake: its options, its signals, its status."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from project import wait_for

from fitscan.cli.group import commands

FITSCAN = [sys.executable, "-m", "fitscan.cli"]
SLOW = "rule slow:\n    output: 'made'\n    shell: 'touch begun; sleep 60; touch made'\n"


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Run a command line in an empty folder; return what was started in place of it."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        found = []
        monkeypatch.setattr(os, "execv", lambda _, arguments: found.extend(arguments[3:]))
        monkeypatch.setenv("FITSCAN_COMMAND", "")
        told = CliRunner().invoke(commands, ["run", *words])
        assert told.exit_code == 0, told.output
        return found, told.stderr

    return call


def test_configurations_stand_where_options_do_not_take_other_words(started, project_folder):
    found, said = started("my.yaml", "local.yaml", "figures", "--cores", "2", "--config", "a=b")
    snakefile = ["--snakefile", str(project_folder / "Snakefile")]
    options = ["figures", "--cores", "2", "--config", "a=b"]
    assert found == ["--configfile", "my.yaml", "local.yaml", *snakefile, *options]
    assert said == ""
    assert os.environ["FITSCAN_COMMAND"].startswith("fitscan run my.yaml local.yaml figures")


def test_all_words_reach_snakemake_as_they_are(started):
    assert started("my.yaml", "--config", "a=b", "--", "--help")[0][-4:] == [
        *("--config", "a=b", "--", "--help")
    ]


def test_without_a_configuration_the_example_is_copied_once(started):
    found, said = started("--cores", "2")
    assert "--configfile" not in found
    assert "copied to resources/example" in said
    Path("config/config.yaml").write_text("mine")
    assert started("--cores", "2")[1] == ""
    assert Path("config/config.yaml").read_text() == "mine"


def test_another_way_to_name_a_configuration_copies_nothing(started):
    assert started("--configfile", "my.yaml")[1] == ""
    assert not Path("resources").exists()


def test_unlocking_copies_nothing(started):
    """Was a bug: the example came into a folder with another configuration."""
    started("--unlock")
    assert not Path("config").exists()
    assert not Path("resources").exists()


def test_two_ways_to_name_configurations_are_refused():
    told = CliRunner().invoke(commands, ["run", "a.yaml", "--configfile", "b.yaml"])
    assert told.exit_code == 2


def test_the_status_is_that_of_snakemake(tmp_path):
    (tmp_path / "config.yaml").write_text("analyses: {}\n")
    done = subprocess.run(
        [*FITSCAN, "run", "config.yaml", "-n"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"ConfigError" in done.stdout + done.stderr
    words = [*FITSCAN, "run", "config.yaml", "--nothing"]
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_snakemake(tmp_path, number):
    (tmp_path / "Snakefile").write_text(SLOW)
    (tmp_path / "any.yaml").write_text("a: 1\n")
    # The last one counts.
    words = ["run", "any.yaml", "--snakefile", "Snakefile", "--cores", "1", "made"]
    process = subprocess.Popen(
        [*FITSCAN, *words],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for((tmp_path / "begun").exists, seconds=30)
    # A shell goes on after ctrl-c if the program that it waited for, here touch, ends well.
    time.sleep(1.0)
    os.killpg(process.pid, number)
    said = process.communicate(timeout=30)[1].decode()
    assert process.returncode != 0
    assert not (tmp_path / "made").exists()
    assert "Traceback" not in said
