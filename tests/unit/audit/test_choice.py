"""pyhf's own fits go where a fit may have ended in another minimum, and where it would matter."""

import numpy as np
import pandas as pd
import pytest

from fitscan.audit.choice import audit_sample, choose_points, spread
from fitscan.likelihood import Point


def points(*names):
    return [Point(name=n, values=(), digest="d", offset=0, length=1) for n in names]


def results(CLs_obs, CLs_exp_0=0.9, **columns):
    count = len(CLs_obs)
    names = [f"p{n}" for n in range(count)]
    table = pd.DataFrame({"name": names, "CLs_obs": CLs_obs, "CLs_exp_0": CLs_exp_0})
    return table.assign(**columns)


def chosen(table, number=10, refits=1, one_sided=()):
    sample, fitted = choose_points(
        points(*table["name"]),
        table,
        number=number,
        refits=refits,
        test_size=0.05,
        one_sided=lambda asked: {point.name for point in asked} & set(one_sided),
    )
    return [point.name for point in sample], sorted(fitted)


def test_the_nearest_point_to_the_contour_is_fitted_where_nothing_else_is_known():
    assert chosen(results([0.9, 0.001, 0.06, 0.3]))[1] == ["p2"]
    assert chosen(results([0.9, 0.9, 0.9], [0.3, 0.04, 0.2]))[1] == ["p1"]


@pytest.mark.parametrize(
    "columns",
    [
        {"n_minima": [1.0, 1.0, 2.0], "delta_nll": 0.0},
        {"n_minima": 1.0, "delta_nll": [0.0, 0.0, 0.5]},
    ],
)
def test_several_minima_come_before_a_point_that_is_nearer(columns):
    assert chosen(results([0.3, 0.4, 0.9], **columns))[1] == ["p2"]


def test_one_sided_variations_come_before_a_point_that_is_nearer():
    assert chosen(results([0.3, 0.4, 0.9]))[1] == ["p0"]
    assert chosen(results([0.3, 0.4, 0.9]), one_sided={"p2"})[1] == ["p2"]


def test_points_with_more_reasons_come_first_and_of_equals_the_nearest():
    table = results([0.06, 0.9, 0.08, 0.7], n_minima=[1.0, 2.0, 2.0, 2.0], delta_nll=0.0)
    assert chosen(table, refits=3)[1] == ["p0", "p2", "p3"]
    assert chosen(table, refits=2)[1] == ["p0", "p2"]
    assert chosen(table, refits=1, one_sided={"p1", "p2"})[1] == ["p2"]


def test_a_point_without_numbers_comes_last_and_equals_keep_the_order_of_the_scan():
    assert chosen(results([np.nan, 0.9, 0.9], [np.nan, 0.9, 0.9]))[1] == ["p1"]
    table = results([np.nan], [np.nan], n_minima=[np.nan], delta_nll=[np.nan])
    assert chosen(table)[1] == ["p0"]


def test_points_that_pyhf_fits_are_in_the_sample_which_is_in_the_order_of_the_scan():
    table = results(np.where(np.arange(101) == 37, 0.05, 0.9))
    sample, fitted = chosen(table, number=5)
    assert fitted == ["p37"]
    assert sample == ["p0", "p33", "p37", "p67", "p100"]


@pytest.mark.parametrize(("number", "refits", "wanted"), [(0, 1, 0), (3, 9, 3), (2, 0, 0)])
def test_no_more_points_are_fitted_than_are_in_the_sample(number, refits, wanted):
    sample, fitted = chosen(results([0.1, 0.2, 0.3, 0.4]), number=number, refits=refits)
    assert (len(sample), len(fitted)) == (number, wanted)


def test_points_that_were_refused_are_not_chosen():
    table = results([0.05, 0.9])
    sample, fitted = choose_points(
        points("p1"), table, number=5, refits=1, test_size=0.05, one_sided=lambda _: ()
    )
    assert ([point.name for point in sample], fitted) == (["p1"], {"p1"})


def test_of_a_large_scan_few_models_are_asked_for_one_sided_variations():
    asked = []
    table = results(np.linspace(0.04, 0.9, 1000))
    choose_points(
        points(*table["name"]),
        table,
        number=10,
        refits=1,
        test_size=0.05,
        one_sided=lambda some: asked.extend(some) or (),
    )
    assert len(asked) == 100


def test_sample_is_spread_over_the_points_and_always_the_same():
    many = points(*(f"p{n}" for n in range(101)))
    sample = audit_sample(many, 11)
    assert sample == audit_sample(many, 11)
    assert (sample[0].name, sample[-1].name, len(sample)) == ("p0", "p100", 11)
    assert spread(many[:3], 10) == many[:3]
    assert spread(many, 0) == []
