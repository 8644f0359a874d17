"""Models that were refused, or computed wrongly: their right CLs, found without the engine."""

import pytest
from saved_cases import fit_case, read_case

from fitscan.columns import CLS

CASES = ["normsys_to_zero", "staterror_of_a_negative_yield", "shapefactor_poi_one_bin"]


@pytest.mark.parametrize("name", CASES)
def test_case_has_its_right_CLs(name, tmp_path):
    row, right = fit_case(name, tmp_path), read_case(name)["right"]
    assert (row["status"], row["message"]) == ("ok", "")
    assert [row[column] for column in CLS] == pytest.approx([right[c] for c in CLS], abs=2e-6)
    lowest = [row[f"{column}_lowest"] for column in CLS]
    assert lowest == pytest.approx([right[c] for c in CLS], abs=2e-6)
