"""What several analyses give together, beside what each gives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fitscan.columns import CHOSEN
from fitscan.report.run import Run
from fitscan.tables.method import described_CLs
from fitscan.tables.results import count_excluded

__all__ = ["TITLE", "show"]

TITLE = "Combinations"


@dataclass(frozen=True)
class Combined:
    """A combination, by one scan.

    Attributes:
        title: Its title, with TeX.
        scan: Name of the scan.
        folder: Address of its results as seen from the page.
        statistical: Whether it is one likelihood of all its parts.
        figure: Its figure as the address of an image; nothing if it was not drawn.
        method: How CLs was found.
        points: Number of its points.
        parts: Names of the parts, and a number for each: of its points or, where each point is
            taken from one part, of those that are; None where the part has not run the scan.
        observed: Number of points that are excluded.
        expected: Number of points that are expected to be.
    """

    title: str
    scan: str
    folder: str
    statistical: bool
    figure: str
    method: str
    points: int
    parts: dict[str, int | None]
    observed: int
    expected: int


def show(run: Run) -> list[Combined]:
    """Return all combinations."""
    return [
        combined
        for name, settings in run.combinations.items()
        for combined in (*_statistical(run, name, settings), *_chosen(run, name, settings))
    ]


def _statistical(run: Run, name: str, settings: Mapping[str, Any]) -> Iterator[Combined]:
    points = {(part.analysis, part.scan): part.summary.points for part in run.parts}
    for part in run.parts:
        if part.analysis == name:
            yield Combined(
                title=part.title,
                scan=part.scan,
                folder=part.folder,
                statistical=True,
                figure=part.figure("combination"),
                method=described_CLs(part.reported.results, part.reported.method),
                points=part.summary.points,
                parts={of: points.get((of, part.scan)) for of in settings["of"]},
                observed=part.summary.observed,
                expected=part.summary.expected,
            )


def _chosen(run: Run, name: str, settings: Mapping[str, Any]) -> Iterator[Combined]:
    for chosen in run.chosen:
        if chosen.name == name:
            results = chosen.results
            yield Combined(
                title=chosen.title,
                scan=chosen.scan,
                folder=chosen.folder,
                statistical=False,
                figure=run.figure(f"{name}/{chosen.scan}/figures/combination"),
                method=described_CLs(results, run.method_of(chosen.scan)),
                points=len(results),
                parts={of: int((results[CHOSEN] == of).sum()) for of in settings["of"]},
                observed=count_excluded(results, "CLs_obs", test_size=run.test_size),
                expected=count_excluded(results, "CLs_exp_0", test_size=run.test_size),
            )
