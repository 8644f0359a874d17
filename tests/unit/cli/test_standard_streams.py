"""Streams that are closed take no file, and what stdout does not take is an error."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
from fitscan.cli.standard_streams import open_standard_streams
open_standard_streams()
with open("later") as file:
    raise SystemExit(file.fileno() < 3)
"""


def test_a_later_file_is_no_standard_stream(tmp_path):
    (tmp_path / "later").touch()
    (tmp_path / "program.py").write_text(PROGRAM)
    shell = f"{sys.executable} program.py <&- >&- 2>&-"
    assert subprocess.run(shell, shell=True, cwd=tmp_path, check=False).returncode == 0
    broken = f"{sys.executable} -c 'raise SystemExit(open(\"later\").fileno() < 3)' <&- >&- 2>&-"
    assert subprocess.run(broken, shell=True, cwd=tmp_path, check=False).returncode == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["--help", "fit workspace.json --json"])
def test_an_answer_that_does_not_fit_is_an_error(tmp_path, tiny, command, unbuffered):
    """Was a bug: without a buffer it was cut, with status 0; with one the status was 120."""
    tiny.write(tmp_path / "workspace.json", tiny.workspace())
    shell = f"ulimit -f 0; exec {sys.executable} -m fitscan.cli {command} > answer"
    if command == "--help":
        shell = shell.replace("> answer", "> /dev/full")
    done = subprocess.run(
        shell,
        shell=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("StorageError: ")


def test_an_answer_is_cut_nowhere(tmp_path, tiny):
    """Was a bug: the first KiB was written, with status 0."""
    tiny.write(tmp_path / "workspace.json", tiny.workspace())
    shell = f"ulimit -f 1; exec {sys.executable} -m fitscan.cli fit workspace.json --json > answer"
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    done = subprocess.run(shell, shell=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 1


def test_a_folder_that_was_deleted_is_one_line(tmp_path):
    """Was a bug: commands that write ended with a traceback."""
    (tmp_path / "gone").mkdir()
    shell = f"cd gone; rmdir ../gone; exec {sys.executable} -m fitscan.cli scan a b -o c.csv"
    done = subprocess.run(
        shell, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "StorageError: this folder was deleted. Hint: change to another one\n"
