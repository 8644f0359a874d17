"""Ask the engine about odd likelihoods, and keep each that it does not answer sensibly.

    python bench/fuzz.py                                       # 2000 of them
    python bench/fuzz.py --n 20000 --processes 2               # make fuzz
    python bench/fuzz.py --n 500 --seed 17                     # the same ones again
    python bench/fuzz.py --ask results/fuzz/17-3.json          # one that was kept

What is asked, and what is sensible: ``tests/helpers/extremes.py`` and ``sensible.py``. Each seed
makes 500 likelihoods. One that is not answered sensibly is written to
results/fuzz/SEED-NUMBER.json; as a file of tests/cases/extremes it is a test.
"""

import argparse
import json
import secrets
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "helpers"))

from answered import Question, Worker, read_question
from extremes import questions
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from sensible import faults, outcome

FOLDER = Path("results/fuzz")
CHUNK = 500


def ask_many(seed: int, *, count: int, within_cpu_s: float) -> Counter[str]:
    """Ask about the likelihoods of a seed, write what fails, and count how they were answered."""
    answers = Counter[str]()

    @seeded(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(question=questions())
    def ask(question: Question) -> None:
        response = worker.answer(question, within_cpu_s=within_cpu_s)
        found = faults(response)
        if found:
            path = FOLDER / f"{seed}-{answers.total()}.json"
            path.write_text(json.dumps(question._asdict()) + "\n", encoding="utf-8")
            print(f"{path}: {'; '.join(found)}", flush=True)
        answers["not sensible" if found else outcome(response)] += 1

    with Worker() as worker:
        ask()
    return answers


def main(arguments: argparse.Namespace) -> int:
    """Ask, print what is wrong, and return the exit code."""
    if arguments.ask:
        with Worker() as worker:
            response = worker.answer(
                read_question(arguments.ask), within_cpu_s=arguments.within_cpu_s
            )
        found = faults(response)
        print("\n".join(found) or "sensible")
        return bool(found)
    FOLDER.mkdir(parents=True, exist_ok=True)
    first = secrets.randbelow(1 << 32) if arguments.seed is None else arguments.seed
    seeds = range(first, first + -(-arguments.n // CHUNK))
    one = partial(ask_many, count=min(arguments.n, CHUNK), within_cpu_s=arguments.within_cpu_s)
    answers, begin = Counter[str](), time.monotonic()
    with ProcessPoolExecutor(arguments.processes) as pool:
        for seed, more in zip(seeds, pool.map(one, seeds), strict=True):
            answers += more
            print(f"seed {seed}: {more.total()} asked", flush=True)
    said = ", ".join(f"{count} {name}" for name, count in sorted(answers.items()))
    print(f"{answers.total()} asked in {time.monotonic() - begin:.0f} s: {said}")
    return "not sensible" in answers


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=2000, help="how many likelihoods")
    parser.add_argument("--seed", type=int, help="of the first ones; by default a random one")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--within-cpu-s", type=float, default=20.0, help="CPU seconds for an answer"
    )
    parser.add_argument("--ask", type=Path, help="a file of results/fuzz")
    sys.exit(main(parser.parse_args()))
