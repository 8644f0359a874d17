"""The point that is shown in detail: chosen near the contour, or refused by name."""

import numpy as np
import pandas as pd
import pytest

from fitscan.config.points import check_point_name, shown_point
from fitscan.errors import ConfigError


def results(CLs, status=None):
    names = [f"p{number}" for number in range(len(CLs))]
    return pd.DataFrame({"name": names, "CLs_exp_0": CLs, "status": status or ["ok"] * len(CLs)})


@pytest.mark.parametrize(
    ("CLs", "status", "chosen"),
    [
        ([0.5, 0.06, 0.01], None, "p1"),
        ([0.5, 0.25, 0.0], None, "p2"),
        ([0.5, 0.125, 0.125], None, "p1"),
        ([0.5, 0.05, 0.3], ["ok", "failed", "ok"], "p2"),
        ([0.5, np.nan, 0.3], None, "p2"),
        ([np.nan, np.nan], ["failed", "not_converged"], "p0"),
    ],
)
def test_the_shown_point_is_the_ok_one_nearest_the_expected_contour(CLs, status, chosen):
    assert shown_point(results(CLs, status), None, test_size=0.05) == chosen


def test_a_wanted_point_is_shown_whatever_its_status():
    assert shown_point(results([0.05, 0.9], ["ok", "failed"]), "p1", test_size=0.05) == "p1"


def test_a_point_that_is_not_there_is_refused_with_a_name_that_is():
    with pytest.raises(ConfigError, match=r"'C1N2_70_0'. Hint: .* 'C1N2_700_0'"):
        check_point_name(["stau_1", "C1N2_700_0"], "C1N2_70_0", key="detail_point")
    with pytest.raises(ConfigError, match="such as 'stau_1'"):
        shown_point(results([0.1]).assign(name="stau_1"), "x", test_size=0.05)
    check_point_name(["stau_1"], None, key="detail_point")
