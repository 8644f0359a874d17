"""The test of the data with one hypothesis: its numbers, its status and its message.

Takes what hypotheses share and the settings of a scan once, and then models.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from fitscan.columns import CLS, LIMITS, LIMITS_LOWEST, LOWEST_CLS, YIELDS, Row, has_limits
from fitscan.engines.compiled.equal_minima import Twins, find_twins
from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.fits.recovery import impossible_bins
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.inference.hypotest import Hypotest, hypotest
from fitscan.engines.compiled.inference.limits import Limits, at_bound, upper_limits, widened
from fitscan.engines.compiled.inference.lowest_limits import lowest_limits
from fitscan.engines.compiled.inference.minima import LowestHypotest, search_minima
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.engines.compiled.kernels.minimum import CONVERGED, MESSAGES, NO_LIKELIHOOD, Minimum
from fitscan.engines.compiled.limit_messages import COLUMNS, words_of_difference, words_of_limits
from fitscan.engines.compiled.lost_digits import words_of_lost_digits
from fitscan.engines.compiled.signal_messages import words_of_signal
from fitscan.engines.undecided import words_of_undecided
from fitscan.errors import ModelError
from fitscan.model import Model

__all__ = ["DataTest", "DataTests", "check_strength", "joined", "tested_row"]

# NLLs that differ by less count as equal.
_NOISE = 1e-8
# A free fit that stops so much above another one has not found the minimum that is there.
_STOPPED_ABOVE = 1e-4

# Columns whose range over equally low minima is in the message.
_SAID_OF_TWINS = ("CLs_obs", "CLs_exp_0", "mu_up_obs", "mu_up_exp_0")

_NOT_SEARCHED = "no limits at lowest minima: fits from the initial values have not converged"


class DataTest(NamedTuple):
    """A test of the data.

    Attributes:
        row: Its columns that are not empty, its status and its message.
        test: The hypothesis test whose CLs these are.
        lowest: The same at the lowest minima; None if they were not looked for.
    """

    row: Row
    test: Hypotest
    lowest: LowestHypotest | None = None


class DataTests:
    """Tests hypotheses of one analysis with the data.

    Args:
        hypotheses: The hypotheses.
        settings: ``kind``, ``mu_test``, ``test_stat``, ``minima``; ``level`` where limits are
            asked for.
    """

    def __init__(self, hypotheses: Hypotheses, settings: Mapping[str, Any]) -> None:
        self._hypotheses = hypotheses
        self._settings = settings

    def test(self, model: Model) -> DataTest:
        """Test a hypothesis with the data.

        Raises:
            ModelError: The tested signal strength lies above the upper bound.
        """
        mu_test = self._settings["mu_test"]
        check_strength(model, mu_test)
        test = hypotest(model, mu_test=mu_test, test_stat=self._settings["test_stat"])
        row = tested_row(model, test)
        if words_of_lost_digits(model, test.free):
            return DataTest(row, test)  # limits are made of the same differences
        lowest = None
        if row["status"] == "ok" and self._settings["minima"] != "default":
            lowest = self.search(model, test)
            if self._settings["kind"] == "toys":
                row = joined(tested_row(model, lowest.test), _thrown_lower(lowest))
                test = lowest.test
            else:
                row |= _lowest(lowest)
        free = {"mu_hat": test.free}
        if lowest is not None and self._settings["kind"] != "toys":
            free["mu_hat_lowest"] = lowest.test.free
        row = joined(row, _beyond_bound(model, free))
        row = joined(row, {"message": words_of_signal(model)})
        if has_limits(self._settings):
            row = joined(row, self._limits(model, test, lowest))
        if lowest is not None:
            row = joined(row, self._undecided(model, lowest))
        if self._settings["kind"] == "toys" and row["status"] == "ok":
            row["q_obs"] = test.q
        return DataTest(row, test, lowest)

    def search(self, model: Model, test: Hypotest) -> LowestHypotest:
        """Look for lower minima than those of a test."""
        return search_minima(
            model,
            test,
            self._hypotheses.other_starts(model),
            test_stat=self._settings["test_stat"],
            exhaustive=self._settings["minima"] == "exhaustive",
        )

    def _undecided(self, model: Model, lowest: LowestHypotest) -> Row:
        """Say that CLs depends on which of several equally low minima is taken."""
        twins = find_twins(model, lowest.test, test_stat=self._settings["test_stat"])
        if twins is None:
            return {"message": ""}
        CLs = zip(CLS, zip(*(test.CLs for test in twins.tests), strict=True), strict=True)
        answers = {column: values for column, values in CLs if column in _SAID_OF_TWINS}
        if has_limits(self._settings):
            limits = self._limits_of_twins(model, lowest, twins)
            answers |= {
                column: tuple(getattr(found, name) for found in limits)
                for name, column in COLUMNS.items()
                if column in _SAID_OF_TWINS
            }
        of = "asymptotic " if self._settings["kind"] == "toys" else ""
        return {"message": words_of_undecided(twins.names, answers, of=of)}

    def _limits(self, model: Model, test: Hypotest, lowest: LowestHypotest | None) -> Row:
        """Return the columns of upper limits."""
        limits = self._default_limits(model, test)
        row: Row = dict(zip(LIMITS, _numbers_of(limits), strict=True))
        if self._settings["kind"] == "toys" or self._settings["minima"] == "default":
            return row | {"message": words_of_limits(model, limits)}
        if lowest is None:
            said = [words_of_limits(model, limits), _NOT_SEARCHED]
        else:
            found = lowest_limits(model, lowest, limits, **self._options_of_limits())
            row |= dict(zip(LIMITS_LOWEST, _numbers_of(found), strict=True))
            said = [words_of_limits(model, limits, found), words_of_difference(limits, found)]
        return row | {"message": "; ".join(filter(None, said))}

    def _default_limits(self, model: Model, test: Hypotest) -> Limits:
        """Find the upper limits with fits from the initial values."""
        # Toys are thrown within the bounds only.
        largest = float(model.upper[model.poi]) if self._settings["kind"] == "toys" else None
        return upper_limits(model, test=test, largest=largest, **self._options_of_limits())

    def _limits_of_twins(self, model: Model, lowest: LowestHypotest, twins: Twins) -> list[Limits]:
        """Find the upper limits with each of several equally low background minima."""
        if self._settings["kind"] == "toys":
            return [self._default_limits(model, test) for test in twins.tests]
        guesses, options = self._default_limits(model, lowest.test), self._options_of_limits()
        found = []
        for test in twins.tests:
            local_minima = {**lowest.found, "asimov": (test.asimov.pars, *lowest.found["asimov"])}
            at = replace(lowest, test=test, found=local_minima)
            found.append(lowest_limits(model, at, guesses, **options))
        return found

    def _options_of_limits(self) -> dict[str, Any]:
        test_size = 1.0 - self._settings["level"]
        return {"test_size": test_size, "test_stat": self._settings["test_stat"]}


def check_strength(model: Model, mu_test: float) -> None:
    """Refuse to test a signal strength that fits may not reach.

    Raises:
        ModelError: It lies above the upper bound of the parameter of interest.
    """
    poi, largest = model.names[model.poi], float(model.upper[model.poi])
    if mu_test > largest:
        raise ModelError(
            f"the signal strength lies above the upper bound of {poi!r}, {largest:g}",
            value=mu_test,
            hint="set poi_bounds",
        )


def joined(row: Row, more: Row) -> Row:
    """Add columns to a row, and join both messages."""
    message = "; ".join(filter(None, [row["message"], more["message"]]))
    return row | more | {"message": message}


def tested_row(model: Model, test: Hypotest) -> Row:
    """Put a hypothesis test into a row."""
    failed = {name: found for name, found in test.fits.items() if found.status != CONVERGED}
    if failed:
        said = [_failure(model, name, test, found) for name, found in failed.items()]
        return {"status": "not_converged", "message": "; ".join(said)}
    if lost := words_of_lost_digits(model, test.free):
        return {"status": "not_converged", "message": lost}
    flat = max(found.flat for found in test.fits.values())
    said = [f"flat in {flat} direction{'s' if flat > 1 else ''}" if flat else "", _above(test)]
    return {
        **dict(zip(CLS, test.CLs, strict=True)),
        "mu_hat": test.mu_hat,
        "status": "ok",
        "message": "; ".join(filter(None, said)),
    }


def _above(test: Hypotest) -> str:
    """Say that the free fit ends above one with a fixed strength, so at no global minimum."""
    fixed = min(("background", "signal"), key=lambda name: test.fits[name].nll)
    gap = test.free.nll - test.fits[fixed].nll
    return f"the free fit is {gap:.2g} in NLL above the {fixed} fit" if gap > _STOPPED_ABOVE else ""


def _failure(model: Model, name: str, test: Hypotest, found: Minimum) -> str:
    """Say why a fit has not converged; where there is no likelihood, in which bins."""
    data = model.data
    if name == "asimov":
        data = asimov_data(model.arrays, test.background.pars)
    bins = impossible_bins(model, data, found.pars) if found.status == NO_LIKELIHOOD else ""
    return f"{name}: {MESSAGES[found.status]}" + (f": {bins}" if bins else "")


def _lowest(found: LowestHypotest) -> Row:
    """Return the columns of the lowest minima."""
    return {
        **dict(zip(LOWEST_CLS, found.test.CLs, strict=True)),
        "mu_hat_lowest": found.test.mu_hat,
        "delta_nll": found.delta_nll,
        "n_minima": found.minima,
        YIELDS: found.odd.text,
    }


def _thrown_lower(found: LowestHypotest) -> Row:
    """Say that toys are thrown at lower minima than those from the initial values."""
    said = ""
    if found.delta_nll > 0.0:
        said = (
            f"toys are thrown and compared at the lowest minima found, up to {found.delta_nll:.3g} "
            "in NLL below those from the initial values"
        )
    if found.odd.text:
        said += f"; toys are thrown where yields are odd: {found.odd.text.replace('; ', ', ')}"
    return {"message": said}


def _beyond_bound(model: Model, fits: Mapping[str, Minimum]) -> Row:
    """Say that fitted strengths are at the upper bound; if nobody set it, fit beyond it.

    Args:
        model: The hypothesis.
        fits: The free fits, by the column of their signal strength.
    """
    bound, poi = f"{float(model.upper[model.poi]):g}", model.names[model.poi]
    row: Row = {}
    said = {}
    for column, found in fits.items():
        if found.status != CONVERGED or not at_bound(model, float(found.pars[model.poi])):
            continue
        free = fit(widened(model, math.inf), found.pars)
        if free.status == CONVERGED and not free.nll < found.nll - _NOISE:
            # The bound is not what holds it: the NLL does not depend on it there.
            return {"message": "" if found.flat else "flat in 1 direction"}
        said[column] = f"is at its upper bound, {bound}"
        if model.poi_bounded:
            continue
        if free.status == CONVERGED:
            row[column] = float(free.pars[model.poi])
            said[column] = f"lies above {bound}, the default upper bound of {poi!r}"
        else:
            said[column] += f", the default of {poi!r}"
    # One text is enough: for the second column it rarely differs.
    return row | {"message": next((f"{column} {text}" for column, text in said.items()), "")}


def _numbers_of(limits: Limits) -> list[float | None]:
    """Return limits in the order of their columns, None for those that do not exist."""
    numbers = (
        *(limits.observed, limits.m2, limits.m1, limits.median, limits.p1, limits.p2),
        *(limits.p0, limits.significance),
    )
    return [number if math.isfinite(number) else None for number in numbers]
