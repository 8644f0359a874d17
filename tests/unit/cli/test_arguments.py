"""A likelihood and its signal are found wherever a command line names them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SIGNAL = "m_200_0.json"
FITSCAN = f"{sys.executable} -m fitscan.cli"


def shell(command):
    return subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, executable="/bin/bash"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["workspace.json", "-p", SIGNAL],
        ["-p", SIGNAL, "workspace.json"],
        ["workspace.json", "--patchset", "patchset.json", "--name", "m_200_0"],
    ],
)
def test_ways_to_name_a_signal_are_the_same(answer, words):
    assert answer("cls", *words) == answer("cls", "workspace.json", SIGNAL)


def test_a_file_may_come_from_stdin(answer):
    expected = answer("cls", "workspace.json", SIGNAL)
    workspace, patch = Path("workspace.json").read_bytes(), Path(SIGNAL).read_bytes()
    assert answer("cls", "-", SIGNAL, stdin=workspace) == expected
    assert answer("cls", "-p", SIGNAL, stdin=workspace) == expected
    assert answer("cls", "workspace.json", "-", stdin=patch) == expected
    patchset = ["--patchset", "-", "--name", "m_200_0"]
    content = Path("patchset.json").read_bytes()
    assert answer("cls", "workspace.json", *patchset, stdin=content) == expected


def test_patches_are_applied_one_after_the_other(answer, tiny):
    tiny.write(Path("more.json"), [{"op": "replace", "path": "/observations/0/data/0", "value": 9}])
    both = json.loads(Path(SIGNAL).read_text()) + json.loads(Path("more.json").read_text())
    tiny.write(Path("both.json"), both)
    expected = answer("cls", "workspace.json", "both.json")
    assert answer("cls", "workspace.json", SIGNAL, "more.json") == expected
    assert answer("cls", "workspace.json", "-p", SIGNAL, "-p", "more.json") == expected
    assert answer("cls", "workspace.json", SIGNAL)["CLs_obs"] != expected["CLs_obs"]


def test_options_of_fits_reach_them(answer):
    default = answer("cls", "workspace.json", SIGNAL)
    options = ["--test-stat", "q", "--poi-bounds", "-5", "8", "--minima", "default"]
    other = answer("cls", "workspace.json", SIGNAL, "--measurement", "nominal", *options)
    assert default["lowest"] is not None
    assert other["lowest"] is None
    assert other["mu_hat"] < 0.0


def test_the_patchset_of_another_workspace_is_taken_if_asked(fitscan, tiny):
    tiny.write(Path("workspace.json"), tiny.workspace() | {"version": "1.0.0", "channels": []})
    changed = tiny.workspace()
    changed["channels"][0]["samples"][0]["data"][0] += 1.0
    tiny.write(Path("workspace.json"), changed)
    words = ["cls", "workspace.json", "--patchset", "patchset.json", "--name", "m_200_0"]
    assert "was made for another workspace" in fitscan(*words, status=1).stderr
    fitscan(*words, "--no-verify-digest")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-", "-"], "Only one file can be -"),
        (["-", "--patchset", "-", "--name", "a"], "Only one file can be -"),
        (["workspace.json", SIGNAL, "-p", SIGNAL], "and not both"),
        (["workspace.json", SIGNAL, "--patchset", "patchset.json", "--name", "a"], "not both"),
        (["workspace.json", "--patchset", "patchset.json"], "need each other"),
        (["workspace.json", "--name", "m_200_0"], "need each other"),
        (["workspace.json", SIGNAL, "--test-stat", "t"], "is not one of"),
        (["workspace.json", SIGNAL, "--poi-bounds", "1"], "requires 2 arguments"),
    ],
)
def test_a_command_line_that_has_no_meaning_ends_with_status_2(fitscan, words, told):
    assert told in fitscan("cls", *words, status=2).stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere.json", SIGNAL], "FileMissing: the file of the workspace does not exist"),
        (["workspace.json", "no.json"], "FileMissing: there is no signal and no file of this name"),
        ([".", SIGNAL], "the workspace is a folder"),
        (["workspace.json", "."], "the patch is a folder"),
        (["-", SIGNAL], "is empty"),
        (["workspace.json", "-"], "is empty"),
        (["workspace.json", "patchset.json"], "patchset.json is a patchset"),
        (["workspace.json"], "the workspace has no signal"),
        (["workspace.json", "--patchset", "patchset.json", "--name", "a"], "such as 'm_100_0'"),
        (["workspace.json", SIGNAL, "--poi-bounds", "2", "1"], "poi_bounds"),
        (["workspace.json", SIGNAL, "--measurement", "a"], "it has nominal"),
    ],
)
def test_an_error_in_what_is_given_is_one_line_and_status_1(fitscan, words, told):
    done = fitscan("cls", *words, status=1)
    assert told in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_stdin_that_is_closed_is_one_line(files):
    for words in (f"- {SIGNAL}", f"-p {SIGNAL}", "workspace.json -"):
        done = shell(f"{FITSCAN} cls {words} <&-")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("ConfigError: stdin is closed")
        assert len(done.stderr.splitlines()) == 1


def test_a_pipe_has_what_a_file_has(files):
    piped = shell(f"{FITSCAN} cls <(cat workspace.json) <(cat {SIGNAL}) --json")
    plain = shell(f"{FITSCAN} cls workspace.json {SIGNAL} --json")
    assert (piped.returncode, piped.stderr) == (0, "")
    assert piped.stdout == plain.stdout


def test_a_terminal_is_not_waited_for(files):
    python = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    words = [sys.executable, "-c", python, *FITSCAN.split(), "cls"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "Missing argument 'WORKSPACE'" in done.stdout
