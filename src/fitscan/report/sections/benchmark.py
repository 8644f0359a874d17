"""How long whole runs take, beside published times; only where the run has timed any."""

import io
from dataclasses import dataclass

import pandas as pd

from fitscan.benchmark.published import published_times
from fitscan.benchmark.words import how_measured, published_words, times_words
from fitscan.config.wanted_benchmark import BENCHMARK_FIGURES
from fitscan.report.run import Run

__all__ = ["TITLE", "show"]

TITLE = "Benchmark"

# What the figures show, also to those who do not see them.
CAPTIONS = {
    "timing": "The wall time of all points of each analysis, as in the tables.",
    "workers": "Wall time against the number of workers, and ideal scaling.",
    "phases": "The seconds of each phase of a run, from the command to the contour.",
}


@dataclass(frozen=True)
class Benchmark:
    """What was timed.

    Attributes:
        times: What was measured, as texts.
        published: What was published, as texts; may have no rows.
        said: How it was measured.
        figures: Path without suffix, image and caption of each figure.
    """

    times: pd.DataFrame
    published: pd.DataFrame
    said: list[str]
    figures: list[tuple[str, str, str]]


def show(run: Run) -> Benchmark | None:
    """Return what was timed, if anything was."""
    if "benchmark.csv" not in run.files:
        return None
    names = {"analysis": str, "scan": str}
    table = pd.read_csv(io.BytesIO(run.files["benchmark.csv"]), dtype=names)
    published = published_times(table["analysis"])
    captions = {f"benchmark/{name}": CAPTIONS[name] for name in BENCHMARK_FIGURES}
    for part in run.parts:
        path = f"benchmark/{part.analysis}/{part.scan}/times"
        if f"{path}.csv" in run.files:
            captions[path] = f"The time of each point of {part.analysis}, scan {part.scan}."
    return Benchmark(
        times=times_words(table),
        published=published_words(published),
        said=how_measured(table, published),
        figures=[
            (path, image, said) for path, said in captions.items() if (image := run.figure(path))
        ],
    )
