"""What people are shown of toys: totals, what was saved, and CLs as figures draw it."""

import numpy as np
import pandas as pd
import pytest

from fitscan.columns import ASYMPTOTIC, CLS, CLS_ERRORS, TOYS
from fitscan.contour import crossings
from fitscan.tables.toys import (
    deviations,
    drawn_CLs,
    shown_toys,
    summarise_toys,
    too_few_toys,
    toys_of_points,
    with_asymptotic_CLs,
)


def table(*rows):
    """Return results of points: toys of each hypothesis, CLs, its uncertainty, by the formula."""
    results = pd.DataFrame(dict.fromkeys(TOYS, np.nan), index=range(len(rows)))
    for n, (toys, CLs, error, asymptotic) in enumerate(rows):
        results.loc[n, ["n_toys_signal", "n_toys_background"]] = toys
        results.loc[n, [*CLS]] = CLs
        results.loc[n, [*CLS_ERRORS]] = error
        results.loc[n, [*ASYMPTOTIC]] = asymptotic
    return results.assign(q_obs=1.0, n_toys_failed=0.0, status="ok")


NO_TOYS = (0.0, 0.7, np.nan, 0.7)


def test_what_is_saved_is_measured_against_the_point_with_most_toys():
    summary = summarise_toys(table((100, 0.2, 0.1, 0.2), (400, 0.05, 0.02, 0.05), NO_TOYS))
    assert (summary.points, summary.others, summary.toys) == (2, 1, 1000)
    assert (summary.uniform, summary.saved) == (2400, pytest.approx(7 / 12))


def test_nothing_is_saved_where_no_point_has_toys():
    summary = summarise_toys(table(NO_TOYS, NO_TOYS))
    assert (summary.points, summary.toys, summary.saved) == (0, 0, 0.0)
    assert shown_toys(table(NO_TOYS), test_size=0.05) is None


def test_toys_of_a_point_whose_fit_failed_are_none():
    assert list(toys_of_points(table((np.nan, np.nan, np.nan, np.nan), NO_TOYS))) == [0.0, 0.0]


def test_toys_are_too_few_only_where_results_say_so():
    results = table(*[(100, 0.05, 0.02, 0.05)] * 3)
    assert not too_few_toys(results).any()
    said = results.assign(enough_toys=["true", "false", ""])
    assert list(too_few_toys(said)) == [False, True, False]
    assert list(summarise_toys(said).too_few.index) == [1]


def test_deviations_are_in_standard_deviations_and_none_where_they_say_nothing():
    assert deviations(0.2, 0.05, 0.05, 1.0) == pytest.approx(3.0)
    found = deviations([0.2, 1.0, np.nan], [0.3, 0.5, 0.1], [0.05, 0.001, np.nan], [1.0, 0.0, 1.0])
    np.testing.assert_allclose(found, [2.0, 0.0, 0.0])


def test_drawn_CLs_keeps_away_from_0_and_1_by_its_uncertainty():
    results = table(
        (250, 0.0, 0.007, 1e-9),  # the formula says how small it is
        (250, 0.0, 0.007, 0.03),  # no toy in 250 says that it is below that
        (250, 1.0, 0.006, 0.9),
        (250, 0.2, 0.03, 0.9),
        NO_TOYS,
    )
    drawn = drawn_CLs(results)
    for column in CLS:
        np.testing.assert_allclose(drawn[column], [1e-9, 0.007, 0.994, 0.2, 0.7])
    asymptotic = results.drop(columns=list(TOYS))
    assert drawn_CLs(asymptotic) is asymptotic


def test_asymptotic_CLs_can_take_the_place_of_those_from_toys():
    results = table((100, 0.2, 0.1, 0.3), NO_TOYS)
    assert with_asymptotic_CLs(results)[[*CLS]].to_numpy().tolist() == [[0.3] * 6, [0.7] * 6]
    asymptotic = results.drop(columns=list(TOYS))
    assert with_asymptotic_CLs(asymptotic) is asymptotic


def test_limit_beside_a_point_without_toys_beyond_the_data_is_not_at_its_neighbour():
    """It was, as significance has no end at CLs = 0."""
    results = table((250, 0.0, 0.007, 0.004), (250, 0.1, 0.02, 0.1))
    (raw,) = crossings([600.0, 700.0], results["CLs_obs"])
    (drawn,) = crossings([600.0, 700.0], drawn_CLs(results)["CLs_obs"])
    assert raw > 690.0
    assert 650.0 < drawn < 680.0
