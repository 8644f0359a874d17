"""The list of columns of the tables beside results.csv is that of what the code writes."""

import pandas as pd
import pytest
from drawn import grid, one_row

from fitscan.columns import AUDIT, CLS, FLAGGED, RESERVED
from fitscan.contour import limit_plane_table, limit_scan_table, plane_table, scan_table
from fitscan.tables.comparison import common_points, compare, summarise_comparison
from fitscan.tables.detail import PARAMETERS, YIELDS, mu_scan_table
from fitscan.tables.meanings.beside import BESIDE
from fitscan.tables.meanings.column import by_column
from fitscan.tables.meanings.results import RESULTS
from fitscan.tables.results import status_table, timings_table
from fitscan.tables.toys import distributions_table

X, Y, CLS_OF_PLANE = grid()
LIMITS = {f"mu_up_{name.removeprefix('CLs_')}": values for name, values in CLS_OF_PLANE.items()}
POINTS = [{"name": f"p{n}", "values": [x, y]} for n, (x, y) in enumerate(zip(X, Y, strict=True))]


def results():
    frame = pd.DataFrame({"name": [p["name"] for p in POINTS], "m1": X, "m2": Y, "mu_test": 1.0})
    return frame.assign(**CLS_OF_PLANE, mu_hat=0.0, status="ok", message="", engine="e", key="k")


def compared():
    reference = results()[["name", *CLS]].assign(error="")
    return compare(results(), reference, labels=["m1", "m2"], test_size=0.05)


def scanned():
    x, CLs = one_row()
    return x, {f"mu_up_{name.removeprefix('CLs_')}": values for name, values in CLs.items()}


def timed():
    rows = [{"wall_s": 1.0, "cpu_s": 1.0, "key": "k"}] * len(POINTS)
    return timings_table(POINTS, rows)


def shown_of_both():
    return common_points(compared(), ["m1", "m2"], results()["name"]).rename(
        columns=lambda name: f"CLs_..._{name.rpartition('_')[2]}" if "s_" in name else name
    )


MADE = {
    "timings.csv": [timed],
    "status.csv": [lambda: status_table(results(), test_size=0.05)],
    "flagged.csv": [lambda: pd.DataFrame(columns=list(FLAGGED))],
    "audit.csv": [lambda: pd.DataFrame(columns=list(AUDIT))],
    "comparison.csv": [compared],
    "comparison_summary.csv": [
        lambda: summarise_comparison(compared(), axes=["m1", "m2"], drawn=[], test_size=0.05)
    ],
    "figures/exclusion.csv": [
        lambda: plane_table(X, Y, CLS_OF_PLANE, names=("m1", "m2")),
        lambda: scan_table(*one_row(), name="m1"),
    ],
    "figures/limits.csv": [
        lambda: limit_plane_table(X, Y, LIMITS, names=("m1", "m2")),
        lambda: limit_scan_table(*scanned(), name="m1"),
    ],
    "figures/comparison.csv": [shown_of_both],
    "figures/toys.csv": [lambda: distributions_table(None)],
    "fit/mu_scan.csv": [
        lambda: mu_scan_table(
            pd.DataFrame([dict.fromkeys(("mu", *CLS), 1.0)]),
            dict.fromkeys(CLS, 1.0),
            name="p",
            test_size=0.05,
        )
    ],
    "fit/parameters.csv": [lambda: pd.DataFrame(columns=list(PARAMETERS))],
    "fit/yields.csv": [lambda: pd.DataFrame(columns=list(YIELDS))],
}

# Drawn in tests/unit/figures, or with a column for each parameter, or written by a kind of scan.
ELSEWHERE = {
    "figures/combination.csv": {"of"},
    "figures/CLs_map.csv": {"method"},
    "figures/status_map.csv": {"audit", "method"},
    "figures/minima.csv": {"method"},
    "fit/correlations.csv": {"fit", "parameter"},
    "toys.parquet": {"hypothesis", "toy", "q", "mu_hat"},
}


@pytest.mark.parametrize("table", MADE)
def test_every_column_has_a_meaning_and_no_other_has(table):
    written = {column for make in MADE[table] for column in make().columns}
    known = by_column(BESIDE[table]).keys()
    assert known <= written
    assert written - {"m1", "m2"} - known <= by_column(RESULTS).keys()


@pytest.mark.parametrize("table", MADE)
def test_no_label_of_a_grid_is_called_as_a_column_beside_it(table):
    """Was a bug: a label `difference` or `unit` was overwritten, and `mu_up` an error."""
    for make in MADE[table]:
        columns = {*make().columns}
        if labels := {"m1", "m2"} & columns:
            of_both = {name for name in columns if name.startswith("CLs_...")}
            assert columns - labels - of_both <= RESERVED


@pytest.mark.parametrize("table", ELSEWHERE)
def test_columns_of_other_tables_have_a_meaning(table):
    assert by_column(BESIDE[table]).keys() == ELSEWHERE[table]


def test_every_table_is_made_here_or_elsewhere():
    assert BESIDE.keys() == MADE.keys() | ELSEWHERE.keys()
