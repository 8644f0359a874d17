"""The doctor says of an executor whether a scan could run there, and if not, why."""

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from scripted import LOST, Scripted, fitted

from fitscan.cli.group import commands
from fitscan.dispatch import doctor
from fitscan.worker.run import identity


@pytest.fixture
def examine(monkeypatch):
    """Examine an executor; return what is printed, and the error."""

    def call(executor):
        monkeypatch.setattr(doctor, "open_executor", lambda name, folder: executor)
        told = CliRunner().invoke(commands, ["doctor", "mine"])
        return told.stdout, told.stderr or None

    return call


def changed(**identity):
    """What another worker answers to a probe."""

    def answer(request):
        response = fitted(request)
        return response | {"worker": response["worker"] | identity}

    return answer


def test_table_says_what_runs_there_and_here(examine):
    there = {"host": "n1", "pid": 7, "cores": 99, "cpu": "z80", "devices": "0,1"}
    printed, error = examine(Scripted(probes=[changed(**there)]))
    ours = identity()
    lines = dict(line.split(None, 1) for line in printed.splitlines())
    assert error is None
    assert "yes, worker 7 on n1" in printed
    assert re.search(r"first answer +[\d.]+ s", printed)
    assert re.search(r"round trip +[\d.]+ ms", printed)
    assert lines["Python"] == f"{ours['python']} there, {ours['python']} here"
    assert lines["numba"].endswith(f"{ours['packages']['numba']} here")
    assert lines["CPU"] == f"z80 there, {ours['cpu']} here"
    assert (lines["cores"], lines["devices"]) == ("99", "0,1")
    assert printed.endswith("mine can be used\n")


def test_other_versions_are_printed_and_end_with_one_error(examine):
    printed, error = examine(Scripted(probes=[changed(packages={"numpy": "1.0"})]))
    assert re.search(r"numpy +1\.0 there", printed)
    assert re.search(r"numba +not installed there", printed)
    assert "can be used" not in printed
    assert re.match(r"VersionMismatch: .*numba: .*numpy: .* here, 1\.0 there.*worker_init", error)


def test_executor_without_workers_ends_with_one_error(examine):
    printed, error = examine(Scripted(probes=[LOST]))
    assert printed == ""
    assert error.startswith("ExecutorError: a worker could not identify itself")


def test_round_trip_is_that_of_a_worker_that_has_answered_before(examine):
    executor = Scripted(probes=[changed(pid=1), changed(pid=2), changed(pid=2), LOST])
    assert examine(executor)[1] is None
    assert len(executor.sent) == 3


@pytest.mark.parametrize(("name", "code"), [("process_pool", 0), ("nowhere", 1)])
def test_doctor_is_a_command(project_folder, name, code):
    ran = subprocess.run(
        [sys.executable, "-m", "fitscan.cli", "doctor", name],
        cwd=project_folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    if code:
        assert ran.stderr.startswith("ExecutorError: unknown executor: 'nowhere'")
        assert "Traceback" not in ran.stderr
    else:
        assert ran.stdout.endswith("process_pool can be used\n")
