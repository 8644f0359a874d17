"""How often the engine is wrong on small random likelihoods that are hard to fit.

    python bench/random_models.py                              # 200 of them
    python bench/random_models.py --n 5000 --processes 2       # make random N=5000
    python bench/random_models.py --only 0-17                  # one: seed 0, number 17
    python bench/random_models.py --save right.jsonl           # right values only

Right values come from a minimiser of its own (``tests/helpers/random_models``); they are kept in
results/random/right, and used again as long as the code that makes them is the same. Prints a table
by family, and writes every likelihood on which the engine is wrong, with right values, the engine's
answers and the parameters at the lowest minima, to results/random/SEED-NUMBER.json.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "helpers"))

from random_models.comparison import SEARCHES, Compared, compare, find_right
from random_models.generator import make
from random_models.known import append, digest, read_known
from random_models.table import table

FOLDER = Path("results/random")


def numbers_of(arguments: argparse.Namespace) -> list[int]:
    """Return the numbers of the likelihoods that are asked for."""
    numbers = range(arguments.first, arguments.first + arguments.n)
    wanted = arguments.family
    return [n for n in numbers if not wanted or make(arguments.seed, n).family in wanted]


def compared(arguments: argparse.Namespace, pool: ProcessPoolExecutor) -> Iterator[Compared]:
    """Compare likelihoods in turn, and keep their right values."""
    keep = FOLDER / "right" / f"{arguments.seed}-{digest()}.jsonl"
    keep.parent.mkdir(parents=True, exist_ok=True)
    numbers, known = numbers_of(arguments), read_known(keep)
    rights = [known.get(number) for number in numbers]
    one = partial(compare, arguments.seed, searches=tuple(arguments.searches))
    for each in pool.map(one, numbers, rights, chunksize=5):
        if each.number not in known:
            append(keep, [(each.number, each.right)])
        yield each


def write(each: Compared) -> None:
    """Write a likelihood on which the engine is wrong."""
    path = FOLDER / f"{each.seed}-{each.number}.json"
    path.write_text(json.dumps(each.document(), indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {each.family}: {', '.join(each.wrong)}", flush=True)


def main(arguments: argparse.Namespace) -> None:
    """Compare, write what is wrong, and print the table."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.json"):
        path.unlink()
    done, begin = [], time.monotonic()
    with ProcessPoolExecutor(arguments.processes) as pool:
        for each in compared(arguments, pool):
            done.append(each)
            if each.wrong:
                write(each)
    print(f"\n{table(done)}\n")
    for each in done:
        if each.right.lowest_unclear:
            print(f"{each.seed}-{each.number}: not compared: {each.right.lowest_unclear}")
    spent = {
        name: [each.cpu_s[name] for each in done if name in each.cpu_s]
        for name in ("right", *arguments.searches)
    }
    means = (f"{name} {1e3 * sum(s) / len(s):.1f}" for name, s in spent.items() if s)
    print(f"CPU ms a likelihood: {', '.join(means)}.")
    print(f"Wall time: {time.monotonic() - begin:.0f} s.")


def save(arguments: argparse.Namespace) -> None:
    """Write right values to a file."""
    path, numbers = Path(arguments.save), numbers_of(arguments)
    path.unlink(missing_ok=True)
    with ProcessPoolExecutor(arguments.processes) as pool:
        rights = pool.map(partial(find_right, arguments.seed), numbers, chunksize=5)
        short = (replace(right, pars={}) for right in rights)  # for a repository
        append(path, zip(numbers, short, strict=True))


if __name__ == "__main__":
    # Numerical libraries get one thread each.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=200, help="number of likelihoods (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="seed (default 0)")
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first likelihood (default 0)"
    )
    parser.add_argument("--family", nargs="+", help="only these families")
    parser.add_argument("--only", help="SEED-NUMBER of one likelihood")
    parser.add_argument("--searches", nargs="+", default=list(SEARCHES), choices=SEARCHES)
    parser.add_argument("--processes", type=int, default=1, help="number of processes (default 1)")
    parser.add_argument("--save", help="write the right values to this file, and run no engine")
    chosen = parser.parse_args()
    if chosen.only:
        chosen.seed, chosen.first = map(int, chosen.only.split("-"))
        chosen.n = 1
    (save if chosen.save else main)(chosen)
