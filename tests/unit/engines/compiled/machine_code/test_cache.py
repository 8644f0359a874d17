"""Machine code with and without a cache, each in a process of its own."""

import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from fitscan.engines.compiled.machine_code.locks import locked

SCRIPT = """
import os
import resource
import sys
if "ROOM" in os.environ:  # what a full disk does: no file may be longer
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(os.environ["ROOM"]),) * 2)
from fitscan.engines.compiled.machine_code.jit import entry, kernel
from fitscan.engines.compiled.machine_code.folder import cache_folder

@kernel
def twice(x: float) -> float:
    return 2.0 * x

@entry
def doubled(x: float) -> float:
    return twice(x)

print("ready", flush=True)
sys.stdin.readline()
print(doubled(21.0), cache_folder(), sum(doubled.stats.cache_hits.values()))
"""


@pytest.fixture
def start(tmp_path):
    script = tmp_path / "kernel.py"
    script.write_text(SCRIPT)
    with ExitStack() as processes:

        def start(cache, **variables):
            environment = os.environ | {"FITSCAN_CACHE": str(cache)} | variables
            process = subprocess.Popen(
                [sys.executable, script],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            processes.enter_context(process)
            processes.callback(process.kill)
            return process

        yield start


@pytest.fixture
def run(start):
    def run(cache, *, warns="", **variables):
        out, errors = start(cache, **variables).communicate("\n")
        lines = errors.splitlines()
        assert bool(lines) == bool(warns), errors
        assert all(re.match(warns, line) for line in lines), errors
        return out.split()[1:]

    return run


def test_machine_code_is_kept_between_processes(run, tmp_path):
    first, second = run(tmp_path / "cache"), run(tmp_path / "cache")
    assert first[0] == second[0] == "42.0"
    assert first[1].startswith(str(tmp_path / "cache"))
    assert (first[2], second[2]) == ("0", "1")


def test_an_empty_name_switches_the_cache_off(run):
    assert run("")[:2] == ["42.0", "None"]


def test_a_folder_that_cannot_be_made_does_no_harm(run, tmp_path):
    (tmp_path / "file").touch()
    assert run(tmp_path / "file", warns=NOT_KEPT)[:2] == ["42.0", "None"]


NOT_KEPT = "machine code is not kept"
DAMAGED = "machine code in .* is damaged and compiled again"


@pytest.mark.parametrize("room", [0, 100, 1000])
def test_a_full_disk_costs_no_fit(run, tmp_path, room):
    """Was a bug: a worker could not fit, for want of room for files of the cache."""
    full = run(tmp_path / "cache", ROOM=str(room), warns=NOT_KEPT)
    assert (full[0], full[2]) == ("42.0", "0")
    made, loaded = run(tmp_path / "cache"), run(tmp_path / "cache")
    assert (made[2], loaded[2]) == ("0", "1")


def test_damaged_machine_code_on_a_full_disk_costs_no_fit(run, tmp_path):
    run(tmp_path / "cache")
    for path in (tmp_path / "cache").rglob("*.nbi"):
        os.truncate(path, 0)
    assert run(tmp_path / "cache", ROOM="0", warns=f"{NOT_KEPT}|{DAMAGED}")[0] == "42.0"


@pytest.mark.parametrize("size", [0, 100])
@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_damaged_machine_code_is_made_again(run, tmp_path, suffix, size):
    """Was a bug: every run failed until somebody removed the folder."""
    run(tmp_path / "cache")
    for path in (tmp_path / "cache").rglob(f"*.{suffix}"):
        os.truncate(path, size)
    made, loaded = (
        run(tmp_path / "cache", warns=DAMAGED),
        run(tmp_path / "cache"),
    )
    assert made[0] == loaded[0] == "42.0"
    assert (made[2], loaded[2]) == ("0", "1")


def test_machine_code_with_one_bit_changed_is_made_again(run, tmp_path):
    """Was a bug: it was run, and ended the process or gave other numbers."""
    run(tmp_path / "cache")
    for path in (tmp_path / "cache").rglob("*.nbc"):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 4
        path.write_bytes(content)
    assert run(tmp_path / "cache", warns=DAMAGED)[0] == "42.0"
    assert run(tmp_path / "cache")[2] == "1"


def test_machine_code_of_another_cpu_is_not_used(run, tmp_path):
    own = run(tmp_path, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="")
    for name, features in (("generic", "-sse4.2"), ("x86-64", "")):
        other = run(tmp_path, NUMBA_CPU_NAME=name, NUMBA_CPU_FEATURES=features)
        assert other[1] != own[1]
        assert other[2] == "0"
    assert run(tmp_path, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="") == [*own[:2], "1"]


def test_processes_that_start_together_compile_once(start, tmp_path):
    """Was a bug: two shards that started together compiled twice."""
    processes = [start(tmp_path) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    (folder,) = Path(tmp_path).glob("kernels-*")
    with locked(folder / "lock", patience_s=0.0) as held:
        assert held
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        time.sleep(2.0)
        assert [process.poll() for process in processes] == [None, None]
    outputs = [process.communicate()[0].split() for process in processes]
    assert [output[0] for output in outputs] == ["42.0", "42.0"]
    assert sorted(output[2] for output in outputs) == ["0", "1"]


def test_a_process_that_is_killed_while_it_compiles_leaves_no_trap(start, run, tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", KILLED, tmp_path],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"FITSCAN_CACHE": str(tmp_path)},
    )
    assert holder.stdout.readline() == "compiling\n"
    waiting = start(tmp_path)
    waiting.stdin.write("\n")
    waiting.stdin.flush()
    time.sleep(2.0)
    assert waiting.poll() is None
    holder.kill()
    holder.communicate()
    assert waiting.communicate()[0].split()[1] == "42.0"
    assert run(tmp_path)[2] == "1"


def test_others_are_told_that_the_engine_is_compiled(tmp_path):
    """Was a bug: 0 of 60 points, for as long as the engine was compiled."""
    environment = os.environ | {"FITSCAN_CACHE": str(tmp_path)}
    asked = [
        sys.executable,
        "-c",
        "from fitscan.engines.registry import REGISTRY; print(REGISTRY['compiled'].preparing())",
    ]

    def told():
        done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert told() == ""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True, env=environment
    ) as holder:
        assert holder.stdout.readline() == "compiling\n"
        assert told() == "compiling the engine, once on this machine"
        holder.kill()
    assert told() == ""


KILLED = """
import time
from fitscan.engines.compiled.machine_code import linking as libraries

def slow(*arguments):
    print("compiling", flush=True)
    time.sleep(600.0)

libraries.EntryCompiler.compile_extra = slow
from fitscan.engines.compiled.machine_code.jit import entry

@entry
def negative(x: float) -> float:
    return -x

negative(1.0)
"""


def test_an_entry_that_cannot_be_compiled_frees_the_lock(tmp_path):
    script = """
import gc
from numba.core.errors import TypingError
from fitscan.engines.compiled.machine_code.jit import entry
from fitscan.engines.compiled.machine_code.folder import cache_folder
from fitscan.engines.compiled.machine_code.locks import locked

@entry
def wrong(x: float) -> float:
    return x.nothing

try:
    wrong(1.0)
except TypingError:
    with locked(cache_folder() / "lock", patience_s=0.0) as held:
        print(held, gc.isenabled())
"""
    (tmp_path / "wrong.py").write_text(script)
    done = subprocess.run(
        [sys.executable, tmp_path / "wrong.py"],
        env=os.environ | {"FITSCAN_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True True\n"


def test_threads_that_compile_at_once_do_not_wait_for_each_other_for_ever(tmp_path):
    """Was a bug: one had the lock of the folder and waited for the compiler, another the reverse.

    No thread can begin before the compiler is free, so that all meet there.
    """
    (tmp_path / "threads.py").write_text(THREADS)
    done = subprocess.run(
        [sys.executable, tmp_path / "threads.py"],
        env=os.environ | {"FITSCAN_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100.0,
        check=True,
    )
    assert done.stdout.split() == ["15.0"] * 8


THREADS = """
import threading
from numba.core.compiler_lock import global_compiler_lock
from fitscan.engines.compiled.machine_code.jit import entry

def added(first):
    @entry
    def add(x: float) -> float:
        return x + first
    return add

entries = [added(float(number)) for number in range(6)]

def work(found, number):
    found[number] = sum(entries[(number + k) % 6](0.0) for k in range(6))

found = [None] * 8
threads = [threading.Thread(target=work, args=(found, number)) for number in range(8)]
with global_compiler_lock:
    for thread in threads:
        thread.start()
    threads[0].join(0.5)
for thread in threads:
    thread.join()
print(*found)
"""
