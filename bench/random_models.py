"""How often the engine is wrong on small random likelihoods that are hard to fit.

    python bench/random_models.py                              # 200 of them
    python bench/random_models.py --n 5000 --processes 2       # make random N=5000
    python bench/random_models.py --only 0-17                  # one: seed 0, number 17

Right values come from a minimiser of its own (``tests/helpers/random_models``). Prints a table by
family, and writes every likelihood on which the engine is wrong, with right values, the engine's
answers and the parameters at the lowest minima, to results/random/SEED-NUMBER.json.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "helpers"))

from random_models.comparison import Compared, compare
from random_models.generator import make
from random_models.table import table

FOLDER = Path("results/random")


def compared(arguments: argparse.Namespace) -> Iterator[Compared]:
    """Compare the likelihoods that are asked for, in turn."""
    numbers = range(arguments.first, arguments.first + arguments.n)
    if arguments.family:
        numbers = [n for n in numbers if make(arguments.seed, n).family in arguments.family]
    one = partial(compare, arguments.seed, searches=tuple(arguments.searches))
    if arguments.processes == 1:
        yield from map(one, numbers)
    else:
        with ProcessPoolExecutor(arguments.processes) as pool:
            yield from pool.map(one, numbers, chunksize=20)


def write(each: Compared) -> None:
    """Write a likelihood on which the engine is wrong."""
    path = FOLDER / f"{each.seed}-{each.number}.json"
    path.write_text(json.dumps(each.document(), indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {each.family}: {', '.join(each.wrong)}", flush=True)


def main(arguments: argparse.Namespace) -> None:
    """Compare, write what is wrong, and print the table."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    done, begin = [], time.monotonic()
    for each in compared(arguments):
        done.append(each)
        if each.wrong:
            write(each)
    print(f"\n{table(done)}\n")
    unclear = sum(bool(each.right.lowest_unclear) for each in done)
    spent = {name: sum(each.cpu_s.get(name, 0.0) for each in done) for name in done[0].cpu_s}
    seconds = ", ".join(f"{name} {1e3 * cpu / len(done):.1f}" for name, cpu in spent.items())
    print(f"Lowest minima not unique: {unclear}. CPU ms a likelihood: {seconds}.")
    print(f"Wall time: {time.monotonic() - begin:.0f} s.")


if __name__ == "__main__":
    # Numerical libraries get one thread each.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="seed (default 0)")
    parser.add_argument("--first", type=int, default=0, help="the first number (default 0)")
    parser.add_argument("--family", nargs="*", help="only these families")
    parser.add_argument("--only", help="SEED-NUMBER of one likelihood")
    parser.add_argument("--searches", nargs="+", default=["search", "exhaustive"])
    parser.add_argument("--processes", type=int, default=1, help="how many (default 1)")
    chosen = parser.parse_args()
    if chosen.only:
        chosen.seed, chosen.first = map(int, chosen.only.split("-"))
        chosen.n = 1
    main(chosen)
