"""Tables of one point in detail, written and read."""

import numpy as np
import pandas as pd
import pytest

from fitscan.columns import CLS
from fitscan.errors import FitscanError
from fitscan.files import write_csv
from fitscan.tables.detail import (
    PARAMETERS,
    Detail,
    mu_scan_table,
    read_correlations,
    read_mu_scan,
    read_parameters,
    typed,
)
from fitscan.tables.notes import NOTE


def test_notes_are_read_as_they_were_written(tmp_path):
    detail = Detail("p", ["a fit failed"], ["CLs jumps"])
    detail.write(tmp_path / "detail.json")
    read = Detail.read(tmp_path / "detail.json")
    assert read == detail
    fits = r"Fits to the data for $\tilde{q}_\mu$, from the default initial values"
    assert read.about_fits("qtilde") == ["Point p", fits, "a fit failed"]
    scanned = r"Asymptotic formulae, $q_\mu$; default initial values"
    assert read.about_mu_scan("q") == ["Point p", scanned, "CLs jumps"]


def test_names_stay_text_and_gaps_are_unknown_numbers(tmp_path):
    """Was a bug: they were read with an option that pandas 3.1 deprecates."""
    rows = [("free", name, "alpha", 0.0, 0.1 + 0.2, *[np.nan] * 4, "") for name in ("NA", "1e3")]
    table = typed(rows, PARAMETERS)
    write_csv(tmp_path / "parameters.csv", table)
    pd.testing.assert_frame_equal(read_parameters(tmp_path / "parameters.csv"), table)
    table = pd.DataFrame({"fit": "free", "parameter": ["NA"], "NA": [1.0]})
    write_csv(tmp_path / "correlations.csv", table)
    pd.testing.assert_frame_equal(read_correlations(tmp_path / "correlations.csv"), table)


def test_a_table_without_rows_has_its_columns():
    assert typed([], PARAMETERS).dtypes["fitted"] == np.float64
    assert list(typed([], PARAMETERS)) == list(PARAMETERS)


def test_curves_and_limits_are_read_as_they_were_written(tmp_path):
    mu = np.linspace(0.0, 2.0, 5)
    curves = pd.DataFrame({"mu": mu} | {c: np.exp(-(n + 1) * mu) for n, c in enumerate(CLS)})
    limits = {column: 3.0 / (n + 1) for n, column in enumerate(CLS)}
    write_csv(tmp_path / "scan.csv", mu_scan_table(curves, limits, name="p", test_size=0.1))
    table, ours, found = read_mu_scan(tmp_path / "scan.csv")
    pd.testing.assert_frame_equal(ours[curves.columns], curves)
    assert found == limits
    assert set(table.loc[table["kind"] == "upper limit", "CLs"]) == {0.1}


def test_a_note_in_the_place_of_curves_is_an_error(tmp_path):
    write_csv(tmp_path / "scan.csv", pd.DataFrame({NOTE: ["No fit converged."]}))
    with pytest.raises(FitscanError, match=r"No fit converged\.$"):
        read_mu_scan(tmp_path / "scan.csv")
