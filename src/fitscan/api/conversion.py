"""From what the engine finds to what ``Likelihood`` returns."""

import math
from typing import Any

from fitscan.api.results import Band, HypotestResult, LimitsResult
from fitscan.columns import Row
from fitscan.engines.compiled.data_tests import DataTest
from fitscan.engines.compiled.inference.hypotest import Hypotest
from fitscan.engines.compiled.kernels.objective import constant_terms
from fitscan.model import Model
from fitscan.statistics.asymptotics import p_values

__all__ = ["hypotest_result", "limits_result"]


def hypotest_result(model: Model, found: DataTest, mu: float) -> HypotestResult:
    """Put a test of the data into a result."""
    row = found.row
    said = {"status": row["status"], "message": row["message"]}
    if "CLs_obs" not in row:
        return HypotestResult(mu, **said)
    lowest = None
    if found.lowest is not None:
        lowest = _of_test(
            model,
            found.lowest.test,
            mu_hat=row["mu_hat_lowest"],
            delta_nll=found.lowest.delta_nll,
            odd_yields=found.lowest.odd.text,
            **said,
        )
    return _of_test(model, found.test, mu_hat=row["mu_hat"], lowest=lowest, **said)


def _of_test(model: Model, test: Hypotest, *, mu_hat: float, **more: Any) -> HypotestResult:
    """Return the numbers of a hypothesis test."""
    CLsb, CLb = p_values(test.q, test.q_asimov, test_stat=test.test_stat)
    constant = constant_terms(model.arrays, model.data)
    return HypotestResult(
        mu=test.mu_test,
        CLs_obs=test.CLs.observed,
        CLs_exp=Band(*test.CLs[1:]),
        CLsb=CLsb,
        CLb=CLb,
        q=test.q,
        q_asimov=test.q_asimov,
        mu_hat=mu_hat,
        nll=test.signal.nll + constant,
        nll_background=test.background.nll + constant,
        nll_free=test.free.nll + constant,
        **more,
    )


def limits_result(row: Row, columns: tuple[str, ...], level: float, **more: Any) -> LimitsResult:
    """Put the columns of limits into a result."""
    numbers = [math.nan if row.get(column) is None else row[column] for column in columns]
    return LimitsResult(
        level=level,
        observed=numbers[0],
        expected=Band(*numbers[1:6]),
        p0=numbers[6],
        significance=numbers[7],
        status=row["status"],
        message=row["message"],
        **more,
    )
