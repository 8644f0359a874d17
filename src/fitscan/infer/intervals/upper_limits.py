"""``pyhf.infer.intervals.upper_limits`` with the fits of the compiled engine."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from fitscan.errors import ConfigError
from fitscan.infer.arguments import poi_index
from fitscan.infer.hypothesis_tests import prepared_test

__all__ = ["linear_grid_scan", "toms748_scan", "upper_limit", "upperlimit"]

# What ``hypotest`` returns where the set of expected values is asked for.
_Tested = tuple[Any, list[Any]]

# How often a bound is halved or doubled.
_MOST_STEPS = 60


def _check_level(level: Any, hypotest_kwargs: Mapping[str, Any]) -> None:
    """Refuse what has no limit.

    Raises:
        ConfigError: ``level`` is not between 0 and 1, or the test is that of a discovery.
    """
    if not isinstance(level, int | float | np.number) or not 0.0 < level < 1.0:
        raise ConfigError(
            "level is not between 0 and 1", value=level, hint="it is CLs at the limit, such as 0.05"
        )
    if hypotest_kwargs.get("test_stat") == "q0":
        raise ConfigError("test_stat q0 has no upper limit", hint="take qtilde or q")


def upper_limit(
    data: Any,
    model: Any,
    scan: Any = None,
    level: float = 0.05,
    return_results: bool = False,
    **hypotest_kwargs: Any,
) -> Any:
    """Find the observed and expected upper limits, as pyhf's function of this name does.

    One thing differs: pyhf 0.7.6 takes a ``level`` of 0.05 without a scan, whatever is asked for.

    Args:
        data: Events and auxiliary measurements, in pyhf's order.
        model: The ``pyhf.Model``.
        scan: Values of the parameter of interest between which CLs is interpolated; None looks for
            the limits within its bounds.
        level: CLs at the limit.
        return_results: Whether the tested values are returned, and what ``hypotest`` returns there.
        hypotest_kwargs: See ``fitscan.infer.hypotest``.

    Returns:
        The observed limit, the expected ones at -2, -1, 0, 1, 2 standard deviations, and a tuple of
        the tested values and their results where these are asked for.

    Raises:
        ConfigError: An argument is not valid; or a limit lies beyond the bounds.
        FitError: A fit has not converged.
        ModelError: The model holds what the engine does not compute.
    """
    if scan is not None:
        return linear_grid_scan(data, model, scan, level, return_results, **hypotest_kwargs)
    poi = poi_index(model)  # which says what is wrong with the model
    low, up = model.config.suggested_bounds()[poi]
    observed, expected, results = toms748_scan(
        data, model, low, up, level=level, from_upper_limit_fn=True, **hypotest_kwargs
    )
    return (observed, expected, results) if return_results else (observed, expected)


def toms748_scan(
    data: Any,
    model: Any,
    bounds_low: float,
    bounds_up: float,
    level: float = 0.05,
    atol: float = 2e-12,
    rtol: float = 1e-4,
    from_upper_limit_fn: bool = False,
    **hypotest_kwargs: Any,
) -> Any:
    """Find the upper limits between two values, by TOMS 748 (doi:10.1145/210089.210111).

    Args:
        data: Events and auxiliary measurements, in pyhf's order.
        model: The ``pyhf.Model``.
        bounds_low: Where the search begins; halved until CLs is above the level.
        bounds_up: Where it ends; doubled until CLs is below the level.
        level: CLs at the limit.
        atol: Absolute tolerance of the limits.
        rtol: Relative tolerance of the limits; one of both is enough.
        from_upper_limit_fn: Whether the tested values and their results are returned.
        hypotest_kwargs: See ``fitscan.infer.hypotest``.

    Returns:
        See ``upper_limit``.

    Raises:
        ConfigError: See ``upper_limit``.
        FitError: The same.
        ModelError: The same.
    """
    from scipy.optimize import toms748  # noqa: PLC0415  (takes longer to import than a limit)

    _check_level(level, hypotest_kwargs)
    test = _tester(data, model, hypotest_kwargs)
    results: dict[float, _Tested] = {}

    def values(mu: float) -> list[float]:
        if mu not in results:
            results[mu] = test(mu)
        observed, expected = results[mu]
        return [float(CLs) - level for CLs in (observed, *expected)]

    low, up = float(bounds_low), float(bounds_up)
    for _ in range(_MOST_STEPS):
        if min(values(low)) >= 0.0:
            break
        low /= 2.0
    for _ in range(_MOST_STEPS):
        if max(values(up)) <= 0.0:
            break
        up *= 2.0
    if not (min(values(low)) >= 0.0 and max(values(up)) <= 0.0):
        raise ConfigError("CLs does not cross the level between the bounds", value=[low, up])

    def limit(number: int) -> Any:
        known = {mu: values(mu)[number] for mu in results}
        begin, end = low, up
        if number > 0:  # the observed limit is the first that is looked for
            begin = min((mu for mu in known if known[mu] >= 0.0), key=lambda mu: known[mu])
            end = max((mu for mu in known if known[mu] < 0.0), key=lambda mu: known[mu])
        return np.asarray(
            toms748(lambda mu: values(mu)[number], begin, end, k=2, xtol=atol, rtol=rtol)
        )

    observed, *expected = [limit(number) for number in range(6)]
    if from_upper_limit_fn:
        return observed, expected, ([*results], [*results.values()])
    return observed, expected


def linear_grid_scan(
    data: Any,
    model: Any,
    scan: Any,
    level: float = 0.05,
    return_results: bool = False,
    **hypotest_kwargs: Any,
) -> Any:
    """Interpolate CLs between given values, and return where it has the level.

    Args:
        data: Events and auxiliary measurements, in pyhf's order.
        model: The ``pyhf.Model``.
        scan: Values of the parameter of interest, rising.
        level: CLs at the limit.
        return_results: Whether the scan and its results are returned.
        hypotest_kwargs: See ``fitscan.infer.hypotest``.

    Returns:
        See ``upper_limit``.

    Raises:
        ConfigError: See ``upper_limit``; or the scan is empty, or does not rise.
        FitError: See ``upper_limit``.
        ModelError: The same.
    """
    _check_level(level, hypotest_kwargs)
    tested = np.asarray([*scan], dtype=float)
    if len(tested) == 0:
        raise ConfigError("there is nothing to scan", hint="give values of the signal strength")
    if (np.diff(tested) < 0.0).any():
        raise ConfigError("the values of the scan do not rise", value=scan, hint="sort them")
    test = _tester(data, model, hypotest_kwargs)
    results = [test(float(mu)) for mu in tested]
    columns = np.array([[observed, *expected] for observed, expected in results]).T
    observed, *expected = [np.asarray(np.interp(level, CLs[::-1], tested[::-1])) for CLs in columns]
    if return_results:
        return observed, expected, (scan, results)
    return observed, expected


def upperlimit(
    data: Any,
    model: Any,
    scan: Any = None,
    level: float = 0.05,
    return_results: bool = False,
    **hypotest_kwargs: Any,
) -> Any:
    """Find upper limits by a name that pyhf will remove; see ``upper_limit``."""
    warnings.warn(
        "fitscan.infer.intervals.upperlimit is deprecated, as in pyhf: use "
        "fitscan.infer.intervals.upper_limits.upper_limit",
        DeprecationWarning,
        stacklevel=2,
    )
    return upper_limit(data, model, scan, level, return_results, **hypotest_kwargs)


def _tester(data: Any, model: Any, hypotest_kwargs: dict[str, Any]) -> Callable[[float], _Tested]:
    """Return what tests values, as ``hypotest`` does where the expected set is asked for."""
    for name in hypotest_kwargs:
        if name.startswith("return_"):
            raise ConfigError(f"{name} cannot be honoured: limits take the expected set")
    test = prepared_test(data, model, **hypotest_kwargs)

    def tested(mu: float) -> _Tested:
        found = test(mu)
        return np.asarray(found.CLs), [np.asarray(CLs) for CLs in found.band]

    return tested
