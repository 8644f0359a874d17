"""The columns of results.csv, in the groups in which docs/results.md shows them."""

from fitscan.columns import (
    ASYMPTOTIC,
    ASYMPTOTIC_LIMITS,
    CHOSEN,
    CLS_ERRORS,
    COVERAGES,
    ENOUGH_TOYS,
    EXPECTED,
    LIMIT_ERRORS,
    LOWEST_CLS,
    MU_UP,
    N_TOYS,
    THEORY,
    YIELDS,
)
from fitscan.tables.meanings.column import LABELS, Meaning

__all__ = ["RESULTS"]

_NO_NUMBERS = "if `status` is not `ok`"
_NO_SEARCH = "if `status` is not `ok`, or pyhf fitted the point"
_NO_LIMIT = "if there is no limit; `message` says why"
_NO_TOYS = "without toys"
_NO_EXPERIMENTS = "without experiments (or toys) at the point, or if `status` is not `ok`"

_ASYMPTOTIC = "arXiv:1007.1727, Eqs. 57 to 66"
_TOYS = "[toys.md](toys.md)"

POINT = (
    Meaning(("name",), "Name of the point: of its patch, or of the file of its patch."),
    Meaning((LABELS,), "Coordinates of the point, a column per label, such as a mass.", "as given"),
    Meaning(("status",), "How the fits ended; see [below](#statuses)."),
    Meaning(
        ("message",),
        "Warnings about the row, or why there are no numbers; see [below](#messages).",
        empty="if there is nothing to say",
    ),
    Meaning(("engine",), "What fitted the point, with its version."),
    Meaning(("key",), "Digest of all that the numbers depend on. Same key, same numbers."),
    Meaning((CHOSEN,), "In a combination by best expected: the part whose results the row has."),
)

TEST = (
    Meaning(("mu_test",), "The signal strength that is tested.", "1"),
    Meaning(
        ("CLs_obs",),
        "Observed CLs = CLs+b / CLb of the signal at `mu_test`. Below the test size (0.05) the "
        "point is excluded.",
        "1",
        _ASYMPTOTIC,
        _NO_NUMBERS,
    ),
    Meaning(
        EXPECTED,
        "Expected CLs if the background fluctuates by −2 (`m2`), −1, 0 (the median), +1, +2 "
        "(`p2`) standard deviations. `m2` is the smallest.",
        "1",
        _ASYMPTOTIC,
        _NO_NUMBERS,
    ),
    Meaning(
        ("mu_hat",),
        "Fitted signal strength. With the test statistic q̃ it is 0 or more.",
        "1",
        "",
        _NO_NUMBERS,
    ),
)

CROSS_SECTION = (
    Meaning(
        THEORY,
        "Observed CLs with the cross-section of the signal held one standard deviation up, and "
        "down.",
        "1",
        _ASYMPTOTIC,
        "if that test has no result; `message` says why",
    ),
)

LIMITS = (
    Meaning(
        MU_UP[:1],
        "Observed upper limit on the signal strength: where CLs is 1 − `level`. Below 1 the point"
        " is excluded.",
        "1",
        _ASYMPTOTIC,
        _NO_LIMIT,
    ),
    Meaning(
        MU_UP[1:],
        "Expected upper limit if the background fluctuates by −2 (`m2`), −1, 0, +1, +2 (`p2`) "
        "standard deviations.",
        "1",
        _ASYMPTOTIC,
        _NO_LIMIT,
    ),
    Meaning(
        ("p0",),
        "p-value of the hypothesis that there is no signal: 1 − Φ(√q₀).",
        "1",
        "arXiv:1007.1727, Eqs. 12, 53",
        "if a fit has not converged",
    ),
    Meaning(
        ("significance",),
        "Significance of an excess: √q₀. 0 for a deficit.",
        "standard deviations",
        "arXiv:1007.1727, Eqs. 12, 53",
        "if a fit has not converged",
    ),
)

MINIMA = (
    Meaning(
        LOWEST_CLS,
        "The same CLs at the lowest minima found.",
        "1",
        _ASYMPTOTIC,
        _NO_SEARCH,
    ),
    Meaning(("mu_hat_lowest",), "Fitted signal strength there.", "1", "", _NO_SEARCH),
    Meaning(
        ("delta_nll",),
        "The largest decrease of the NLL from a default minimum to the lowest one found, over the"
        " four fits of the test. 0: the search found no lower minimum.",
        "NLL, not 2 NLL",
        "[decision 5](decisions/0005-local-minima.md)",
        _NO_SEARCH,
    ),
    Meaning(
        ("n_minima",),
        "Number of local minima found for the fit that has most. 1: only the default one.",
        "1",
        "",
        _NO_SEARCH,
    ),
    Meaning(
        (YIELDS,),
        "Samples with an unphysical yield at a lowest minimum, as `sample (channel)`: `negative`,"
        " or `over 10x nominal`, and of more than 2 √(n + 1) events in a bin where n are "
        "expected.",
        "",
        "[which-number.md](which-number.md)",
        "if there are none",
    ),
    Meaning(
        tuple(f"{column}_lowest" for column in (*MU_UP, "p0", "significance")),
        "Limits, p₀ and significance at the lowest minima found.",
        "as above",
        "as above",
        "if there is no limit; `message` says why",
    ),
)

TOYS = (
    Meaning(N_TOYS, "Number of toys under each hypothesis.", "1"),
    Meaning(
        ("n_toys_failed",),
        "Number of toys whose fits failed. They do not enter CLs.",
        "1",
    ),
    Meaning(
        (ENOUGH_TOYS,),
        "`true` if the point has enough toys: one of the conditions of `precision` holds before "
        "`maximum` is reached. Without `precision`: observed CLs is at least three standard "
        "deviations away from `toys.test_size`. `false` if it has too few.",
        "",
        empty="if CLs is asymptotic, or there is none",
    ),
    Meaning(
        CLS_ERRORS,
        "Statistical uncertainty of CLs from the number of toys.",
        "1",
        _TOYS,
        _NO_TOYS,
    ),
    Meaning(
        ("q_obs",),
        "Test statistic of the data, q̃ or q, at `mu_test`.",
        "1",
        "arXiv:1007.1727, Eqs. 14, 16",
        _NO_NUMBERS,
    ),
    Meaning(ASYMPTOTIC, "The asymptotic CLs beside that of toys.", "1", _ASYMPTOTIC, _NO_NUMBERS),
    Meaning(
        LIMIT_ERRORS,
        "Statistical uncertainty of an upper limit from toys.",
        "1",
        _TOYS,
        "without limits from toys",
    ),
    Meaning(
        ASYMPTOTIC_LIMITS,
        "The asymptotic limit beside that from toys.",
        "1",
        _ASYMPTOTIC,
        _NO_LIMIT,
    ),
)

COVERAGE = (
    Meaning(("level",), "Confidence level of the intervals.", "1"),
    Meaning(("n_experiments",), "Number of experiments, data sets drawn at `mu_test`.", "1"),
    Meaning(
        ("n_experiments_failed",),
        "Number of experiments with a failed fit, which are not counted.",
        "1",
        "",
        "without experiments at the point",
    ),
    Meaning(
        ("n_toys",),
        "Toys of each hypothesis that each experiment is compared with.",
        "1",
        "",
        "without experiments at the point",
    ),
    Meaning(
        COVERAGES,
        "Share of experiments whose interval, from 0 to the upper limit, contains `mu_test`: by "
        "CLs and by CLs+b, from asymptotic formulae and from toys.",
        "1",
        _TOYS,
        _NO_EXPERIMENTS,
    ),
    Meaning(("mu_hat_mean",), "Mean of the fitted signal strength.", "1", "", _NO_EXPERIMENTS),
    Meaning(
        tuple(f"{column}_err" for column in (*COVERAGES, "mu_hat_mean")),
        "Statistical uncertainty of the same from the number of experiments.",
        "1",
        _TOYS,
        _NO_EXPERIMENTS,
    ),
)

GROUPS = {
    "Every scan": POINT + TEST,
    "Upper limits (`kind: limits`, or toys with limits)": LIMITS,
    "Lowest minima (`minima: search` or `exhaustive`)": MINIMA,
    "Cross-section moved (`signal_xsec_uncertainty`)": CROSS_SECTION,
    "Toys (`kind: toys`)": TOYS,
    "Coverage (`kind: coverage`)": COVERAGE,
}
"""The columns by the heading of their table."""

RESULTS = tuple(meaning for group in GROUPS.values() for meaning in group)
"""All columns of results.csv."""
