"""A worker that dies, waits, raises or returns too much as texts in a request tell it.

``answer_requests`` takes the place of ``process_pool._answer_requests``; new processes import it
from here. Workers of all executors are mortal where ``mortal_site`` is in their PYTHONPATH.
"""

import os
import resource
import signal
import time
from pathlib import Path

from fitscan.executors import process_pool
from fitscan.worker.run import run as _run


def answer_requests(pipe):
    process_pool.run = run
    process_pool._answer_requests(pipe)


_TAKEN: list[bytearray] = []


def _take_what_is_free() -> None:
    """Fill the memory that the process has without asking for more; leave enough for an error."""
    try:
        while True:
            _TAKEN.append(bytearray(1 << 15))
    except MemoryError:
        del _TAKEN[:16]


def run(request):
    """Answer, or die, as the request says in some text in it.

    poison: dies; has no more memory once at PATH: gets none for the rest of its life if PATH is not
    there, and leaves it; dies once at PATH: dies if PATH is not there, and leaves it; waits at
    PATH: writes its process number to PATH and waits until PATH is gone; waits once at PATH: the
    same if PATH is not there, until PATH is empty; raises once at PATH, returns too much once at
    PATH: does so if PATH is not there, and leaves it.
    """
    text = request.decode()
    if _first_time("has no more memory once at ", text):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize(), -1))
        _take_what_is_free()
    if "poison" in text or _first_time("dies once at ", text):
        _die()
    if _first_time("raises once at ", text):
        raise ValueError("as told")
    if _first_time("returns too much once at ", text):
        return _run(request) + b" " * 7_500_000
    if path := _first_time("waits once at ", text):
        path.write_text(f"{os.getpid()} ")
        while path.read_text():
            time.sleep(0.005)
    if path := _path("waits at ", text):
        path.write_text(f"{os.getpid()} ")
        while path.exists():
            time.sleep(0.005)
    return _run(request)


def _die():
    # Not while a thread still hands over the last answer: it would take the lock of the queue with
    # it, and Parsl's manager would wait for the rest of that answer for ever.
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGKILL)


def _path(words, text):
    """Return the path behind these words, None if they are not in the text."""
    return Path(text.split(words)[1].split('"')[0]) if words in text else None


def _first_time(words, text):
    """Return the path behind these words if nobody has been there, and leave a file."""
    path = _path(words, text)
    try:
        return path and (path.touch(exist_ok=False) or path)
    except FileExistsError:
        return None
