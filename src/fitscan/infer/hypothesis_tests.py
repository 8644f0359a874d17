"""``pyhf.infer.hypotest`` with the fits of the compiled engine."""

import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from fitscan.errors import ConfigError
from fitscan.infer.arguments import checked_options, number_of, prepared
from fitscan.infer.p_values import AsymptoticTests, PValues, discovery_test
from fitscan.infer.toy_tests import ToyTests
from fitscan.model import Model

__all__ = ["hypotest", "prepared_test"]

log = logging.getLogger(__name__)


def hypotest(
    poi_test: Any,
    data: Any,
    pdf: Any,
    init_pars: Any = None,
    par_bounds: Any = None,
    fixed_params: Any = None,
    calctype: str = "asymptotics",
    return_tail_probs: bool = False,
    return_expected: bool = False,
    return_expected_set: bool = False,
    return_calculator: bool = False,
    **kwargs: Any,
) -> Any:
    """Test a value of the parameter of interest, as ``pyhf.infer.hypotest`` does.

    Args:
        poi_test: Value of the parameter of interest.
        data: Events and auxiliary measurements, in pyhf's order.
        pdf: The ``pyhf.Model``.
        init_pars: Initial values of the parameters; None takes those that the model suggests.
        par_bounds: Their bounds, (parameters, 2).
        fixed_params: Which are held at their initial values.
        calctype: ``asymptotics`` or ``toybased``.
        return_tail_probs: Whether CLs+b and CLb are returned.
        return_expected: Whether the median expected CLs is.
        return_expected_set: Whether the expected CLs at -2, -1, 0, 1, 2 standard deviations are.
        return_calculator: Refused where it is true: there is no calculator.
        kwargs: ``test_stat``: ``qtilde``, ``q``, or ``q0`` without toys. ``calc_base_dist``:
            ``normal`` or ``clipped_normal``. With toys ``ntoys`` and ``track_progress``. All other
            names are refused.

    Returns:
        CLs; where more is asked for a tuple of it, ``[CLsb, CLb]``, the median and the set. With
        ``q0`` CLs+b, which is p0, ``[CLb]``, and expected CLs+b. Each number is an array of NumPy
        without dimensions.

    Raises:
        ConfigError: An argument is not valid, or not one that can be honoured.
        FitError: A fit has not converged.
        ModelError: The model holds what the engine does not compute.
    """
    if return_calculator:
        raise ConfigError(
            "return_calculator cannot be honoured: there is no calculator of pyhf",
            hint="use pyhf.infer.hypotest for it",
        )
    test = prepared_test(data, pdf, init_pars, par_bounds, fixed_params, calctype, **kwargs)
    found = test(number_of("poi_test", poi_test))
    discovery = kwargs.get("test_stat") == "q0"
    returns: list[Any] = [np.asarray(found.CLsb if discovery else found.CLs)]
    if return_tail_probs:
        tails = [found.CLb] if discovery else [found.CLsb, found.CLb]
        returns.append([np.asarray(p) for p in tails])
    if return_expected:
        returns.append(np.asarray(found.band[2]))
    if return_expected_set:
        returns.append([np.asarray(p) for p in found.band])
    return tuple(returns) if len(returns) > 1 else returns[0]


def prepared_test(
    data: Any,
    pdf: Any,
    init_pars: Any = None,
    par_bounds: Any = None,
    fixed_params: Any = None,
    calctype: str = "asymptotics",
    **kwargs: Any,
) -> Callable[[float], PValues]:
    """Return what tests values of the parameter of interest; see ``hypotest``.

    Raises:
        ConfigError: See ``hypotest``.
        ModelError: The same.
    """
    options = checked_options(calctype, kwargs)
    converted, model = prepared(data, pdf, init_pars, par_bounds, fixed_params)
    test_stat = options["test_stat"]
    _warn_of_bounds(model, test_stat)
    if calctype == "toybased":
        ntoys, progress = int(options["ntoys"]), bool(options["track_progress"])
        return ToyTests(converted, model, ntoys=ntoys, progress=progress).at
    clipped = options["calc_base_dist"] == "clipped_normal"
    if test_stat == "q0":
        return lambda mu: _discovery(model, mu, clipped=clipped)
    return AsymptoticTests(model, test_stat=test_stat, clipped=clipped).at


def _discovery(model: Model, mu: float, *, clipped: bool) -> PValues:
    if mu != 0.0:
        log.warning("q0 tests a parameter of interest of 0, and not %g", mu)
    return discovery_test(model, clipped=clipped)


def _warn_of_bounds(model: Model, test_stat: str) -> None:
    """Warn, as pyhf does, of bounds with which a test statistic is another one."""
    lower = float(model.lower[model.poi])
    other = {"qtilde": "q", "q": "qtilde"}.get(test_stat)
    if other is not None and (lower == 0.0) != (test_stat == "qtilde"):
        log.warning(
            "test_stat %s with a parameter of interest bounded at %g: use %s",
            test_stat,
            lower,
            other,
        )
