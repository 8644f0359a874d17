"""What the methods of ``Likelihood`` return: frozen, with names, and readable as they are printed.

A number that could not be computed is NaN, and then ``status`` and ``message`` say why.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a test returns no table
    import pandas as pd

__all__ = ["Band", "FitResult", "HypotestResult", "LimitsResult", "ToysResult"]


@dataclass(frozen=True)
class Band:
    """Five expected values, as the background fluctuates by so many standard deviations.

    Iterating gives them in this order, which is pyhf's.

    Attributes:
        m2: At -2: of CLs and limits the smallest one.
        m1: At -1.
        median: At 0.
        p1: At +1.
        p2: At +2.
    """

    m2: float = math.nan
    m1: float = math.nan
    median: float = math.nan
    p1: float = math.nan
    p2: float = math.nan

    def __iter__(self) -> Iterator[float]:
        return iter((self.m2, self.m1, self.median, self.p1, self.p2))

    def __repr__(self) -> str:
        m2, m1, median, p1, p2 = map(_number, self)
        return f"Band(median={median}, m1..p1={m1}..{p1}, m2..p2={m2}..{p2})"


@dataclass(frozen=True)
class HypotestResult:
    """The test of one signal strength, by the asymptotic formulae (arXiv:1007.1727).

    Attributes:
        mu: The signal strength that was tested.
        CLs_obs: Observed CLs = CLsb / CLb; below 0.05 the hypothesis is excluded at 95 % CL.
        CLs_exp: Expected CLs.
        CLsb: p-value of the signal hypothesis.
        CLb: p-value of the background hypothesis, as CLs uses it.
        q: Test statistic of the data (Eqs. 14 and 16).
        q_asimov: The same of the background's Asimov data.
        mu_hat: Fitted signal strength. Where the bound that holds it is nobody's choice, that of a
            fit without it.
        nll: -ln L of the data at ``mu``, all other parameters fitted. Constants are pyhf's:
            everything but the normalisation that both have is in it.
        nll_background: The same at 0.
        nll_free: The same with the signal strength fitted.
        lowest: The test at the lowest minima that a search found; None if ``minima`` is
            ``default``, or a fit failed. Equal to this one where nothing lower was found.
        delta_nll: In ``lowest``, by how much the NLL is lower, in the fit that changed most.
        odd_yields: In ``lowest``, the samples with unphysical yields there; see
            docs/which-number.md. Empty if there are none.
        status: ``ok``, ``not_converged`` or ``failed``.
        message: What there is to say; empty if there is nothing.
    """

    mu: float
    CLs_obs: float = math.nan
    CLs_exp: Band = Band()
    CLsb: float = math.nan
    CLb: float = math.nan
    q: float = math.nan
    q_asimov: float = math.nan
    mu_hat: float = math.nan
    nll: float = math.nan
    nll_background: float = math.nan
    nll_free: float = math.nan
    lowest: "HypotestResult | None" = None
    delta_nll: float = 0.0
    odd_yields: str = ""
    status: str = "ok"
    message: str = ""

    def __repr__(self) -> str:
        lower = ""
        if self.lowest is not None and self.lowest.delta_nll > 0.0:
            lower = f", at the lowest minimum found {_number(self.lowest.CLs_obs)}"
        return (
            f"<CLs of mu = {self.mu:g}: observed {_number(self.CLs_obs)}{lower}, expected "
            f"{_number(self.CLs_exp.median)} ({_number(self.CLs_exp.m1)} to "
            f"{_number(self.CLs_exp.p1)}), mu_hat {_number(self.mu_hat)}{_end(self)}>"
        )


@dataclass(frozen=True)
class LimitsResult:
    """Upper limits on the signal strength by CLs, and the test of the background hypothesis.

    Attributes:
        level: Confidence level.
        observed: Observed limit: CLs is 1 - level there.
        expected: Expected limits.
        p0: p-value of the background hypothesis (arXiv:1007.1727, Eq. 53).
        significance: The same in standard deviations.
        lowest: The same at the lowest minima that a search found; None without a search.
        test: The hypothesis test at the start of the search, of mu = 1.
        status: ``ok``, ``not_converged`` or ``failed``. With ``ok`` a limit is NaN where CLs does
            not fall to 1 - level, and ``message`` says so.
        message: What there is to say; empty if there is nothing.
    """

    level: float
    observed: float
    expected: Band
    p0: float
    significance: float
    lowest: "LimitsResult | None" = None
    test: HypotestResult | None = None
    status: str = "ok"
    message: str = ""

    def __repr__(self) -> str:
        return (
            f"<upper limit on mu at {100 * self.level:g} % CL: observed "
            f"{_number(self.observed)}, expected {_number(self.expected.median)} "
            f"({_number(self.expected.m1)} to {_number(self.expected.p1)}), significance "
            f"{_number(self.significance)}{_end(self)}>"
        )


@dataclass(frozen=True)
class FitResult:
    """A maximum-likelihood fit to the data.

    Attributes:
        mu: The signal strength that was held; None if it was fitted.
        mu_hat: The signal strength at the minimum.
        nll: -ln L at the minimum; constants as in ``HypotestResult``.
        parameters: One row a parameter, by its name: ``kind``, ``initial``, ``fitted``,
            ``uncertainty``, ``prefit_uncertainty``, ``pull``, ``constraint``, ``status``; see
            docs/results.md, parameters.csv.
        correlations: Of the parameters, (parameters, parameters), NaN where one has no uncertainty.
        yields: One row a bin and sample, and one for the total of the bin: ``channel``, ``bin``,
            ``sample``, ``prefit``, ``prefit_uncertainty``, ``postfit``, ``uncertainty``,
            ``observed``, in events.
        status: ``ok`` or ``not_converged``.
        message: What there is to say; empty if there is nothing.
    """

    mu: float | None
    mu_hat: float
    nll: float
    parameters: "pd.DataFrame"
    correlations: "pd.DataFrame"
    yields: "pd.DataFrame"
    status: str = "ok"
    message: str = ""

    def __repr__(self) -> str:
        held = "free" if self.mu is None else f"mu = {self.mu:g}"
        pulls = self.parameters["pull"].abs()
        most = f", largest pull {pulls.max():.2f} ({pulls.idxmax()})" if pulls.notna().any() else ""
        return (
            f"<fit, {held}: mu {_number(self.mu_hat)}, -ln L {self.nll:.4f}, "
            f"{len(self.parameters)} parameters{most}{_end(self)}>"
        )


@dataclass(frozen=True)
class ToysResult:
    """The test of one signal strength by pseudo-experiments.

    Attributes:
        mu: The signal strength that was tested.
        CLs_obs: Observed CLs.
        CLs_obs_error: Its standard deviation, from the number of toys.
        CLs_exp: Expected CLs.
        CLs_exp_error: Their standard deviations.
        asymptotic: CLs by the asymptotic formulae, observed.
        q: Test statistic of the data.
        mu_hat: Fitted signal strength.
        n_signal: Toys under the signal hypothesis.
        n_background: Toys under the background hypothesis.
        n_failed: Toys of which a fit failed.
        enough: Whether CLs is three standard deviations away from 0.05.
        seed: Seed of the random streams: with the same one the toys are the same.
        status: ``ok``, ``not_converged`` or ``failed``.
        message: What there is to say; empty if there is nothing.
    """

    mu: float
    CLs_obs: float
    CLs_obs_error: float
    CLs_exp: Band
    CLs_exp_error: Band
    asymptotic: float
    q: float
    mu_hat: float
    n_signal: int
    n_background: int
    n_failed: int
    enough: bool
    seed: int
    status: str = "ok"
    message: str = ""

    def __repr__(self) -> str:
        return (
            f"<CLs of mu = {self.mu:g} from {self.n_signal} + {self.n_background} toys: observed "
            f"{_number(self.CLs_obs)} +- {_number(self.CLs_obs_error)}, expected "
            f"{_number(self.CLs_exp.median)}, asymptotic {_number(self.asymptotic)}{_end(self)}>"
        )


def _number(value: float) -> str:
    return "none" if math.isnan(value) else f"{value:.4g}"


def _end(result: Any) -> str:
    """Return what a result has to say besides its numbers."""
    status = "" if result.status == "ok" else f"; {result.status}"
    return f"{status}; {result.message}" if result.message else status
