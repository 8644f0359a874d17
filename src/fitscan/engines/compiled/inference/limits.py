"""Upper limits on the signal strength, and the significance of a discovery.

A limit is the mu at which CLs = Phi(-(t + a)) / Phi(-t) equals the test size, where a = sqrt(q_A)
and t is that of the data, or n = 2, 1, 0, -1, -2 for the expected band
(``statistics.asymptotics``). For a given t that is so at one value of a, so every limit is the
crossing of

    f(mu) = a(mu) - a*(t(mu)),   Phi(-(t + a*)) = test_size Phi(-t)

which is a line where the asymptotic formulae are exact: a = mu / sigma and t = -mu_hat / sigma
(arXiv:1007.1727, Eqs. 17 and 62 to 66). The expected limits ask for five values of one curve a(mu),
and all six searches share its points: some 25 fits find them all.

Where CLs jumps over the test size, because fits change from one minimum to another, the limit is
where it jumps; where it crosses more than once, the crossing that was found. A remark says so. The
search ends at the upper bound of the parameter of interest, unless that is pyhf's default and
nobody's choice: then it goes on, and a remark says so too.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from fitscan.engines.compiled.inference.crossing import (
    BEYOND,
    NO_VALUE,
    Crossing,
    find_crossing,
    inverse_interpolation,
)
from fitscan.engines.compiled.inference.curves import Curves
from fitscan.engines.compiled.inference.hypotest import Hypotest, hypotest
from fitscan.errors import ConfigError
from fitscan.model.arrays import Model
from fitscan.statistics.asymptotics import (
    discovery_p_value,
    significance,
    slope_of_sqrt_q_asimov_at,
    sqrt_q_asimov_at,
)

__all__ = ["LimitMessages", "Limits", "at_bound", "find_limits", "upper_limits", "widened"]

# How near to its crossing, in standard deviations, a limit is taken. CLs is then within 4e-6 of
# the test size, relative to it, and at 0.05 mu within 1e-6 relative.
_TOLERANCE = 1e-6

# Where the search ends when nobody has set an upper bound, in units of the default one.
_FARTHEST = 1e4

# How often the place of the observed limit is guessed from what is known, and how near, relative to
# mu, t is taken as a line.
_GUESSES, _NEAR = 3, 0.7

# How often the search for the observed limit begins anew, since a fit was below the free one. Twice
# is rare; where NLLs are so large that digits are lost there is no end.
_MOST_FREE_FITS = 10

_EXPECTED = {"median": 0.0, "p2": -2.0, "m2": 2.0, "p1": -1.0, "m1": 1.0}


class LimitMessages(NamedTuple):
    """What there is to say of each limit, in words; empty where there is nothing."""

    observed: str = ""
    m2: str = ""
    m1: str = ""
    median: str = ""
    p1: str = ""
    p2: str = ""


@dataclass(frozen=True)
class Limits:
    """Upper limits on mu, and the discovery test.

    A limit is NaN exactly where ``messages`` say why. q0 and what follows from it are NaN when the
    background fit or the free fit has not converged; they are those of a fit without upper bound.

    Attributes:
        observed: Observed limit.
        m2: Expected limit when the background fluctuates down by two standard deviations.
        m1: The same for one.
        median: Median expected limit.
        p1: Expected limit when the background fluctuates up by one standard deviation.
        p2: The same for two.
        messages: What keeps each limit from being one.
        remarks: What is odd about each limit that there is.
        mu_hat: Fitted signal strength; without the upper bound, where that is nobody's choice.
        q0: 2 (NLL(0) - NLL(mu_hat)), 0 where mu_hat < 0 (arXiv:1007.1727, Eq. 12).
        p0: p-value of the background hypothesis.
        significance: The same in standard deviations.
        fits: Number of fits made.
    """

    observed: float
    m2: float
    m1: float
    median: float
    p1: float
    p2: float
    messages: LimitMessages
    remarks: LimitMessages
    mu_hat: float
    q0: float
    p0: float
    significance: float
    fits: int


def upper_limits(
    model: Model,
    *,
    test: Hypotest | None = None,
    test_size: float = 0.05,
    test_stat: str = "qtilde",
    largest: float | None = None,
) -> Limits:
    """Find the upper limits, with fits from the initial values.

    Args:
        model: The hypothesis.
        test: A test of it, whose fits are used; None makes one.
        test_size: CLs at the limit.
        test_stat: ``qtilde`` or ``q``, as in ``test``.
        largest: How far limits are searched; None stops at the upper bound of the parameter of
            interest, if somebody has set it. Beyond it, everything is as if the measurement had
            this bound: the free fit may go as far as the search, so that mu_hat is not held below
            what is tested.

    Raises:
        ConfigError: The test size is not between 0 and 1, or ``largest`` not positive and finite.
    """
    suggested = float(model.init[model.poi])
    first = suggested if suggested > 0.0 else 1.0

    def curves_of(within: Model) -> Curves:
        known = test if within is model else None
        mu_test = min(first, float(within.upper[within.poi]))
        return Curves(
            within, known or hypotest(within, mu_test=mu_test, test_stat=test_stat), test_stat
        )

    return find_limits(model, curves_of, test_size=test_size, largest=largest)


def find_limits(
    model: Model,
    curves_of: Callable[[Model], Curves],
    *,
    test_size: float,
    largest: float | None = None,
    guesses: Mapping[str, float] | None = None,
) -> Limits:
    """Find the upper limits; see ``upper_limits``.

    Args:
        model: The hypothesis.
        curves_of: Returns the test statistics of it, or of it with another upper bound.
        test_size: CLs at the limit.
        largest: How far limits are searched.
        guesses: Where a limit is perhaps, by name; NaN where nothing is known.

    Raises:
        ConfigError: See ``upper_limits``.
    """
    if not 0.0 < test_size < 1.0:
        raise ConfigError("the test size is not between 0 and 1", value=test_size)
    upper = float(model.upper[model.poi])
    if largest is not None and not 0.0 < largest < math.inf:
        raise ConfigError(
            "the end of the search for limits is not a positive signal strength",
            value=largest,
            hint="give a positive number as `largest`",
        )
    within = model if largest is None or largest <= upper else widened(model, largest)
    end = upper if largest is None else largest
    guesses = guesses or {}
    curves = curves_of(within)
    found = _found(curves, (*_EXPECTED, "observed"), test_size, end, guesses)
    bounded = at_bound(within, curves.mu_hat)
    beyond = [name for name in found if found[name].problem == BEYOND.format(end)]
    free = curves
    if bounded or (beyond and largest is None and not model.poi_bounded):
        free = curves_of(widened(model, math.inf))
        if largest is None and not model.poi_bounded:
            again = _found(free, beyond, test_size, _FARTHEST * upper, guesses)
            note = f"above {upper:g}, the default upper bound of {model.names[model.poi]!r}"
            found |= {
                name: limit._replace(remark="; ".join(filter(None, [note, limit.remark])))
                for name, limit in again.items()
            }
    q0 = free.q0()
    return Limits(
        **{name: limit.x for name, limit in found.items()},
        messages=LimitMessages(**{name: limit.problem for name, limit in found.items()}),
        remarks=LimitMessages(
            **{name: "" if limit.problem else limit.remark for name, limit in found.items()}
        ),
        mu_hat=curves.mu_hat if model.poi_bounded or largest is not None else free.mu_hat,
        q0=q0,
        p0=discovery_p_value(q0),
        significance=significance(q0),
        fits=curves.fits + (free.fits if free is not curves else 0),
    )


def at_bound(model: Model, mu_hat: float) -> bool:
    """Tell whether a fitted signal strength is held by its upper bound."""
    return mu_hat >= float(model.upper[model.poi]) * (1.0 - 1e-9)


def widened(model: Model, upper: float) -> Model:
    """Return the model with another upper bound of the parameter of interest."""
    bounds = model.upper.copy()
    bounds[model.poi] = upper
    return replace(model, upper=bounds)


def _found(
    curves: Curves,
    names: Iterable[str],
    test_size: float,
    largest: float,
    guesses: Mapping[str, float],
) -> dict[str, Crossing]:
    """Find some of the limits, the median first: the others begin with its points."""
    found = {}
    for name in names:
        guess = guesses.get(name, math.nan)
        if name == "observed":
            found[name] = _observed(curves, test_size, largest, guess)
        else:
            sought = sqrt_q_asimov_at(_EXPECTED[name], test_size)
            found[name] = _expected(curves, sought, largest, guess)
    return found


def _expected(curves: Curves, sought: float, largest: float, guess: float) -> Crossing:
    """Find where a(mu) has the sought value."""
    known = {mu: a - sought for mu, a in curves.known_a().items()}
    if 0.0 not in known:
        return Crossing(math.nan, curves.problem)
    limit = find_crossing(
        lambda mu: curves.a(mu) - sought,
        known,
        largest=largest,
        tolerance=_TOLERANCE,
        guess=None if math.isnan(guess) else guess,
        slope=curves.slope_of_a,
    )
    return limit if limit.problem != NO_VALUE else Crossing(math.nan, curves.problem)


def _observed(curves: Curves, test_size: float, largest: float, guess: float) -> Crossing:
    """Find where the CLs of the data is the test size."""

    def distance(mu: float) -> float:
        a, t = curves.a(mu), curves.t(mu)
        return a - sqrt_q_asimov_at(t, test_size) if math.isfinite(t) else math.nan

    def slope(mu: float) -> float:
        slope_of_t = curves.slope_of_t(mu)
        if math.isnan(slope_of_t):
            return math.nan
        return curves.slope_of_a(mu) - slope_of_t * slope_of_sqrt_q_asimov_at(
            curves.t(mu), test_size
        )

    for _ in range(_MOST_FREE_FITS):
        free = curves.free
        known = {mu: y for mu in curves.known_t() if not math.isnan(y := distance(mu))}
        if 0.0 not in known:
            return Crossing(math.nan, curves.problem)
        limit = find_crossing(
            distance,
            known,
            largest=largest,
            tolerance=_TOLERANCE,
            guess=_where_expected(curves, max(known), test_size) if math.isnan(guess) else guess,
            slope=slope,
        )
        if limit.problem == NO_VALUE:
            return Crossing(math.nan, curves.problem)
        # A lower free fit found on the way changes all values.
        if curves.free is free:
            return limit
    return Crossing(math.nan, f"the free fit still fell after {_MOST_FREE_FITS} searches")


def _where_expected(curves: Curves, mu: float, test_size: float) -> float:
    """Return where the CLs of the data is about the test size, given t at some mu.

    Known points of a are many by now, and t changes little with mu: near it t is a line.
    """
    t, rise = curves.t(mu), curves.slope_of_t(mu)

    def where(t_there: float) -> float:
        sought = sqrt_q_asimov_at(t_there, test_size)
        return inverse_interpolation(curves.known_a(), sought, curves.slope_of_a)

    guess = where(t)
    if math.isfinite(rise):
        for _ in range(_GUESSES):
            if abs(guess - mu) > _NEAR * mu:
                break
            guess = where(t + rise * (guess - mu))
    return guess
