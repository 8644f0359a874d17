"""p-values of tests with the same data: fits that do not depend on the strength are made once."""

import math

import pyhf
import pytest
from pyhf_models import documented

from fitscan.errors import ConfigError
from fitscan.infer import p_values
from fitscan.infer.arguments import prepared
from fitscan.infer.p_values import AsymptoticTests, discovery_test, expected


@pytest.fixture
def model():
    pdf, data = documented()["uncorrelated"]
    return prepared(data, pdf, None, None, None)[1]


def test_a_series_of_tests_gives_what_each_gives_alone(model):
    series = AsymptoticTests(model, test_stat="qtilde", clipped=False)
    for mu in (1.0, 0.0, 0.5, 3.0):
        alone = AsymptoticTests(model, test_stat="qtilde", clipped=False).at(mu)
        found = series.at(mu)
        assert found[:2] == pytest.approx(alone[:2], abs=1e-7)
        assert found.band == pytest.approx(alone.band, abs=1e-7)


def test_the_fits_of_a_series_that_do_not_change_are_made_once(model, monkeypatch):
    calls = []
    made = p_values.fits_of_test
    monkeypatch.setattr(p_values, "fits_of_test", lambda *a: calls.append(a) or made(*a))
    series = AsymptoticTests(model, test_stat="qtilde", clipped=False)
    for mu in (1.0, 2.0, 3.0):
        series.at(mu)
    assert len(calls) == 1


def test_expected_values_are_clipped_where_the_strength_would_exceed_the_tested_one():
    normal, clipped = (expected(1.0, clipped=clip) for clip in (False, True))
    assert normal[:4] == clipped[:4]
    # At a test statistic of 0, CLs+b is 1/2 and CLb is Phi(sqrt(q_A)).
    assert clipped[4] == pytest.approx(0.5 / (0.5 * math.erfc(-1.0 / math.sqrt(2.0))))


def test_discovery_needs_strengths_0_and_1(model):
    upper = model.upper.copy()
    upper[model.poi] = 0.9
    with pytest.raises(ConfigError, match="outside of its bounds"):
        discovery_test(model.__class__(**{**vars(model), "upper": upper}), clipped=False)


def test_an_excess_of_many_standard_deviations_has_a_p_value_of_0():
    pdf = pyhf.simplemodels.uncorrelated_background([5.0], [50.0], [0.5])
    data = [5000.0, *pdf.config.auxdata]
    bounds = [(0.0, 2000.0), (1e-10, 10.0)]
    found = discovery_test(prepared(data, pdf, None, bounds, None)[1], clipped=False)
    assert (found.CLsb, found.CLb) == (0.0, 0.0)
    assert math.isnan(found.CLs)
