"""Compare the results of kernels that were compiled for different kinds of CPU, on one machine.

Prints, for each likelihood and CPU, the largest difference of any CLs from that of this machine's
own CPU, at the default minima and at the lowest found, and at how many points a decision at CLs =
0.05 turns. The likelihoods are the example's and those that ``published`` reads.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from engine import SETTINGS
from published import load

from fitscan.columns import CLS, LOWEST_CLS
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.likelihood.patching import apply_patch
from fitscan.machine import HOST, lacking, variables

LIKELIHOODS = ("example", "staus", "1Lbb")
CPUS = ("generic", "haswell")

Numbers = np.ndarray[Any, np.dtype[np.float64]]


def made_for(cpu: str, name: str) -> Numbers:
    """Return all CLs of a likelihood by kernels for a CPU, (points, 12), made in a new process."""
    done = subprocess.run(
        [sys.executable, __file__, name],
        env=os.environ | variables(cpu),
        capture_output=True,
        text=True,
        check=True,
    )
    return np.array(json.loads(done.stdout), dtype=float)


def made_here(name: str) -> list[list[float | None]]:
    """Return the same by the kernels of this process."""
    background, patches = example() if name == "example" else load(name)
    engine = CompiledEngine(background, SETTINGS | {"minima": "search"})
    rows = [engine.fit_point(apply_patch(background, patch, where=n)) for n, patch in patches]
    return [[row[column] for column in (*CLS, *LOWEST_CLS)] for row in rows]


def example() -> tuple[Any, list[tuple[str, list[Any]]]]:
    """Return workspace and patches of the example."""
    folder = Path(__file__).parents[1] / "resources" / "example"
    patchset = json.loads((folder / "patchset.json").read_bytes())["patches"]
    patches = [(patch["metadata"]["name"], patch["patch"]) for patch in patchset]
    return json.loads((folder / "workspace.json").read_bytes()), patches


def main() -> None:
    """Print the table."""
    print(f"{'':10}{'CPU':10}{'points':>8}{'CLs':>10}{'lowest':>10}{'identical':>11}{'turned':>8}")
    for name in LIKELIHOODS:
        own = made_for(HOST, name)
        for cpu in (HOST, *CPUS):
            if missing := lacking(cpu):
                print(f"{name:10}{cpu:10} this machine lacks {', '.join(missing)}")
                continue
            other = made_for(cpu, name)
            assert np.array_equal(np.isnan(own), np.isnan(other))
            apart = np.nanmax(np.abs(other - own).reshape(-1, 2, len(CLS)), axis=(0, 2))
            same = np.count_nonzero((other == own).all(axis=1))
            turned = np.count_nonzero(((other < 0.05) != (own < 0.05)).any(axis=1))
            print(
                f"{name:10}{cpu:10}{len(own):8}{apart[0]:10.1e}{apart[1]:10.1e}{same:11}{turned:8}"
            )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(made_here(sys.argv[1])))
    else:
        main()
