"""Processes end with the one that they work for, also when that one is killed.

    python -m fitscan.lifeline PID PROGRAM ARGUMENT...

runs a program in place of this process; when the process PID ends, the program is killed, with all
of its group if that is another one than PID's. A process of ours calls ``end_with`` instead.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["command", "end_with"]

# How often processes are looked at where the system does not tell.
_POLL_S = 0.5


def end_with(pid: int, *, grace_s: float = 5.0) -> None:
    """End this process soon after one of its ancestors does.

    First it is interrupted as by ctrl-c, so that it can end what it started; then it is killed. A
    process that is no ancestor is not watched: its number may come from another machine.

    Args:
        pid: The ancestor.
        grace_s: The time between interrupt and kill.
    """
    if pid in _ancestors():
        thread = threading.Thread(
            target=_follow, args=(pid, grace_s), name="fitscan-lifeline", daemon=True
        )
        thread.start()


def command(pid: int) -> list[str]:
    """Return what to put before a program and its arguments, so that it ends with a process."""
    return [sys.executable, "-m", __name__, str(pid)]


def _follow(pid: int, grace_s: float) -> None:
    _wait_for_end(pid)
    if grace_s:
        os.kill(os.getpid(), signal.SIGINT)  # which also wakes a thread that sleeps
        time.sleep(grace_s)
    os.kill(os.getpid(), signal.SIGKILL)


def _ancestors() -> Iterator[int]:
    """Yield the numbers of parent, grandparent and so on, as far as the system tells."""
    pid = os.getppid()
    while pid > 0:
        yield pid
        try:
            # Behind the name of the program, which may hold anything: state and parent.
            text = Path(f"/proc/{pid}/stat").read_text()
            pid = int(text.rpartition(")")[2].split()[1])
        except OSError:
            return


def _wait_for_end(*pids: int) -> int:
    """Wait until one of these processes has ended; return its number."""
    ended = select.poll()
    handles = {}
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return pid
        except (AttributeError, OSError):  # not on every system, nor in every sandbox
            return _poll_for_end(*pids)
        handles[handle] = pid
        ended.register(handle, select.POLLIN)
    return handles[ended.poll()[0][0]]


def _poll_for_end(*pids: int) -> int:
    while all(map(_lives, pids)):
        time.sleep(_POLL_S)
    return next(pid for pid in pids if not _lives(pid))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _watch(submitter: int, program: int) -> None:
    """Kill a program when its submitter has ended: the work of a process of its own."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.closerange(0, 3)  # else whoever reads what the program writes waits for this process too
    try:
        group = os.getpgid(program)
        is_own = group != os.getpgid(submitter)
    except ProcessLookupError:
        is_own = False
    ended = _wait_for_end(program, submitter)
    with suppress(ProcessLookupError):
        if is_own:  # with all that a program which was killed has left
            os.killpg(group, signal.SIGKILL)
        elif ended == submitter:
            os.kill(program, signal.SIGKILL)


def main() -> None:
    """Run the program that the command line names."""
    submitter, program = int(sys.argv[1]), os.getpid()
    if os.fork() == 0:
        try:
            _watch(submitter, program)
        finally:
            os._exit(0)
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606  it is what the caller asks for


if __name__ == "__main__":
    main()
