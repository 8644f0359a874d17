"""A lock on a file, with holders in other processes."""

import signal
import subprocess
import sys
import threading

import pytest

from fitscan.engines.compiled.machine_code.locks import is_locked, locked

HOLDER = """
import sys, time
from pathlib import Path
from fitscan.engines.compiled.machine_code.locks import locked

with locked(Path(sys.argv[1]), patience_s=0.0) as held:
    print(held, flush=True)
    time.sleep(600.0)
"""


@pytest.fixture
def holder(tmp_path):
    command = [sys.executable, "-c", HOLDER, tmp_path / "lock"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_nobody_waits_for_ever(holder, tmp_path):
    with locked(tmp_path / "lock", patience_s=0.2) as held:
        assert not held
    assert holder.poll() is None


def test_a_killed_holder_leaves_the_lock_free(holder, tmp_path):
    holder.kill()
    holder.wait()
    with locked(tmp_path / "lock", patience_s=0.0) as held:
        assert held


def test_a_holder_that_is_killed_meanwhile_is_followed_by_who_waits(holder, tmp_path):
    killer = threading.Timer(0.5, holder.kill)
    killer.start()
    with locked(tmp_path / "lock", patience_s=60.0) as held:
        assert held
    assert holder.wait() == -signal.SIGKILL
    killer.join()


def test_the_lock_is_free_after_an_error(tmp_path):
    with pytest.raises(ValueError, match="mine"), locked(tmp_path / "lock", patience_s=0.0):
        raise ValueError("mine")
    with locked(tmp_path / "lock", patience_s=0.0) as held:
        assert held


def test_others_see_whether_a_lock_is_held(holder, tmp_path):
    assert is_locked(tmp_path / "lock")
    holder.kill()
    holder.wait()
    assert not is_locked(tmp_path / "lock")
    assert not is_locked(tmp_path / "nowhere" / "lock")


def test_a_folder_that_is_not_there_has_no_lock(tmp_path):
    with locked(tmp_path / "nowhere" / "lock", patience_s=0.0) as held:
        assert not held
