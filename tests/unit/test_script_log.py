"""A step logs to its file, and ends with a message where the user is at fault."""

import contextlib
import errno
import gc
import logging
import os
import signal
import subprocess
import sys
import warnings

import pytest

from fitscan.errors import PlanError
from fitscan.script_log import SUBMITTER, log_file, step


@pytest.fixture
def log(tmp_path):
    """The log file of a step; what the step does to logging ends with the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    yield tmp_path / "step.log"
    logging.captureWarnings(capture=False)
    gc.unfreeze()
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("fontTools").setLevel(logging.NOTSET)


def test_messages_go_to_the_log_of_this_run_only(log):
    log.write_text("of an earlier run")
    with step(str(log)):
        logging.getLogger("fitscan.dispatch").info("3 of 5 points")
        logging.getLogger("pyhf").debug("not of interest")
        logging.getLogger("fontTools.subset").info("not of interest either")
    text = log.read_text()
    assert "INFO fitscan.dispatch: 3 of 5 points" in text
    assert "earlier" not in text
    assert "interest" not in text


def test_secrets_of_addresses_enter_no_log(log):
    """Was a bug: a traceback, or a warning of a library, had the address of a download."""
    address = "https://me:swordfish@example.org/a?token=swordfish"

    def fail():
        logging.getLogger("urllib3").warning("retrying %s", address)
        raise ValueError(address)

    with pytest.raises(ValueError, match="swordfish"), step(str(log)):
        fail()
    text = log.read_text()
    assert text.count("https://***@example.org/a?***") == 2
    assert "swordfish" not in text


def test_warnings_go_to_the_log(log):
    with step(str(log)), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("careful", UserWarning, stacklevel=1)
    assert "UserWarning: careful" in log.read_text()


def test_error_of_the_user_ends_the_process_with_its_message(log):
    with pytest.raises(SystemExit) as ended, step(str(log)):
        raise PlanError("no points", value="A", hint="add some")
    assert ended.value.code == "PlanError: no points: 'A'. Hint: add some"
    text = log.read_text()
    assert "ERROR fitscan.script_log: PlanError: no points: 'A'. Hint: add some" in text
    assert "Traceback" not in text


def test_any_other_error_is_raised_with_its_traceback_in_the_log(log):
    with pytest.raises(ZeroDivisionError), step(str(log)):
        _ = 1 // 0
    text = log.read_text()
    assert "unexpected error" in text
    assert "ZeroDivisionError" in text
    assert "Traceback" in text


def test_what_a_script_leaves_is_not_searched_for_garbage(log):
    with step(str(log)):
        assert gc.get_freeze_count() == 0
    assert gc.get_freeze_count() > 0


def test_what_the_system_refuses_ends_the_process_with_one_line(log):
    """Was a traceback."""
    with pytest.raises(SystemExit) as ended, step(str(log)):
        raise OSError(errno.EROFS, "Read-only file system", "results/a.csv")
    assert ended.value.code.startswith("StorageError: Read-only file system: 'results/a.csv'. Hint")
    assert "Traceback" not in log.read_text()


def test_a_missing_file_is_an_error_with_its_traceback(log):
    with pytest.raises(FileNotFoundError), step(str(log)):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "a.csv")
    assert "Traceback" in log.read_text()


def test_log_that_cannot_be_opened_is_one_line(log):
    log.mkdir()
    with (
        pytest.raises(SystemExit, match=r"StorageError: Is a directory: .*step\.log"),
        step(str(log)),
    ):
        pytest.fail("the step began")


def test_full_disk_costs_the_log_and_not_the_step(log, capsys):
    """Was a traceback for each line."""
    log.symlink_to("/dev/full")
    with step(str(log)):
        for number in range(3):
            logging.getLogger("fitscan").info("line %d", number)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("the log is incomplete: StorageError: No space left on device (")
    assert f"'{log}'" in line


def test_path_of_the_log_is_known_inside_the_step(log):
    assert log_file() == ""
    with step(str(log)):
        assert log_file() == str(log)


SUBMITS = """
import os, subprocess, sys
os.environ[sys.argv[1]] = str(os.getpid())
subprocess.run([sys.executable, "-c", sys.argv[2], sys.argv[3]])
"""

SCRIPT = """
import sys, time
from fitscan.script_log import step
with step(sys.argv[1]):
    print("begun", flush=True)
    time.sleep(60.0)
"""


def test_a_script_ends_when_snakemake_is_killed(tmp_path):
    """Was a bug: it ran on beside that of the next start."""
    command = [sys.executable, "-c", SUBMITS, SUBMITTER, SCRIPT, str(tmp_path / "step.log")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as running:
        try:
            assert running.stdout.readline() == b"begun\n"
            running.kill()
            running.communicate(timeout=10.0)  # until the script has closed what it writes to
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
