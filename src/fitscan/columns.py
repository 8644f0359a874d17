"""The names of the columns of results.csv and of the tables beside it, in one place.

Everything in results.csv is the same for the same configuration and code; what differs from run
to run is in timings.csv.
"""

from collections.abc import Mapping
from typing import Any

__all__ = [
    "ASYMPTOTIC",
    "ASYMPTOTIC_LIMITS",
    "AUDIT",
    "AUDIT_NUMBERS",
    "BANDS",
    "CHOSEN",
    "CLS",
    "CLS_ERRORS",
    "COVERAGE",
    "COVERAGES",
    "CURVES",
    "ENOUGH_TOYS",
    "EXPECTED",
    "FLAGGED",
    "LIMITS",
    "LIMITS_LOWEST",
    "LIMIT_ERRORS",
    "LOWEST",
    "LOWEST_CLS",
    "MU_UP",
    "NUMBERS",
    "N_TOYS",
    "RESERVED",
    "STATUSES",
    "TEXTS",
    "TEXT_RESULTS",
    "THEORY",
    "TIMES",
    "TOTAL",
    "TOYS",
    "YIELDS",
    "Row",
    "has_limits",
    "result_columns",
]

Row = dict[str, Any]
"""What a table has of one point or block, by column."""

# The expected CLs when the background fluctuates by -2 ... +2 standard deviations, in the order
# in which pyhf returns them: m2 is the smallest CLs, so the most excluding one.
BANDS = ("m2", "m1", "0", "p1", "p2")
EXPECTED = tuple(f"CLs_exp_{band}" for band in BANDS)

CLS = ("CLs_obs", *EXPECTED)

# From fits that start at the initial values of the model, as pyhf's do: what every scan has.
NUMBERS = ("mu_test", *CLS, "mu_hat")

# From the lowest minima that a search finds: by how much the NLL decreases, and how many minima
# were found; see docs/decisions/0010-two-answers.md.
LOWEST_CLS = tuple(f"{column}_lowest" for column in CLS)
LOWEST = (*LOWEST_CLS, "mu_hat_lowest", "delta_nll", "n_minima")
# Which samples have an unphysical yield at a lowest minimum; see docs/which-number.md.
YIELDS = "odd_yields_lowest"

# Upper limits on the signal strength, and the discovery test.
MU_UP = ("mu_up_obs", *(f"mu_up_exp_{band}" for band in BANDS))
LIMITS = (*MU_UP, "p0", "significance")
# The same at the lowest minima that a search finds.
LIMITS_LOWEST = tuple(f"{column}_lowest" for column in LIMITS)

# The observed CLs with the cross-section one standard deviation up, and down.
THEORY = ("CLs_obs_theory_up", "CLs_obs_theory_down")

CURVES = (
    {"observed": "CLs_obs", "expected": "CLs_exp_0"}
    | {f"expected_{band}": f"CLs_exp_{band}" for band in BANDS if band != "0"}
    | {column.replace("CLs_obs", "observed"): column for column in THEORY}
)
"""From the name of a curve to its column in the results."""

# From toys: how many were thrown, of how many a fit failed, and the uncertainties of CLs; the test
# statistic of the data, and CLs by the asymptotic formulae.
CLS_ERRORS = tuple(f"{column}_err" for column in CLS)
ASYMPTOTIC = tuple(f"{column}_asymptotic" for column in CLS)
N_TOYS = ("n_toys_signal", "n_toys_background")
TOYS = (*N_TOYS, "n_toys_failed", *CLS_ERRORS, "q_obs", *ASYMPTOTIC)
# Whether they suffice, `true` or `false`; nothing where CLs is not from toys.
ENOUGH_TOYS = "enough_toys"
# The same for upper limits from toys.
LIMIT_ERRORS = tuple(f"{column}_err" for column in MU_UP)
ASYMPTOTIC_LIMITS = tuple(f"{column}_asymptotic" for column in MU_UP)

# From experiments at the tested strength: the nominal level, how many experiments were made and of
# how many a fit failed, the toys of each hypothesis that each was compared with, and of how many of
# all these a fit failed; the share of experiments whose interval contains that strength, by CLs and
# by CLs+b, and the mean of the fitted strength.
COVERAGES = tuple(
    f"coverage_{test}_{method}" for method in ("asymptotic", "toys") for test in ("CLs", "CLsb")
)
_COVERED = (*COVERAGES, "mu_hat_mean")
COVERAGE = (
    *("level", "n_experiments", "n_experiments_failed", "n_toys", "n_toys_failed"),
    *(f"{column}{suffix}" for column in _COVERED for suffix in ("", "_err")),
)

# In the results of a combination that takes each point from one of its parts: which.
CHOSEN = "chosen"

# exclusion.csv: how uncertain a line is by interpolation, in the space of the interpolation and in
# the units of the axes.
UNCERTAINTY, HALF_WIDTH = "interpolation_uncertainty", "interpolation_half_width"

STATUSES = {
    "ok": "the fits converged",
    "not_converged": "a minimiser gave up; there are no numbers",
    "failed": "something else went wrong; there are no numbers or not all",
}

TEXTS = ("status", "message", "engine", "key")
# Of the columns that a scan computes, those that hold no numbers.
TEXT_RESULTS = (YIELDS, ENOUGH_TOYS)
TIMES = ("wall_s", "cpu_s")

# Names that no dimension of a grid may have, those of the tables beside the figures included.
RESERVED = {
    *("name", *NUMBERS, *LOWEST, YIELDS, *LIMITS, *LIMITS_LOWEST, *THEORY, *TOYS, *COVERAGE),
    *(ENOUGH_TOYS, *TEXTS, *TIMES),
    *(*LIMIT_ERRORS, *ASYMPTOTIC_LIMITS),
    *("audit", "CLs", "curve", "kind", "method", "segment", "of", CHOSEN),
    *(UNCERTAINTY, HALF_WIDTH),
    *("mu_up", "cross_section", "cross_section_up", "unit"),
    # Of a comparison: its table, its summary, the table of its figure; `error` of the reference.
    *("ours", "theirs", "difference", "excluded_by", "exclusion_differs", "differs", "error"),
    *("points", "missing", "left_out", "median", "largest", "at"),
    *("excluded_by_both", "excluded_by_ours", "excluded_by_theirs"),
    *("mean_distance", "largest_distance"),
}

# yields.csv: what the column `sample` calls the sum of all samples of a bin.
TOTAL = "total"

# audit.csv; what they mean: fitscan.audit.
AUDIT_NUMBERS = ("fitscan", "pyhf", "difference", "tolerance")
AUDIT = ("name", "check", "quantity", *AUDIT_NUMBERS, "outcome", "message")
# flagged.csv: points whose numbers are in doubt, by the audit or by what their rows say.
FLAGGED = ("name", "reason")


def has_limits(settings: Mapping[str, Any]) -> bool:
    """Tell whether a scan finds upper limits: then its settings have their level.

    In a study of coverage the level is that of the intervals.
    """
    return "level" in settings and settings["kind"] != "coverage"


def result_columns(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns that the row of a test of the data has before its texts.

    Kinds of scan that make rows from blocks have more: ``fitscan.kinds``.

    Args:
        settings: What is computed and how; see ``fitscan.plan.scan.Scan``.
    """
    columns: tuple[str, ...] = NUMBERS
    if has_limits(settings):
        columns += LIMITS
    # Toys are thrown and compared at the lowest minima: their columns are the answer from these.
    if settings.get("minima", "default") != "default" and settings["kind"] in {
        "asymptotic",
        "limits",
    }:
        columns += (*LOWEST, YIELDS)
        columns += LIMITS_LOWEST if has_limits(settings) else ()
    if "signal_xsec_uncertainty" in settings:
        columns += THEORY
    return columns
