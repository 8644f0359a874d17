"""Find where a function of one variable goes from below 0 to above.

The function is taken to be smooth and to rise, and nearly a line; it costs a fit or two, so that
every value counts. Values known already are used. Each step goes where the inverse polynomial
through the four values nearest to 0 puts the crossing (Neville's scheme), or a line when that lies
outside of the bracket; after a step that has halved neither the bracket nor the distance to 0, the
bracket is bisected. This is the idea of TOMS 748 (Alefeld, Potra and Shi,
doi:10.1145/210089.210111) with values shared between searches, and it ends for any function.

A function that jumps over 0 crosses it where it jumps; a remark says so.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

__all__ = ["BEYOND", "NO_VALUE", "Crossing", "find_crossing", "inverse_interpolation"]

NO_VALUE = "the function has no value"
BEYOND = "no crossing below {:g}"

# Nearer than this, relative to the variable, the two sides of a bracket are one point: a jump.
_NARROWEST = 1e-9
# A crossing this near to 0, relative to the largest value of the variable, is not told from 0.
_LEAST = 1e-15
# How far beyond the last value the search may go in one step.
_FARTHEST = 100.0
# More steps than any search takes: 60 bisections, and as many of the others.
_MOST_STEPS = 200

# How many steps beyond the last value go where the crossing is expected; later ones double.
_EXTRAPOLATED = 3

_NEIGHBOURS, _TWINS = 4, 0.1

Slope = Callable[[float], float]


class Crossing(NamedTuple):
    """Where a function goes through 0.

    Attributes:
        x: The place; NaN where there is none.
        problem: Why there is none, in words; empty when there is one.
        remark: What is odd about the one there is, in words.
    """

    x: float
    problem: str = ""
    remark: str = ""


def find_crossing(
    function: Callable[[float], float],
    known: Mapping[float, float],
    *,
    largest: float,
    tolerance: float,
    guess: float | None = None,
    slope: Slope | None = None,
) -> Crossing:
    """Find the crossing.

    Args:
        function: What is searched; NaN where it cannot be had, which ends the search.
        known: Its values so far, at 0, where it is negative, and perhaps elsewhere.
        largest: The search goes no farther.
        tolerance: How near to 0 a value must be.
        guess: Where to look first.
        slope: Its derivative where it has a value; NaN where that is not known.
    """
    values = dict(known)
    best = min(values, key=lambda x: abs(values[x]))
    bisect, steps = False, 0
    while abs(values[best]) > tolerance:
        below, above = _bracket(values)
        if above is None and below >= largest:
            return Crossing(math.nan, BEYOND.format(largest))
        if above is not None and (above - below <= _NARROWEST * above or above <= _LEAST * largest):
            return Crossing(
                above, remark=f"CLs jumps at {above:g}: fits change their minimum there"
            )
        if steps >= _MOST_STEPS:
            return Crossing(math.nan, f"no crossing was found in {steps} steps")
        if guess is not None and below < guess < (largest if above is None else above):
            x = guess
        elif above is None:
            x = min(
                largest,
                _beyond(values, below, slope, at_least=2.0 if steps > _EXTRAPOLATED else 1.0),
            )
        elif bisect:
            x = 0.5 * (below + above)
        else:
            x = _between(values, below, above, slope)
        guess, steps = None, steps + 1
        values[x] = function(x)
        if math.isnan(values[x]):
            return Crossing(math.nan, NO_VALUE)
        new_below, new_above = _bracket(values)
        narrowed = above is None or (
            new_above is not None and new_above - new_below <= 0.5 * (above - below)
        )
        bisect = not narrowed and abs(values[x]) > 0.5 * abs(values[best])
        best = min(values, key=lambda x: abs(values[x]))
    for x, value in values.items():
        if (value > tolerance and x < best) or (value < -tolerance and x > best):
            return Crossing(best, remark=f"more than one crossing: at {best:g}, and near {x:g}")
    return Crossing(best)


def inverse_interpolation(
    points: Mapping[float, float], value: float, slope: Slope | None = None
) -> float:
    """Return where a function has a value, by the polynomial x(y) through the nearest points.

    Where the slope at a point is known, the polynomial has that too: divided differences, in which
    such a point stands twice.

    Returns:
        NaN where two of the points have the same y.
    """
    by_distance = sorted(points, key=lambda x: abs(points[x] - value))
    first = [points[x] for x in by_distance[:_NEIGHBOURS]]
    if len(set(first)) < len(first):
        return math.nan
    nearest = _without_twins(by_distance, points, value)[:_NEIGHBOURS]
    nodes, y, inverse_slopes = list[float](), list[float](), dict[int, float]()
    for x in nearest:
        rise = math.nan if slope is None else slope(x)
        if rise > 0.0:
            inverse_slopes[len(nodes)] = 1.0 / rise
        times = 2 if rise > 0.0 else 1
        nodes += [x] * times
        y += [points[x] - value] * times
    differences = nodes
    found, product = nodes[0], 1.0
    for order in range(1, len(nodes)):
        differences = [
            inverse_slopes[k]
            if y[k + order] == y[k]
            else (differences[k + 1] - differences[k]) / (y[k + order] - y[k])
            for k in range(len(nodes) - order)
        ]
        product *= -y[order - 1]
        found += differences[0] * product
    return found


def _without_twins(
    by_distance: list[float], points: Mapping[float, float], value: float
) -> list[float]:
    """Return points in the same order, of twins the first only.

    Twins, such as the last points of another search, are much nearer to each other than to the
    value: their difference tells of rounding and little else.
    """
    chosen: list[float] = []
    for x in by_distance:
        apart = _TWINS * abs(points[x] - value)
        if all(abs(points[x] - points[other]) > apart for other in chosen):
            chosen.append(x)
    return chosen


def _bracket(values: Mapping[float, float]) -> tuple[float, float | None]:
    """Return the lowest place that is not below 0, if any, and the last one before it."""
    above = min((x for x in values if values[x] >= 0.0), default=None)
    below = max(x for x in values if values[x] < 0.0 and (above is None or x < above))
    return below, above


def _between(
    values: Mapping[float, float], below: float, above: float, slope: Slope | None
) -> float:
    """Return where the crossing is expected within the bracket."""
    x = inverse_interpolation(values, 0.0, slope)
    if not below < x < above:
        share = values[below] / (values[below] - values[above])
        x = below + share * (above - below)
    return x if below < x < above else 0.5 * (below + above)


def _beyond(
    values: Mapping[float, float], last: float, slope: Slope | None, *, at_least: float
) -> float:
    """Return where the crossing is expected beyond the last value: along a line if nowhere else."""
    before = max((x for x in values if x < last), default=None)
    if before is None:
        return math.inf
    x = math.nan if slope is None else inverse_interpolation(values, 0.0, slope)
    if not x > last:
        rise = (values[last] - values[before]) / (last - before)
        x = last - values[last] / rise if rise > 0.0 else math.inf
    return min(max(x, at_least * last), _FARTHEST * last)
