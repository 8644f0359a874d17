"""How far to trust toys: those of published points against pyhf's fits and pyhf's own toys.

    python bench/accuracy_toys.py            # 300 toys of each hypothesis by pyhf, half an hour
    python bench/accuracy_toys.py 50         # so many

Needs FITSCAN_DATA and JAX. Three questions; docs/toys.md says what was found:

1. Is q of a toy that of pyhf, fitted to the same data, to 1e-5? Where not, whose minimum is lower?
2. Are CLs, CLs+b and CLb of pyhf's calculator, from toys that it throws, those of ours? How many
   toys of the signal are fitted above its strength?
3. How many toys fail, of all points of an analysis?
"""

import logging
import sys
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pyhf
from published import ANALYSES, load
from pyhf.exceptions import FailedMinimization

from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis
from fitscan.model.arrays import Data

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))

import calculated
from oracle import Oracle, make_oracle
from refitted import SAME, refit

__all__ = ["calculators", "failures", "same_data"]

POINTS = {
    "1Lbb": "C1N2_Wh_hbb_900_250",
    "staus": "DS_280_160_Staus",
    "3L-RJ": "ERJR_200p0_100p0",
}
CALCULATED = "staus"  # the analysis whose toys pyhf throws too
OURS = 40_000  # toys of ours beside these
COUNTED = {"1Lbb": 80, "staus": 1000, "3L-RJ": 1000}  # toys a point and hypothesis, for failures
STREAM = "0123456789abcdef" * 2


def point(name: str) -> Oracle:
    """Return the point of an analysis as both see it."""
    background, patches = load(name)
    hypothesis = apply_patch(background, dict(patches)[POINTS[name]], where=POINTS[name])
    return make_oracle(Analysis(background).model(hypothesis), hypothesis)


def same_data(name: str, count: int) -> list[str]:
    """Fit so many toys of each hypothesis by both."""
    oracle = point(name)
    model = oracle.ours
    test = hypotest(model)
    seen: Counter[str] = Counter()
    apart, off = [0.0], [0.0]
    for at in (test.signal, test.background):
        toys = draw_toys(
            model.arrays, asimov_data(model.arrays, at.pars), STREAM, first=0, count=count
        )
        for data in zip(*toys, strict=True):
            try:
                toy = refit(oracle, at.pars, Data(*data))
            except FailedMinimization:
                seen["pyhf fails"] += 1
                continue
            if toy.nonsense:
                seen["pyhf ends at a negative rate"] += 1
            elif toy.same:
                seen["the same minima"] += 1
                apart.append(abs(toy.ours - toy.theirs))
            elif np.isnan([toy.fixed, toy.free]).any():
                seen["another q by a barrier"] += 1
            elif max(toy.fixed, toy.free) < SAME:
                seen["ours lower"] += 1
            else:
                seen["pyhf's lower"] += 1
                off.append(max(toy.fixed, toy.free))
    told = ", ".join(f"{what} {number}" for what, number in seen.most_common())
    return [
        f"{name} {POINTS[name]}, {2 * count} toys: {told}",
        f"  |difference of q| in the same minima: median {np.median(apart[1:]):.1e}, largest"
        f" {max(apart):.1e}; ours higher by at most {max(off):.1e}",
    ]


def calculators(count: int) -> list[str]:
    """Have pyhf's calculator throw so many toys of each hypothesis; throw more of ours."""
    oracle = point(CALCULATED)
    model = oracle.ours
    q_obs, signal, background = calculated.thrown_as_by_a_worker(model, OURS)
    ours = calculated.answer_of(signal.q, background.q, q_obs)
    begin = time.process_time()
    _, theirs = calculated.calculator_of_pyhf(oracle.theirs, oracle.data(model.data), count, seed=1)
    spent = (time.process_time() - begin) / (2 * count)
    asymptotic = hypotest(model).CLs

    def line(what: str, *numbers: str) -> str:
        return f"  {what:28}" + "".join(f"{number:>18}" for number in numbers)

    def known(answer: Any, place: int) -> str:
        return f"{answer.CLs[place]:.3f} +- {answer.errors[place]:.3f}"

    places = ("observed", "-2 sigma", "-1 sigma", "median", "+1 sigma", "+2 sigma")
    return [
        f"{POINTS[CALCULATED]}: {2 * OURS} toys of ours, {2 * count} of pyhf, {spent:.2f} s each",
        line("", "ours", "pyhf", "asymptotic"),
        line("CLs+b", f"{ours.CLsb:.4f}", f"{theirs.CLsb:.4f}"),
        line("CLb", f"{ours.CLb:.4f}", f"{theirs.CLb:.4f}"),
        *(
            line(f"CLs {place}", known(ours, n), known(theirs, n), f"{asymptotic[n]:.3f}")
            for n, place in enumerate(places)
        ),
        f"  P(mu-hat > 1) of signal toys: {np.nanmean(signal.mu_hat > 1.0):.3f}",
    ]


def failures(name: str) -> str:
    """Count toys of ours that fail, at all points of an analysis."""
    background, patches = load(name)
    analysis, failed, thrown, worst = Analysis(background), 0, 0, ("", 0)
    for label, patch in patches:
        model = analysis.model(apply_patch(background, patch, where=label))
        _, *both = calculated.thrown_as_by_a_worker(model, COUNTED[name])
        here = sum(int(np.isnan(toys.q).sum()) for toys in both)
        failed, thrown = failed + here, thrown + 2 * COUNTED[name]
        worst = max(worst, (label, here), key=lambda entry: entry[1])
    most = f"; most at one point: {worst[1]}, {worst[0]}" if failed else ""
    return f"{name}, {len(patches)} points: {failed} of {thrown} toys fail{most}"


def main() -> None:
    """Print the tables, as they become known."""
    logging.getLogger("pyhf").setLevel(logging.CRITICAL)  # it prints each fit that fails
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for name in ANALYSES:
        print(failures(name), flush=True)
    pyhf.set_backend("jax")  # of the backends the fastest for toys of one point
    print(*calculators(count), sep="\n", flush=True)
    pyhf.set_backend("jax", pyhf.optimize.scipy_optimizer(tolerance=1e-12, maxiter=10_000))
    for name in ANALYSES:
        exact = calculated.poisson_of_pyhf_exact() if name == "3L-RJ" else nullcontext()
        with exact:
            print(*same_data(name, count), sep="\n", flush=True)


if __name__ == "__main__":
    main()
