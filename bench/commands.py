"""How long commands take that people wait for: wall and CPU seconds, the least of some tries.

    python bench/commands.py                                # with the bundled likelihood
    python bench/commands.py BkgOnly.json patchset.json     # with another one; its first signal

Each is a process of its own, with the machine code of the engine in the cache. On a machine with
other work only CPU seconds can be compared.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

TRIES = 5
EXAMPLE = Path(__file__).parents[1] / "resources" / "example"


def seconds(words: list[str]) -> tuple[float, float]:
    """Run a program; return its wall and CPU seconds."""
    begin = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return wall, used.ru_utime + used.ru_stime


def main(files: list[str]) -> None:
    """Time all commands, and print a table."""
    workspace, patchset = files or [
        str(EXAMPLE / f"{name}.json") for name in ("workspace", "patchset")
    ]
    name = json.loads(Path(patchset).read_bytes())["patches"][0]["metadata"]["name"]
    signal = [workspace, "--patchset", patchset, "--name", name]
    fitscan = [sys.executable, "-m", "fitscan.cli"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import fitscan": [sys.executable, "-c", "import fitscan"],
        "fitscan --help": [*fitscan, "--help"],
        "fitscan cls --help": [*fitscan, "cls", "--help"],
        "fitscan cls": [*fitscan, "cls", *signal],
        "fitscan limit": [*fitscan, "limit", *signal],
        "fitscan fit": [*fitscan, "fit", *signal],
        "fitscan scan": [*fitscan, "scan", workspace, patchset],
    }
    print(f"{'':20}   wall    CPU")
    for label, words in commands.items():
        seconds(words)  # fills the caches
        tries = [seconds(words) for _ in range(TRIES)]
        wall, cpu = (min(numbers) for numbers in zip(*tries, strict=True))
        print(f"{label:20} {wall:6.2f} {cpu:6.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
