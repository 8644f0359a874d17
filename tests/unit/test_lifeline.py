"""Processes end with the one that they work for, also when that one is killed."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from fitscan import lifeline
from fitscan.lifeline import command

FOLLOWER = """
import os, signal, time
from fitscan.lifeline import end_with
{before}
end_with(int(os.environ["FOLLOWED"]), grace_s={grace_s})
print(os.getpid(), flush=True)
try:
    time.sleep(60.0)
except KeyboardInterrupt:
    open(os.environ["LEFT"], "w").close()
"""

# Starts a process and waits; a shell of its own is between the two.
SUBMITTER = """
import os, subprocess, sys
os.environ["FOLLOWED"] = str(os.getpid())
subprocess.run(["sh", "-c", '"$@"; true', "sh", *sys.argv[1:]])
"""


@pytest.fixture
def submit(tmp_path):
    """Start a process by another one; return both."""
    submitters = []

    def start(*arguments, script=SUBMITTER):
        submitter = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"LEFT": str(tmp_path / "left")},
        )
        submitters.append(submitter)
        return submitter, psutil.Process(int(submitter.stdout.readline()))

    yield start
    for submitter in submitters:
        submitter.kill()
        submitter.communicate()


def follower(*, grace_s=0.0, before=""):
    return [sys.executable, "-c", FOLLOWER.format(grace_s=grace_s, before=before)]


def has_ended(process, seconds=20.0):
    """Tell whether a process ends in time; one that nobody waits for stays as a zombie."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_a_process_ends_when_an_ancestor_is_killed(submit):
    submitter, process = submit(*follower())
    submitter.kill()
    assert has_ended(process)


def test_a_process_is_first_interrupted_so_that_it_can_end_what_it_started(submit, tmp_path):
    submitter, process = submit(*follower(grace_s=30.0))
    submitter.kill()
    assert has_ended(process)
    assert (tmp_path / "left").exists()


def test_a_process_that_ignores_the_interrupt_is_killed(submit, tmp_path):
    before = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    submitter, process = submit(*follower(grace_s=0.5, before=before))
    submitter.kill()
    assert has_ended(process)
    assert not (tmp_path / "left").exists()


def test_a_process_that_is_no_ancestor_is_not_watched():
    """A number from the environment may be one of another machine."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        before = {thread.name for thread in lifeline.threading.enumerate()}
        lifeline.end_with(other.pid)
        assert {thread.name for thread in lifeline.threading.enumerate()} == before
        other.communicate(b"\n")


def test_a_system_that_does_not_tell_is_asked(monkeypatch):
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    monkeypatch.setattr(lifeline, "_POLL_S", 0.01)
    with subprocess.Popen([sys.executable, "-c", ""]) as short:
        short.wait()
    assert lifeline._wait_for_end(os.getpid(), short.pid) == short.pid


def test_a_program_has_the_streams_and_the_exit_code_that_it_would_have():
    program = [sys.executable, "-c", "print(input()); raise SystemExit(3)"]
    done = subprocess.run(
        [*command(os.getpid()), *program],
        input="text\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("text\n", "", 3)


def test_a_program_takes_the_signals_that_are_sent_to_it():
    program = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"]
    with subprocess.Popen([*command(os.getpid()), *program], stdout=subprocess.PIPE) as running:
        assert running.stdout.readline() == b"1\n"
        running.terminate()
        assert running.wait(timeout=10.0) == -signal.SIGTERM


WATCHED = """
import os, subprocess, sys
from fitscan.lifeline import command
child = '''
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
'''
subprocess.run([*command(os.getpid()), sys.executable, "-c", child], process_group={group})
"""


def test_a_program_ends_when_its_submitter_is_killed(submit):
    submitter, process = submit(script=WATCHED.format(group=None))
    parent = process.parent()
    submitter.kill()
    assert has_ended(parent)
    process.kill()


def test_a_program_ends_with_its_group(submit):
    """A manager of Parsl has workers."""
    submitter, process = submit(script=WATCHED.format(group=0))
    parent = process.parent()
    submitter.kill()
    assert has_ended(parent)
    assert has_ended(process)


def test_what_a_killed_program_leaves_ends_too(tmp_path):
    """Was a bug: children of a killed worker pool ran on for ever."""
    script = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    program = subprocess.Popen(
        [*command(os.getpid()), sys.executable, "-c", f"{script}; time.sleep(60)"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with program:
        left = psutil.Process(int(program.stdout.readline()))
        program.kill()
        program.wait()
        assert has_ended(left)
