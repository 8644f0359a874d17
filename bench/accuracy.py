"""How far to trust the engine: CLs and minima of every published point, against pyhf's.

    python bench/accuracy.py            # all 246 points, about 15 minutes
    python bench/accuracy.py 4          # so many points of each analysis, drawn with a fixed seed

Needs FITSCAN_DATA. Prints the tables of docs/engine.md, section "How far to trust it", and writes
every fit to results/accuracy.csv. Three questions, each with pyhf's own fits:

1. Is CLs that of $FITSCAN_DATA/reference to 2e-5? Where not, pyhf makes its hypothesis test again,
   and the NLLs of its five fits are compared with ours, by pyhf's log-density, on pyhf's data.
2. Is each minimum at or below the lower one of SLSQP and MINUIT? Both run on the engine's NLL
   (see ``minimisers``), on the same data as ours, for the minima from the initial values and
   for the lowest found.
3. Does pyhf alone end where they end? On two points of each analysis.
"""

import csv
import logging
import os
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from minimisers import MINIMISERS, Ended, by_pyhf, minimise
from published import ANALYSES, load

from fitscan.audit.point import Point, rounding
from fitscan.columns import CLS
from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.inference.hypotest import Hypotest, hypotest
from fitscan.engines.compiled.inference.minima import search_minima
from fitscan.engines.compiled.kernels.batch import asimov_data, nll_at
from fitscan.engines.pyhf.reference import pyhf_backend
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Model
from fitscan.model.arrays import FloatArray
from fitscan.statistics.asymptotics import asymptotic_CLs

__all__ = ["Published", "confirmed", "differences", "minima", "pyhf_heights", "sample"]

Row = dict[str, Any]

SAME_CLS, SAME_NLL = 2e-5, 1e-6
CONFIRMED = 2  # points of each analysis that pyhf fits alone

SETTINGS: dict[str, Any] = {
    "mu_test": 1.0,
    "test_stat": "qtilde",
    "poi_bounds": None,
    "measurement": None,
    "interpolation": {"normsys": "code4", "histosys": "code4p"},
}
# Signal strength of each fit.
FITS = {"background": 0.0, "signal": 1.0, "free": None, "asimov": 1.0}


class Published:
    """A published analysis: models and hypothesis tests of its points by name."""

    def __init__(self, name: str) -> None:
        self.workspace, patches = load(name)
        self.name, self.patches = name, dict(patches)
        self._hypotheses = Hypotheses(self.workspace, SETTINGS)

    def hypothesis(self, point: str) -> Any:
        """Return the patched workspace of a point."""
        return apply_patch(self.workspace, self.patches[point], where=point)

    def model(self, point: str) -> Model:
        """Return the model of a point."""
        return self._hypotheses.model(self.hypothesis(point))

    def tests(self, model: Model) -> dict[str, Hypotest]:
        """Return the tests from the initial values and at the lowest minima found."""
        test = hypotest(model)
        found = search_minima(model, test, self._hypotheses.other_starts(model))
        return {"start": test, "search": found.test}

    def point(self, point: str) -> Point:
        """Return a point with pyhf's model of it."""
        model = self.model(point)
        return Point.of(model, self.hypothesis(point), SETTINGS)

    def reference(self) -> dict[str, list[float] | None]:
        """Return pyhf's CLs of each point; None where it has none."""
        folder = Path(os.environ.get("FITSCAN_DATA", "../shared/data")) / "reference"
        with (folder / f"{self.name}.csv").open() as file:
            rows = {row["name"]: [row[column] for column in CLS] for row in csv.DictReader(file)}
        known = {name: [float(text or "nan") for text in CLs] for name, CLs in rows.items()}
        return {name: CLs if np.isfinite(CLs).all() else None for name, CLs in known.items()}


def sample(analysis: Published, count: int) -> list[str]:
    """Draw points of an analysis, the same each time."""
    names = sorted(analysis.patches)
    return random.Random(1).sample(names, min(count, len(names)))  # noqa: S311


def differences(analysis: Published, points: list[str]) -> dict[str, float]:
    """Return the largest difference of the six CLs of each point to pyhf's, where it has any."""
    known = analysis.reference()
    found = {}
    for point in points:
        theirs = known[point]
        if theirs is not None:
            ours = analysis.tests(analysis.model(point))["start"].CLs
            found[point] = float(np.abs(np.subtract(ours, theirs)).max())
    return found


def pyhf_heights(analysis: Published, point: str) -> dict[str, float]:
    """Return by how much pyhf's five fits end above ours, in NLL, on the data that pyhf fitted.

    All NLLs are pyhf's. Its Asimov data are those of its own background fit, of which the free fit
    is exact: at the generating parameters. ``rounding`` is what pyhf's NLLs are known to; and
    ``CLs left`` the largest difference of CLs to pyhf's when our NLLs are raised by these amounts.
    """
    import pyhf  # noqa: PLC0415

    seen = analysis.point(point)
    with pyhf_backend("numpy", "scipy"):
        observed, expected, calculator = pyhf.infer.hypotest(
            *(1.0, seen.data, seen.pyhf), return_expected_set=True, return_calculator=True
        )
    theirs = calculator.fitted_pars
    generating = np.empty(len(seen.order))
    generating[seen.order] = theirs.asimov_pars
    asimov = seen.asimov(theirs.asimov_pars)
    data = asimov_data(seen.model.arrays, generating)
    ours = fit(seen.model, seen.model.init, mu=1.0, data=data)

    def height(pars: FloatArray, found: FloatArray, data: FloatArray) -> float:
        return seen.nll(np.asarray(pars), data) - seen.nll(found[seen.order], data)

    result = seen.result
    heights = {
        "background": height(theirs.asimov_pars, result.background.pars, seen.data),
        "signal": height(theirs.fixed_poi_fit_to_data, result.signal.pars, seen.data),
        "free": height(theirs.free_fit_to_data, result.free.pars, seen.data),
        "asimov": height(theirs.fixed_poi_fit_to_asimov, ours.pars, asimov),
        "free asimov": height(theirs.free_fit_to_asimov, generating, asimov),
    }
    q = 2.0 * (result.signal.nll - result.free.nll + heights["signal"] - heights["free"])
    q *= theirs.free_fit_to_data[seen.pyhf.config.poi_index] <= 1.0
    q_asimov = 2.0 * (ours.nll + heights["asimov"] - heights["free asimov"])
    raised = asymptotic_CLs(max(0.0, q), max(0.0, q_asimov))
    left = np.abs(np.subtract(raised, [observed, *expected])).max()
    lost = rounding(seen.model, result.signal.pars, seen.model.data)
    return heights | {"rounding": lost, "CLs left": float(left)}


def minima(analysis: Published, point: str) -> Iterator[Row]:
    """Compare the minima of all fits with those of SLSQP and MINUIT on the same data.

    Yields:
        For each fit, from the initial values and from the search: NLLs, which minimisers
        converged, and ``above``: ours less the lowest of theirs.
    """
    model = analysis.model(point)
    ended: dict[tuple[str, float], dict[str, Ended]] = {}
    for way, test in analysis.tests(model).items():
        # The Asimov data follow from the background fit, of which the search may know a lower one.
        asimov = asimov_data(model.arrays, test.background.pars)
        for name, mu in FITS.items():
            data = asimov if name == "asimov" else model.data
            key = (name, test.background.nll if name == "asimov" else 0.0)
            if key not in ended:
                ended[key] = {by: minimise(by, model, data, mu) for by in MINIMISERS}
            ours, theirs = nll_at(model.arrays, data, test.fits[name].pars), ended[key]
            yield {
                "analysis": analysis.name,
                "point": point,
                "fit": name,
                "minima": way,
                "engine": ours,
                "above": ours - min(end.nll for end in theirs.values()),
                **{by: end.nll for by, end in theirs.items()},
                **{f"{by} converged": end.converged for by, end in theirs.items()},
            }


def confirmed(
    analysis: Published, point: str, by: str, fits: Iterable[str] = tuple(FITS)
) -> dict[str, float]:
    """Return how far pyhf alone ends from where its minimiser ends on the engine's NLL, by fit."""
    seen = analysis.point(point)
    background = seen.result.background.pars
    asimov = asimov_data(seen.model.arrays, background)
    found = {}
    for name in fits:
        data, theirs = seen.model.data, seen.data
        if name == "asimov":
            data, theirs = asimov, seen.asimov(background[seen.order])
        alone = by_pyhf(by, seen, data, theirs, FITS[name])
        found[name] = alone.nll - minimise(by, seen.model, data, FITS[name]).nll
    return found


def main() -> None:
    """Print the tables, as they become known."""
    logging.getLogger("pyhf").setLevel(logging.CRITICAL)  # it prints each fit that fails
    count = int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize
    rows: list[Row] = []
    for analysis in map(Published, ANALYSES):
        points = sample(analysis, count)
        by = differences(analysis, points)
        apart = {point: size for point, size in by.items() if size > SAME_CLS}
        sizes = np.array(list(by.values()))
        print(
            f"\n{analysis.name}: CLs of {len(by)} of {len(points)} points:"
            f" median {np.median(sizes):.1e}, 95 % {np.percentile(sizes, 95):.1e},"
            f" largest {sizes.max():.1e}; {len(apart)} above {SAME_CLS:.0e}"
        )
        if apart:
            heights = pd.DataFrame({point: pyhf_heights(analysis, point) for point in apart}).T
            print(heights_summary(heights.assign(**{"CLs off": pd.Series(apart)})), flush=True)
        found = [row for point in points for row in minima(analysis, point)]
        rows += found
        print(summary(pd.DataFrame(found)), flush=True)
        for point in points[:CONFIRMED]:
            for minimiser in MINIMISERS:
                ends = confirmed(analysis, point, minimiser).items()
                told = ", ".join(f"{fit} {off:+.1e}" for fit, off in ends)
                print(f"  {point}: pyhf alone, {minimiser}, ends off by: {told}", flush=True)
    Path("results").mkdir(exist_ok=True)
    pd.DataFrame(rows).to_csv("results/accuracy.csv", index=False)


def heights_summary(table: pd.DataFrame) -> str:
    """Say at how many points pyhf ends higher or lower, and show by how much."""
    size, heights = SAME_NLL + table["rounding"], table[[*FITS, "free asimov"]]
    higher, lower = heights.gt(size, axis=0).any(axis=1), heights.lt(-size, axis=0).any(axis=1)
    shown = table if len(table) <= 10 else table.describe().loc[["min", "50%", "max"]]
    return (
        f"  of which pyhf ends higher in a fit at {higher.sum()}, lower at {lower.sum()}, in the"
        f" same minima at {(~higher & ~lower).sum()}. Its NLLs are higher by:\n"
        + shown.to_string(float_format="{:+.1e}".format)
    )


def summary(table: pd.DataFrame) -> str:
    """Say how often each fit is at or below the lower of SLSQP and MINUIT, and list the others."""
    lines = []
    for (way, name), part in table.groupby(["minima", "fit"], sort=False):
        ends = ", ".join(f"{by} converged {part[f'{by} converged'].sum()}" for by in MINIMISERS)
        below = int((part["above"] <= SAME_NLL).sum())
        lines.append(f"  {way:7}{name:11} {below} of {len(part)} at or below; {ends}")
        lines += [
            f"    {row.point}: {row.engine:.6f}, SLSQP {row.SLSQP:.6f}, MINUIT {row.MINUIT:.6f}"
            for row in part[part["above"] > SAME_NLL].itertuples()
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
