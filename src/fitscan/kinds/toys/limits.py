"""Upper limits on the signal strength from toys: where CLs falls to 1 - level.

CLs is known at few strengths and with uncertainties, so the crossing is bracketed: the nearest
strengths on both sides of it, between which ln CLs is taken to be linear. All six curves, observed
and expected, come from the same toys, and each new strength from the same random streams, so that
CLs changes smoothly with it. The first strengths are the asymptotic limits; others follow, at the
crossings, until one lies near enough. Then

    sigma(mu) = (sigma(CLs) / CLs) / |slope of ln CLs|

at the crossing. CLs is 1 at mu = 0, which is always the lowest bracket.
"""

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fitscan.columns import MU_UP
from fitscan.engines.base import Row
from fitscan.kinds.toys.points import ToyPoint
from fitscan.kinds.toys.tally import Dispatch, Tally, ToyTest, throw
from fitscan.plan.blocks import HYPOTHESES

__all__ = ["ToyLimits", "find_limits"]

log = logging.getLogger(__name__)

# A known strength is near enough to the crossing at this distance, relative to it: there ln CLs is
# linear to much better than toys show. It is near enough too if toys do not resolve the distance.
_NEAR = 0.03

# Over more than this, relative to the crossing, ln CLs is not taken to be linear.
_WIDE = 0.5

# From this uncertainty of ln CLs on, CLs is that of a toy or two.
_UNKNOWN = 0.7

# The slope of ln CLs is taken over at least this distance, relative to the crossing: over less,
# fluctuations hide the slope.
_BASE = 0.1

# The most rounds of toys; three or four are enough.
_ROUNDS = 12


class ToyLimits(NamedTuple):
    """Upper limits of a point, observed and at -2, -1, 0, 1, 2 standard deviations.

    Attributes:
        values: The limits; None where there is none.
        errors: Their uncertainties, from the number of toys; the same.
        messages: Why there is none.
        tallies: Toys that were thrown.
    """

    values: tuple[float | None, ...]
    errors: tuple[float | None, ...]
    messages: tuple[str, ...]
    tallies: tuple[Tally, ...]


class _Known(NamedTuple):
    """One of the curves at one strength: y = ln(CLs / (1 - level)), and its uncertainty.

    Where no toy is as extreme as the data, CLs is replaced by its uncertainty, so that of y is 1.
    """

    mu: float
    y: float
    error: float


class _Crossing(NamedTuple):
    mu: float
    error: float
    near: bool


@dataclass(eq=False)
class _Search:
    """The search of a point: tests by strength, strengths that are wanted next, what failed."""

    point: ToyPoint
    level: float
    max_failed_fraction: float
    tests: dict[float, ToyTest]
    wanted: list[float]
    problems: dict[float, str] = field(default_factory=dict)

    def curve(self, number: int) -> list[_Known]:
        """Return one of the six curves, in rising order of mu."""
        known = [_Known(0.0, -math.log1p(-self.level), 0.0)]
        for mu, test in sorted(self.tests.items()):
            found = test.toy_CLs()
            CLs, error = found.CLs[number], found.errors[number]
            if math.isfinite(CLs):
                CLs = max(CLs, error)
                known.append(_Known(mu, math.log(CLs / (1.0 - self.level)), error / CLs))
        return known

    def wants(self) -> Iterator[float]:
        """Yield strengths that bring the brackets nearer."""
        for number in range(len(MU_UP)):
            known = self.curve(number)
            found = _crossing(known)
            if found is not None and not found.near:
                yield _rounded(found.mu)
            elif found is None and known[-1].error < _UNKNOWN:
                # Not beyond what could not be tested.
                last = known[-1].mu
                bound = min((mu for mu in self.problems if mu > last), default=math.inf)
                yield _rounded(min(2.0 * last, 0.5 * (last + bound)))


def find_limits(
    tests: Sequence[ToyTest], data: Sequence[Row], dispatch: Dispatch, *, level: float | None
) -> dict[ToyTest, ToyLimits]:
    """Find the upper limits of the points that are to have some, by their test.

    Args:
        tests: The tests of ``mu_test``, whose toys are there.
        data: The rows of the tests of the data, with asymptotic limits.
        dispatch: How toys are thrown.
        level: Confidence level of the limits.
    """
    options = dispatch.options
    if options["limits"] is None or level is None:
        return {}
    chosen = options["limits"].get("points")
    searches = {}
    for test, row in zip(tests, data, strict=True):
        if test.has_toys and (chosen is None or test.point.name in chosen):
            known = {} if test.problem(options["max_failed_fraction"]) else {test.mu: test}
            search = _Search(
                test.point, level, options["max_failed_fraction"], known, _asymptotic(row)
            )
            if not search.wanted:
                search.wanted = [*search.wants()] if known else [test.mu]
            searches[test] = search
    for _ in range(_ROUNDS):
        new = {search: [*_new_tests(search, options)] for search in searches.values()}
        if not any(new.values()):
            break
        throw([test for of_one in new.values() for test in of_one], dispatch)
        for search, of_one in new.items():
            for test in of_one:
                if problem := test.problem(search.max_failed_fraction):
                    search.problems[test.mu] = problem
                else:
                    search.tests[test.mu] = test
            search.wanted = [*search.wants()]
        log.info("upper limits: %d strengths tested", sum(map(len, new.values())))
    return {test: _limits(search, test) for test, search in searches.items()}


def _new_tests(search: _Search, options: Mapping[str, Any]) -> Iterator[ToyTest]:
    for mu in dict.fromkeys(search.wanted):
        if mu > 0.0 and mu not in search.tests and mu not in search.problems:
            yield ToyTest(search.point, mu, {h: options[h] for h in HYPOTHESES})


def _asymptotic(row: Row) -> list[float]:
    """Return the asymptotic limits of a point."""
    return [_rounded(row[column]) for column in MU_UP if row[column]]


def _limits(search: _Search, test: ToyTest) -> ToyLimits:
    found_all = (_crossing(search.curve(number)) for number in range(len(MU_UP)))
    # A bracket that could not be narrowed is not a limit: no strength within it could be tested.
    crossings = [at if at is not None and math.isfinite(at.error) else None for at in found_all]
    lacking = [column for column, found in zip(MU_UP, crossings, strict=True) if found is None]
    problem = next(iter(search.problems.values()), "more toys are needed")
    return ToyLimits(
        tuple(None if found is None else found.mu for found in crossings),
        tuple(None if found is None else found.error for found in crossings),
        (f"no {', '.join(lacking)} from toys: {problem}",) if lacking else (),
        tuple(
            tally
            for other in search.tests.values()
            if other is not test
            for tally in other.tallies.values()
        ),
    )


def _crossing(known: Sequence[_Known]) -> _Crossing | None:
    """Return where a curve is 0; None where it is above 0 at all strengths known.

    Args:
        known: The curve in rising order of mu, at mu = 0 above 0.
    """
    last = next((number for number, at in enumerate(known) if at.y <= 0.0), None)
    if last is None:
        return None
    low, high = known[last - 1], known[last]
    width = high.mu - low.mu
    mu = low.mu + width * low.y / (low.y - high.y)
    unknown = max(low.error, high.error) >= _UNKNOWN
    if width > (_BASE if unknown else _WIDE) * mu:
        # Not too near to an end: the line says little of the curve.
        mu = min(max(mu, low.mu + 0.25 * width), high.mu - 0.25 * width)
        return _Crossing(mu, math.inf, near=False)
    # Both ends share their fluctuations; at mu = 0, where there are none, that of the other counts.
    nearest = min((low, high), key=lambda at: abs(at.mu - mu))
    error = (nearest.error or high.error) / abs(_slope(known, last, least=_BASE * mu))
    near = abs(nearest.mu - mu) <= max(_NEAR * mu, 0.5 * error)
    return _Crossing(mu, error, near)


def _slope(known: Sequence[_Known], last: int, *, least: float) -> float:
    """Return the slope of a curve around the strength of a number, over some distance at least."""
    low, high = last - 1, last
    while known[high].mu - known[low].mu < least and low > 0:
        low -= 1
    return (known[high].y - known[low].y) / (known[high].mu - known[low].mu)


def _rounded(mu: float) -> float:
    """Round a strength, so that curves that want nearly the same share toys."""
    return float(f"{mu:.2e}")
