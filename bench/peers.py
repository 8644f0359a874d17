"""Compare fitscan with pyhf and NextStat on points of 1Lbb; `make bench-peers` runs it.

    python bench/peers.py [PYTHON]    which has NextStat; that of .venv-peers by default

Writes CPU seconds to results/benchmark_peers.csv, and CLs of each point, with the minima of its
fits, to results/benchmark_peers_CLs.csv. Each engine has a process with one thread; one is asked at
a time, and fitscan before each peer, so that a noisy machine disturbs all alike.
Needs FITSCAN_DATA.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from published import load
from run import PROJECT, data_folder, write_table

from fitscan.likelihood.patching import apply_patch

# The one whose CLs is published, two near the contour, and one with several minima.
POINTS = [
    "C1N2_Wh_hbb_1000_0",
    "C1N2_Wh_hbb_900_250",
    "C1N2_Wh_hbb_700_150",
    "C1N2_Wh_hbb_550_250",
]
TOY_POINTS = POINTS[:2]
REFERENCE = "fitscan"
WORDS = {"asymptotic": "CLs, observed and expected", "toys": "one toy of each hypothesis"}
FITS = {"background": "mu = 0", "signal": "mu = 1", "free": "free fit"}
# NLLs that differ by more belong to different minima.
SAME_MINIMUM = 1e-3
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON")

# An answer to "asymptotic": by point CLs (observed, expected median) and NLLs of the fits.
Tests = Mapping[str, Mapping[str, Any]]


class Peer:
    """A process that answers questions about points; see ``adapters/serving.py``.

    Attributes:
        version: What it says of itself.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.version: str = self._answer()

    def ask(self, what: str, points: list[str]) -> dict[str, Any]:
        """Return the answer to a question."""
        assert self._process.stdin is not None
        print(json.dumps([what, points]), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = self._answer()
        return answer

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(map(str, self._process.args))} ended")  # type: ignore[arg-type]
        return json.loads(line)


@contextmanager
def started(*command: object) -> Iterator[Peer]:
    """Start an adapter, and end it afterwards."""
    environment = os.environ | {f"{name}_NUM_THREADS": "1" for name in THREADS}
    with subprocess.Popen(
        list(map(str, command)),
        env=environment | {"PYTHONPATH": str(PROJECT / "src")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Peer(process)


def write_points(folder: Path) -> None:
    """Write the background, and patch and workspace of each point, for the adapters."""
    background, patches = load("1Lbb")
    files = {"background": background}
    for point in POINTS:
        patch = dict(patches)[point]
        files[f"{point}.patch"] = patch
        files[point] = apply_patch(background, patch, where=point)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")


def largest_difference(tests: Tests, reference: Tests, points: list[str]) -> float:
    """Return the largest difference of any CLs of some points; NaN without points."""
    return max(
        (
            abs(ours - theirs)
            for point in points
            for ours, theirs in zip(tests[point]["CLs"], reference[point]["CLs"], strict=True)
        ),
        default=math.nan,
    )


def other_minima(nll: Mapping[str, float], reference: Mapping[str, float]) -> list[str]:
    """Say which fits end in other minima than the reference, and by how much the NLL differs."""
    return [
        f"{words} {abs(rise):.3f} {'lower' if rise < 0.0 else 'higher'}"
        for fit, words in FITS.items()
        if abs(rise := nll[fit] - reference[fit]) > SAME_MINIMUM
    ]


def agreement(tests: Tests, reference: Tests) -> dict[str, Any]:
    """Return the columns that compare CLs and minima of a peer with those of the reference."""
    others = {point: other_minima(tests[point]["nll"], reference[point]["nll"]) for point in tests}
    same = [point for point in tests if not others[point]]
    return {
        "CLs_off": largest_difference(tests, reference, list(tests)),
        "CLs_off_same_minima": largest_difference(tests, reference, same),
        "minima": "; ".join(f"{p}: {', '.join(fits)}" for p, fits in others.items() if fits)
        or "the same",
    }


def table(
    seconds: Mapping[tuple[str, str], list[float]],
    tests: Mapping[str, Tests],
    versions: Mapping[str, str],
) -> pd.DataFrame:
    """Return a row for each engine and question.

    Args:
        seconds: CPU seconds of one answer, for each engine and question, each time it was asked.
        tests: Answers of each engine to "asymptotic".
        versions: Versions of the engines.
    """
    rows = []
    for (peer, what), measured in seconds.items():
        # The reference is asked again and again about the same points, a peer once about each.
        cpu = median(measured) if peer == REFERENCE else sum(measured) / len(measured)
        row = {"peer": peer, "version": versions[peer], "what": WORDS[what], "cpu_s": cpu}
        if what == "asymptotic":
            row |= agreement(tests[peer], tests[REFERENCE])
        rows.append(row | {"of": what})
    made = pd.DataFrame(rows)
    ours = made[made["peer"] == REFERENCE].set_index("of")["cpu_s"]
    made.insert(4, "ratio", made["cpu_s"] / made["of"].map(ours))
    return made.drop(columns="of").sort_values("what", kind="stable", ignore_index=True)


def answers_of_points(tests: Mapping[str, Tests]) -> pd.DataFrame:
    """Return CLs of each engine at each point, and which of its fits end in other minima."""
    rows = []
    for point, reference in tests[REFERENCE].items():
        for peer, answers in tests.items():
            observed, expected = answers[point]["CLs"]
            others = other_minima(answers[point]["nll"], reference["nll"])
            row = {"point": point, "peer": peer, "CLs_obs": observed, "CLs_exp_0": expected}
            rows.append(row | {"minima": ", ".join(others) or "the same"})
    return pd.DataFrame(rows)


def ask_all(
    peers: Mapping[str, Peer],
) -> tuple[dict[tuple[str, str], list[float]], dict[str, dict[str, Any]]]:
    """Ask all engines about all points, and the reference before each of the others.

    Returns CPU seconds and tests, for ``table``.
    """
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    tests: dict[str, dict[str, Any]] = defaultdict(dict)

    def ask(name: str, what: str, points: list[str]) -> None:
        answer = peers[name].ask(what, points)
        seconds[name, what].append(answer["cpu_s"])
        tests[name] |= answer.get("tests", {})
        print(f"{name:16}{what:12}{answer['cpu_s']:10.4g} s  {' '.join(points)}", flush=True)

    for what, points in (("asymptotic", POINTS), ("toys", TOY_POINTS)):
        for point in points:
            for name in peers:
                if name != REFERENCE:
                    ask(REFERENCE, what, points)
                    ask(name, what, [point])
    return seconds, tests


def digits(made: pd.DataFrame, number: int) -> pd.DataFrame:
    """Return a table with so many significant digits, as text that nobody rounds again."""

    def text(cell: Any) -> Any:
        if not isinstance(cell, float):
            return cell
        return "" if math.isnan(cell) else f"{cell:.{number}g}"

    return made.map(text)


def main() -> None:
    """Compare, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("python", nargs="?", default=str(PROJECT / ".venv-peers/bin/python"))
    python = parser.parse_args().python
    os.environ["FITSCAN_DATA"] = str(data_folder())
    adapters = PROJECT / "bench/adapters"
    with tempfile.TemporaryDirectory(prefix="fitscan-") as folder, ExitStack() as stack:
        write_points(Path(folder))
        commands = {
            REFERENCE: (sys.executable, adapters / "by_fitscan.py", folder, "default"),
            "fitscan, search": (sys.executable, adapters / "by_fitscan.py", folder, "search"),
            "pyhf": (sys.executable, adapters / "by_pyhf.py", folder),
            "NextStat": (python, adapters / "by_nextstat.py", folder),
        }
        peers = {name: stack.enter_context(started(*command)) for name, command in commands.items()}
        for name in commands:  # its machine code is loaded, not made
            if name.startswith(REFERENCE):
                for what in WORDS:
                    peers[name].ask(what, POINTS[:1])
        seconds, tests = ask_all(peers)
        versions = {name: peer.version for name, peer in peers.items()}
    write_table(digits(table(seconds, tests, versions), 4), "benchmark_peers.csv")
    write_table(digits(answers_of_points(tests), 6), "benchmark_peers_CLs.csv")


if __name__ == "__main__":
    main()
