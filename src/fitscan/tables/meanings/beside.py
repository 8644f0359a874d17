"""The columns of the tables beside results.csv.

A column with a name of results.csv means what it means there and is not listed again.
"""

from fitscan.columns import AUDIT_NUMBERS, HALF_WIDTH, UNCERTAINTY
from fitscan.tables.meanings.column import Meaning

__all__ = ["BESIDE", "NOTE"]

_BETWEEN = Meaning(
    ("method",),
    "In which quantity CLs, or the limit, is linear between the points.",
    source="[figures.md](figures.md#interpolation-between-points)",
)
_UNCERTAINTY = (
    Meaning(
        (UNCERTAINTY,),
        "How far the interpolated quantity may be off on the line, in units of that quantity.",
        "1",
        "[figures.md](figures.md#interpolation-between-points)",
        "with too few points to tell",
    ),
    Meaning(
        (HALF_WIDTH,),
        "How far the line may be off across itself because of that.",
        "of the axes",
        "[figures.md](figures.md#interpolation-between-points)",
        "with too few points to tell",
    ),
)
_SEGMENT = Meaning(("segment",), "Number of the line of this curve, from 0.", "1", "", "for points")
_LINES = (
    Meaning(
        ("curve",),
        "`observed`, `expected`, a side of the band (`expected_m1`, ...), of the theory band, or "
        "the title of an overlay.",
    ),
    Meaning(
        ("segment",),
        "In a plane: number of the line of this curve, from 0. The rows of a line are its "
        "vertices.",
        "1",
    ),
    Meaning(("kind",), "Along one axis: `point`, or `crossing` where CLs is the test size."),
    Meaning(("CLs",), "Along one axis: CLs there.", "1", "", "for points without a result"),
    _BETWEEN,
    *_UNCERTAINTY,
)
_CURVE_OF_CLS = Meaning(("curve",), "Which CLs: `observed`, `expected`, `expected_m2`, ...")

BESIDE: dict[str, tuple[Meaning, ...]] = {
    "timings.csv": (
        Meaning(("wall_s",), "Wall time of the fits of the point.", "s"),
        Meaning(("cpu_s",), "CPU time of the fits of the point.", "s"),
    ),
    "status.csv": (
        Meaning(
            ("status",),
            "A status, or `excluded (observed)` and `excluded (expected)`: CLs below the test "
            "size.",
        ),
        Meaning(("points",), "Number of points.", "1"),
    ),
    "flagged.csv": (
        Meaning(
            ("reason",),
            "Why the result of the point is in doubt: pyhf disagrees, or it is undecided. Most "
            "runs have no row.",
        ),
    ),
    "audit.csv": (
        Meaning(
            ("check",),
            "`log_density`: the same parameters in both. `minimum`, `CLs`: pyhf's own fits. "
            "`model`: what pyhf was asked in another form.",
        ),
        Meaning(
            ("quantity",),
            "The fit, the column of CLs, or the modifier.",
            empty="if nothing was compared",
        ),
        Meaning(
            AUDIT_NUMBERS[:2],
            "The number by fitscan, and by pyhf: NLL with constant terms, or CLs.",
            "NLL, or 1",
            "",
            "if nothing was compared",
        ),
        Meaning(("difference",), "`fitscan` − `pyhf`.", "NLL, or 1", "", "if nothing was compared"),
        Meaning(
            ("tolerance",),
            "Differences up to this count as none.",
            "NLL, or 1",
            "",
            "if nothing was compared",
        ),
        Meaning(
            ("outcome",),
            "`agrees` or `differs`; of minima which is lower, `fitscan`, `pyhf` or `equal`; "
            "`failed`, `refused` or `remark`.",
        ),
        Meaning(
            ("message",),
            "Why nothing was compared, or what the remark is.",
            empty="if there is nothing to say",
        ),
    ),
    "comparison.csv": (
        _CURVE_OF_CLS,
        Meaning(
            ("ours", "theirs"), "CLs of this scan, and of the reference.", "1", "", "if it has none"
        ),
        Meaning(("difference",), "`ours` − `theirs`.", "1", "", "if one is empty"),
        Meaning(
            ("excluded_by",), "`both`, `ours`, `theirs` or `neither`.", empty="if one has no CLs"
        ),
        Meaning(("exclusion_differs",), "Whether only one of them excludes the point."),
        Meaning(("message",), "Why there is nothing to compare.", empty="if there is"),
    ),
    "comparison_summary.csv": (
        _CURVE_OF_CLS,
        Meaning(
            ("points", "missing"),
            "Number of points that both have, and of those that one lacks.",
            "1",
        ),
        Meaning(
            ("left_out",),
            "Number of points of the reference that `points` of the analysis leaves out; they are "
            "not among `missing`.",
            "1",
        ),
        Meaning(
            ("median", "largest"),
            "Median and largest absolute difference of CLs.",
            "1",
            "",
            "without common points",
        ),
        Meaning(("at",), "The point with the largest difference.", empty="without common points"),
        Meaning(
            ("excluded_by_both", "excluded_by_ours", "excluded_by_theirs"),
            "Number of points that both exclude, or one alone.",
            "1",
        ),
        Meaning(
            ("mean_distance", "largest_distance"),
            "How far apart the two lines are. The labels say where the distance is largest.",
            "of the axes",
            "",
            "if one has no line",
        ),
    ),
    "figures/exclusion.csv": _LINES,
    "figures/combination.csv": (
        Meaning(
            ("of",), "The combination, or the part, whose line it is; else as `exclusion.csv`."
        ),
    ),
    "figures/CLs_map.csv": (_BETWEEN,),
    "figures/status_map.csv": (
        Meaning(("audit",), "Why the result is in doubt; see `flagged.csv`.", empty="if it is not"),
        _BETWEEN,
    ),
    "figures/minima.csv": (_BETWEEN,),
    "figures/limits.csv": (
        Meaning(
            ("curve",),
            "`observed`, `expected`, a side of the band, or `..._lowest` at the lowest minima.",
        ),
        Meaning(
            ("kind",),
            "`point`; `line` for vertices of the line where the limit is 1; along one axis "
            "`crossing`.",
        ),
        _SEGMENT,
        Meaning(
            ("mu_up",),
            "Upper limit on the signal strength.",
            "1",
            "arXiv:1007.1727, Eqs. 57 to 66",
            "if there is none",
        ),
        Meaning(
            ("cross_section",),
            "Along one axis: the cross-section there.",
            "`unit`",
            "your table",
            "without one",
        ),
        Meaning(
            ("cross_section_up",),
            "Along one axis: the upper limit on it.",
            "`unit`",
            "`mu_up` times the cross-section",
            "without one",
        ),
        Meaning(("unit",), "Unit of the cross-section.", empty="without one"),
        _BETWEEN,
        *_UNCERTAINTY,
    ),
    "figures/comparison.csv": (
        Meaning(
            ("CLs_..._ours", "CLs_..._theirs"),
            "CLs of this scan, and of the reference.",
            "1",
            "",
            "if it has none",
        ),
        Meaning(
            ("differs",), "Whether only one of them excludes the point, as observed or as expected."
        ),
    ),
    "figures/toys.csv": (
        Meaning(("quantity",), "`sqrt_q`, the square root of the test statistic, or `mu_hat`."),
        Meaning(("hypothesis",), "`signal` or `background`: at which fit the toys were thrown."),
        Meaning(("low", "high"), "Edges of the bin of the histogram.", "1"),
        Meaning(("toys",), "Number of toys in the bin.", "1"),
    ),
    "toys.parquet": (
        Meaning(("hypothesis",), "`signal` or `background`."),
        Meaning(("toy",), "Index of the toy. With the seed it gives the toy again.", "1"),
        Meaning(
            ("q", "mu_hat"),
            "Test statistic and fitted signal strength of the toy.",
            "1",
            "arXiv:1007.1727, Eqs. 14, 16",
            "if a fit failed",
        ),
    ),
    "fit/mu_scan.csv": (
        Meaning(("curve",), "Which CLs: `observed`, `expected`, `expected_m2`, ..."),
        Meaning(("kind",), "`point`, or `upper limit`."),
        Meaning(("mu",), "Signal strength.", "1"),
        Meaning(("CLs",), "CLs there.", "1", "arXiv:1007.1727, Eqs. 57 to 66"),
    ),
    "fit/parameters.csv": (
        Meaning(("fit",), "`background` (μ = 0) or `free`."),
        Meaning(("parameter",), "Name of the parameter, as in pyhf."),
        Meaning(
            ("kind",),
            "`POI`, `alpha` (histosys, normsys), `staterror`, `shapesys`, `lumi`, `normfactor` or"
            " `shapefactor`.",
        ),
        Meaning(
            ("initial", "fitted"),
            "Value at which the fit starts, and at its minimum.",
            "of the parameter",
        ),
        Meaning(
            ("uncertainty",),
            "From the inverse Hessian at the minimum.",
            "of the parameter",
            "PDG, Statistics, 40.2.2",
            "`status` says why",
        ),
        Meaning(
            ("prefit_uncertainty",),
            "Width σ₀ of the constraint.",
            "of the parameter",
            "",
            "without a constraint",
        ),
        Meaning(
            ("pull",),
            "(fitted − θ₀) / σ₀, with θ₀ the auxiliary measurement.",
            "1",
            "as in cabinetry",
            "without a constraint",
        ),
        Meaning(
            ("constraint",),
            "`uncertainty` / σ₀.",
            "1",
            "as in cabinetry",
            "without a constraint or uncertainty",
        ),
        Meaning(
            ("status",),
            "`free`; or why there is no uncertainty: `fixed`, `at bound`, `at kink`, `flat`, `not"
            " converged`.",
        ),
    ),
    "fit/correlations.csv": (
        Meaning(("fit",), "`background` (μ = 0) or `free`."),
        Meaning(("parameter",), "Name of the parameter; the other columns have the names of all."),
    ),
    "fit/yields.csv": (
        Meaning(("fit",), "`background` (μ = 0) or `free`."),
        Meaning(("channel", "bin"), "Channel, and bin in it, from 0."),
        Meaning(("sample",), "Sample, or `total`: all of them."),
        Meaning(
            ("prefit", "prefit_uncertainty"),
            "Yield at the initial values, and its uncertainty from the constraints.",
            "events",
        ),
        Meaning(("postfit",), "Yield at the minimum.", "events"),
        Meaning(
            ("uncertainty",),
            "Its uncertainty, with the correlations of the fit.",
            "events",
            "PDG, Statistics, 40.2.4",
            "if the fit has none",
        ),
        Meaning(
            ("observed",), "Observed events, in the row of the total.", "events", "", "for samples"
        ),
    ),
}
"""The columns of each table by its path in the folder of the scan.

``figures/number_of_toys.csv`` and ``figures/coverage.csv`` have columns of results.csv only, and
``figures/mu_scan.csv`` is ``fit/mu_scan.csv``.
"""

NOTE = Meaning(("note",), "Why the figure could not be drawn; then the table has this column only.")
