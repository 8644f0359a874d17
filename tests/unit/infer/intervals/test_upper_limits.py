"""Upper limits beside those of pyhf."""

import numpy as np
import pyhf
import pytest
from pyhf_models import documented

from fitscan.errors import ConfigError
from fitscan.infer import hypotest, intervals
from fitscan.infer.intervals.upper_limits import linear_grid_scan, toms748_scan, upper_limit

theirs = pyhf.infer.intervals.upper_limits


def assert_same(ours, known, rel):
    (observed, expected), (known_observed, known_expected) = ours[:2], known[:2]
    assert type(expected) is list
    for limit, other in zip([observed, *expected], [known_observed, *known_expected], strict=True):
        assert (type(limit), limit.shape) == (type(other), other.shape)
        assert float(limit) == pytest.approx(float(other), rel=rel)


@pytest.mark.parametrize("name", documented())
def test_a_search(name):
    pdf, data = documented()[name]
    assert_same(upper_limit(data, pdf), theirs.upper_limit(data, pdf), rel=2e-4)


@pytest.mark.parametrize("name", documented())
def test_a_scan(name):
    pdf, data = documented()[name]
    scan = np.linspace(0.0, 5.0, 11)
    ours = upper_limit(data, pdf, scan, return_results=True)
    assert_same(ours, theirs.upper_limit(data, pdf, scan, return_results=True), rel=1e-4)
    points, results = ours[2]
    assert points is scan
    assert len(results) == len(scan)
    assert results[3][0] == hypotest(scan[3], data, pdf)


def test_the_examples_of_the_docstrings_of_pyhf():
    pdf, data = documented()["uncorrelated"]
    observed, expected = toms748_scan(data, pdf, 0.0, 5.0, rtol=0.01)
    assert float(observed) == pytest.approx(1.01156939, rel=1e-3)
    observed, expected, _ = upper_limit(data, pdf, np.linspace(0, 5, 21), return_results=True)
    assert float(observed) == pytest.approx(1.01764089, rel=1e-5)
    known = [0.59576921, 0.76169166, 1.08504773, 1.50170482, 2.06654952]
    assert [float(limit) for limit in expected] == pytest.approx(known, rel=5e-5)


def test_a_search_returns_what_it_has_tested():
    pdf, data = documented()["one bin"]
    observed, _, (tested, results) = upper_limit(data, pdf, return_results=True)
    assert min(abs(mu - float(observed)) for mu in tested) < 1e-3
    CLs, band = results[-1]
    assert CLs == pytest.approx(hypotest(tested[-1], data, pdf))
    assert len(band) == 5


@pytest.mark.parametrize("scan", [None, [0.0, 0.5, 1.0, 1.5, 2.0, 3.0]])
def test_the_level_is_honoured(scan):
    """pyhf 0.7.6 drops it where there is no scan."""
    pdf, data = documented()["uncorrelated"]
    observed, _ = upper_limit(data, pdf, scan, level=0.1)
    assert float(observed) < float(upper_limit(data, pdf, scan)[0]) - 0.05
    if scan is None:
        assert hypotest(float(observed), data, pdf) == pytest.approx(0.1, abs=1e-4)


def test_bounds_of_a_search_are_widened_until_they_hold_all_limits():
    pdf, data = documented()["uncorrelated"]
    ours = toms748_scan(data, pdf, 0.9, 1.0, level=0.3)
    assert_same(ours, theirs.toms748_scan(data, pdf, 0.9, 1.0, level=0.3), rel=2e-4)


def test_arguments_of_hypotest_are_handed_on():
    pdf, data = documented()["uncorrelated"]
    options = {"fixed_params": [False, True, True], "calc_base_dist": "clipped_normal"}
    scan = np.linspace(0.0, 5.0, 11)
    ours, known = (at(data, pdf, scan, **options) for at in (upper_limit, theirs.upper_limit))
    assert_same(ours, known, rel=1e-4)
    toys = {"calctype": "toybased", "ntoys": 200, "track_progress": False}
    assert 0.5 < float(upper_limit(data, pdf, np.linspace(0, 4, 9), **toys)[0]) < 2.0


def test_a_limit_beyond_the_bounds_is_an_error_as_in_pyhf():
    pdf, data = documented()["one bin"]
    bounds = [(0, 1.0), (0.1, 3.0)]
    with pytest.raises(ValueError, match="bounds"):
        theirs.toms748_scan(data, pdf, 0.0, 1.0, par_bounds=bounds)
    with pytest.raises(ConfigError, match="bounds"):
        toms748_scan(data, pdf, 0.0, 1.0, par_bounds=bounds)


@pytest.mark.parametrize("name", ["return_tail_probs", "return_expected_set", "return_calculator"])
def test_what_would_change_the_results_of_tests_is_refused_by_name(name):
    pdf, data = documented()["one bin"]
    for limits in (upper_limit, linear_grid_scan):
        with pytest.raises(ConfigError, match=name):
            limits(data, pdf, [0.0, 1.0], **{name: True})


def test_a_model_without_a_parameter_of_interest_is_refused():
    pdf, data = documented()["one bin"]
    with pytest.raises(ConfigError, match="no parameter of interest"):
        upper_limit(data, pyhf.Model(pdf.spec, poi_name=None))


def test_the_deprecated_name_is_there_and_says_so():
    pdf, data = documented()["one bin"]
    with pytest.warns(DeprecationWarning, match="upper_limit"):
        assert intervals.upperlimit(data, pdf)[0] == upper_limit(data, pdf)[0]


@pytest.mark.parametrize("search", [upper_limit, lambda d, m, **o: upper_limit(d, m, [0, 1], **o)])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"level": 1.5}, "level is not between 0 and 1: 1.5"),
        ({"level": 1}, "level is not between 0 and 1: 1"),
        ({"level": float("nan")}, "level is not between 0 and 1: nan"),
        ({"test_stat": "q0"}, "test_stat q0 has no upper limit"),
    ],
)
def test_what_has_no_limit_is_refused(search, options, said):
    """Was a bug: the search had no end."""
    pdf, data = documented()["uncorrelated"]
    with pytest.raises(ConfigError, match=said):
        search(data, pdf, **options)


def test_scan_of_nothing_is_refused():
    pdf, data = documented()["uncorrelated"]
    with pytest.raises(ConfigError, match="there is nothing to scan"):
        upper_limit(data, pdf, [])


def test_a_scan_may_be_a_generator():
    """Was a bug: its length was asked for."""
    pdf, data = documented()["uncorrelated"]
    values = [0.5, 1.0, 2.0]
    assert upper_limit(data, pdf, (mu for mu in values)) == upper_limit(data, pdf, values)


def test_scan_that_falls_is_refused():
    """Was a bug: numbers were interpolated in the wrong order, as pyhf does."""
    pdf, data = documented()["uncorrelated"]
    with pytest.raises(ConfigError, match="values of the scan do not rise"):
        upper_limit(data, pdf, [2.0, 1.0, 0.0])
