"""Upper limits and discovery: against closed forms, against pyhf, and where there is none."""

import dataclasses
import math
from statistics import NormalDist

import numpy as np
import pyhf
import pytest
from pyhf.infer.intervals.upper_limits import toms748_scan

from fitscan.engines.compiled.fits.fits import default_fit
from fitscan.engines.compiled.inference import curves as curves_module
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.limits import (
    at_bound,
    find_limits,
    upper_limits,
    widened,
)
from fitscan.engines.compiled.kernels.minimum import TOO_MANY_STEPS
from fitscan.errors import ConfigError
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis
from fitscan.statistics.asymptotics import asymptotic_CLs, sqrt_q_asimov_at

NAMES = ("observed", "m2", "m1", "median", "p1", "p2")
PHI = NormalDist().cdf


def workspace(background, observed, error=None, bounds=(0.0, 10.0)):
    """A channel whose background has an error in each bin, or is known; None sets no bounds."""
    modifiers = [{"name": "known", "type": "normfactor", "data": None}]
    if error:
        modifiers.append({"name": "error", "type": "shapesys", "data": error})
    return {
        "version": "1.0.0",
        "channels": [
            {
                "name": "SR",
                "samples": [{"name": "background", "data": background, "modifiers": modifiers}],
            }
        ],
        "observations": [{"name": "SR", "data": observed}],
        "measurements": [
            {
                "name": "nominal",
                "config": {
                    "poi": "mu",
                    "parameters": [
                        {"name": "mu", "inits": [1.0]}
                        | ({"bounds": [list(bounds)]} if bounds else {}),
                        {"name": "known", "fixed": True, "inits": [1.0]},
                    ],
                },
            }
        ],
    }


def hypothesis_of(background, signal, systematic=False):
    """The workspace with a signal."""
    modifiers = [{"name": "mu", "type": "normfactor", "data": None}]
    if systematic:
        modifiers.append({"name": "theory", "type": "normsys", "data": {"hi": 1.3, "lo": 0.8}})
    sample = {"name": "signal", "data": signal, "modifiers": modifiers}
    patch = [{"op": "add", "path": "/channels/0/samples/1", "value": sample}]
    return apply_patch(background, patch, where="signal")


def model_of(background, hypothesis):
    return Analysis(background).model(hypothesis)


def limits_of(background, hypothesis, **options):
    return upper_limits(model_of(background, hypothesis), **options)


def values(limits):
    return [getattr(limits, name) for name in NAMES]


def solved(function):
    """Where a rising function is 0, by bisection."""
    low, high = 0.0, 100.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if function(middle) < 0.0 else (low, middle)
    return low


# --- closed forms ---


@pytest.mark.parametrize("observed", [0.0, 3.0, 9.0, 12.0, 20.0])
@pytest.mark.parametrize("test_size", [0.05, 0.1, 0.6])
def test_the_limits_of_a_counting_experiment_solve_its_equation(observed, test_size):
    s, b = 6.0, 9.0

    def twice_poisson(n, mean):
        return 2.0 * (mean - n + (n * math.log(n / mean) if n > 0.0 else 0.0))

    mu_hat = max(0.0, (observed - b) / s)

    def CLs(mu, n=None):
        a = math.sqrt(twice_poisson(b, mu * s + b))
        t = n
        if n is None:
            q = twice_poisson(observed, mu * s + b) - twice_poisson(observed, mu_hat * s + b)
            q = q if mu > mu_hat else 0.0
            t = math.sqrt(q) - a if q <= a * a else (q - a * a) / (2.0 * a)
        return PHI(-(t + a)) / PHI(-t)

    background = workspace([b], [observed])
    limits = limits_of(background, hypothesis_of(background, [s]), test_size=test_size)
    expected = [
        solved(lambda mu, n=n: test_size - CLs(mu, n)) for n in (None, 2.0, 1.0, 0.0, -1.0, -2.0)
    ]
    assert values(limits) == pytest.approx(expected, rel=1e-5)
    assert limits.messages == ("",) * 6
    assert limits.mu_hat == pytest.approx(mu_hat, abs=1e-4)


@pytest.mark.parametrize("t", [-40.0, -8.0, -2.0, 0.0, 1.0, 5.0, 30.0, 60.0])
@pytest.mark.parametrize("test_size", [1e-9, 0.05, 0.5, 0.95])
def test_sqrt_q_asimov_at_inverts_CLs(t, test_size):
    a = sqrt_q_asimov_at(t, test_size)
    assert a > 0.0
    q = max(0.0, t + a) ** 2
    if t + a >= 0.0:
        CLs = asymptotic_CLs(q, a * a, test_stat="q").observed
        assert CLs == pytest.approx(test_size, rel=1e-9)


def test_discovery_of_a_counting_experiment():
    background = workspace([9.0], [20.0])
    limits = limits_of(background, hypothesis_of(background, [6.0]))
    q0 = 2.0 * (20.0 * math.log(20.0 / 9.0) - 11.0)
    assert limits.q0 == pytest.approx(q0, rel=1e-8)
    assert limits.significance == pytest.approx(math.sqrt(q0), rel=1e-8)
    assert limits.p0 == pytest.approx(PHI(-math.sqrt(q0)), rel=1e-7)


def test_a_deficit_is_no_discovery():
    background = workspace([9.0], [4.0])
    limits = limits_of(background, hypothesis_of(background, [6.0]))
    assert (limits.mu_hat, limits.q0, limits.significance) == (0.0, 0.0, 0.0)
    assert limits.p0 == pytest.approx(0.5)


def test_a_negative_mu_hat_is_no_discovery():
    background = workspace([9.0], [4.0], bounds=(-1.0, 10.0))
    limits = limits_of(background, hypothesis_of(background, [6.0]), test_stat="q")
    assert limits.mu_hat == pytest.approx(-5.0 / 6.0, abs=1e-4)
    assert (limits.q0, limits.significance) == (0.0, 0.0)


# --- against pyhf ---


def pyhf_model(hypothesis):
    found = pyhf.Workspace(hypothesis)
    model = found.model(
        modifier_settings={
            "normsys": {"interpcode": "code4"},
            "histosys": {"interpcode": "code4p"},
        }
    )
    return model, found.data(model)


CASES = {
    "two bins": (workspace([50.0, 52.0], [51.0, 48.0], [3.0, 7.0]), [12.0, 11.0], False),
    "excess": (workspace([50.0, 5.0], [60.0, 11.0], [8.0, 1.0]), [20.0, 6.0], True),
    "deficit": (workspace([40.0, 8.0], [25.0, 2.0], [5.0, 2.0]), [10.0, 8.0], True),
}


@pytest.mark.parametrize("case", CASES)
def test_limits_are_those_of_pyhf(case):
    background, signal, systematic = CASES[case]
    hypothesis = hypothesis_of(background, signal, systematic)
    model, data = pyhf_model(hypothesis)
    observed, expected = toms748_scan(data, model, 0.05, 8.0, rtol=1e-5)
    limits = limits_of(background, hypothesis)
    assert values(limits) == pytest.approx([float(observed), *map(float, expected)], rel=1e-4)


@pytest.mark.parametrize("observed", [[51.0, 48.0], [30.0, 30.0], [60.0, 70.0]])
def test_limits_with_a_negative_bound_are_those_of_pyhf(observed):
    background = workspace([50.0, 52.0], observed, [3.0, 7.0], bounds=(-3.0, 10.0))
    hypothesis = hypothesis_of(background, [12.0, 11.0])
    model, data = pyhf_model(hypothesis)
    wanted, expected = toms748_scan(data, model, 0.05, 8.0, rtol=1e-5, test_stat="q")
    limits = limits_of(background, hypothesis, test_stat="q")
    assert values(limits) == pytest.approx([float(wanted), *map(float, expected)], rel=1e-4)


@pytest.mark.parametrize("case", CASES)
def test_discovery_is_that_of_pyhf(case):
    background, signal, systematic = CASES[case]
    hypothesis = hypothesis_of(background, signal, systematic)
    model, data = pyhf_model(hypothesis)
    q0 = pyhf.infer.test_statistics.q0(
        0.0,
        data,
        model,
        model.config.suggested_init(),
        model.config.suggested_bounds(),
        model.config.suggested_fixed(),
    )
    p0 = pyhf.infer.hypotest(0.0, data, model, test_stat="q0")
    limits = limits_of(background, hypothesis)
    assert limits.q0 == pytest.approx(float(q0), abs=1e-6)
    assert limits.p0 == pytest.approx(float(p0), abs=1e-3)


# --- how far limits are searched ---


def test_no_crossing_within_the_bound_has_a_message_and_no_number():
    background = workspace([50.0], [50.0], [5.0])
    limits = limits_of(background, hypothesis_of(background, [0.5]))
    assert all(math.isnan(value) for value in values(limits))
    assert set(limits.messages) == {"no crossing below 10"}
    assert limits.fits < 10


def test_the_bracket_is_extended_where_the_caller_allows():
    background = workspace([50.0], [50.0], [5.0])
    scaled = limits_of(background, hypothesis_of(background, [5.0]))
    limits = limits_of(background, hypothesis_of(background, [0.5]), largest=100.0)
    assert limits.messages == ("",) * 6
    assert values(limits) == pytest.approx([10.0 * value for value in values(scaled)], rel=1e-5)


def test_beyond_the_bound_mu_hat_is_free():
    background = workspace([9.0], [30.0], bounds=(0.0, 2.0))
    limits = limits_of(background, hypothesis_of(background, [6.0]), largest=50.0)
    wide = workspace([9.0], [30.0], bounds=(0.0, 50.0))
    assert limits.mu_hat == pytest.approx(3.5, abs=1e-4)
    assert values(limits) == pytest.approx(
        values(limits_of(wide, hypothesis_of(wide, [6.0]))), rel=1e-6
    )


def test_a_search_can_stop_short_of_the_bound():
    background = workspace([9.0], [9.0])
    hypothesis = hypothesis_of(background, [6.0])
    whole = limits_of(background, hypothesis)
    limits = limits_of(background, hypothesis, largest=0.5 * (whole.median + whole.p1))
    assert limits.median == pytest.approx(whole.median, rel=1e-5)
    assert math.isnan(limits.p1)
    assert "no crossing below" in limits.messages.p1


@pytest.mark.parametrize("signal", [0.0, 1e-9])
def test_a_signal_without_effect_has_no_limit(signal):
    background = workspace([50.0], [55.0], [5.0])
    limits = limits_of(background, hypothesis_of(background, [signal]), largest=1000.0)
    assert all(math.isnan(value) for value in values(limits))
    assert set(limits.messages) == {"no crossing below 1000"}
    # The significance is that of a fit without upper bound: in units of its events a signal of
    # 1e-9 events is any other. (It was that of a fit up to 1000.)
    any_other = limits_of(background, hypothesis_of(background, [5.0])).q0
    assert limits.q0 == pytest.approx(any_other if signal else 0.0, abs=1e-6)


def test_a_huge_signal_has_a_small_limit():
    background = workspace([50.0], [50.0], [5.0])
    scaled = limits_of(background, hypothesis_of(background, [5.0]))
    limits = limits_of(background, hypothesis_of(background, [5e6]))
    assert limits.messages == ("",) * 6
    assert values(limits) == pytest.approx([1e-6 * value for value in values(scaled)], rel=1e-5)


def test_limits_beyond_the_default_bound_are_found_and_say_so():
    """Was a bug: there were none, since 10 is what pyhf takes where nobody says anything."""
    free = workspace([50.0], [50.0], [5.0], bounds=None)
    limits = limits_of(free, hypothesis_of(free, [0.9]))
    wide = workspace([50.0], [50.0], [5.0], bounds=(0.0, 1000.0))
    right = limits_of(wide, hypothesis_of(wide, [0.9]))
    assert values(limits) == pytest.approx(values(right), rel=1e-5)
    assert limits.messages == ("",) * 6
    assert right.m2 > 10.0
    assert set(limits.remarks) == {"above 10, the default upper bound of 'mu'"}
    assert right.remarks == ("",) * 6
    # Those within it are the same, and have nothing to say.
    some = limits_of(free, hypothesis_of(free, [1.5]))
    right = limits_of(wide, hypothesis_of(wide, [1.5]))
    assert right.m1 < 10.0 < right.median
    assert values(some) == pytest.approx(values(right), rel=1e-5)
    assert [bool(remark) for remark in some.remarks] == [limit > 10.0 for limit in values(right)]


@pytest.mark.parametrize("bounds", [None, (0.0, 10.0)])
def test_significance_of_a_strength_at_its_bound_is_that_of_an_unbounded_fit(bounds):
    """Was a bug: 3.889, that of mu = 10."""
    background = workspace([50.0], [150.0], [5.0], bounds=bounds)
    limits = limits_of(background, hypothesis_of(background, [1.0]))
    # The on-off problem: 100 auxiliary events for 50 of the background.
    n, m, tau = 150.0, 100.0, 2.0
    q0 = n * math.log(n * (1.0 + tau) / (n + m)) + m * math.log(m * (1.0 + tau) / (tau * (n + m)))
    assert limits.significance == pytest.approx(math.sqrt(2.0 * q0), rel=1e-8)
    assert limits.q0 == pytest.approx(2.0 * q0, rel=1e-8)
    # The fitted strength is within bounds that somebody has set.
    assert limits.mu_hat == pytest.approx(10.0 if bounds else 100.0, rel=1e-5)


def test_a_strength_is_at_its_bound_or_not():
    model = model_of(background := workspace([9.0], [9.0]), hypothesis_of(background, [6.0]))
    assert at_bound(model, 10.0)
    assert at_bound(model, math.nextafter(10.0, 0.0))
    assert not at_bound(model, 10.0 - 1e-6)
    assert not at_bound(widened(model, math.inf), 1e300)


def test_a_widened_model_has_another_bound_and_nothing_else():
    background = workspace([9.0, 5.0], [9.0, 4.0], [1.0, 1.0])
    model = model_of(background, hypothesis_of(background, [6.0, 1.0], systematic=True))
    wide = widened(model, 50.0)
    assert model.upper[model.poi] == 10.0
    assert wide.upper[wide.poi] == 50.0
    others = np.arange(len(model.names)) != model.poi
    np.testing.assert_array_equal(wide.upper[others], model.upper[others])
    same = (name for name in vars(model) if name != "upper")
    assert all(getattr(wide, name) is getattr(model, name) for name in same)


@pytest.mark.parametrize("largest", [0.0, -1.0, math.inf, math.nan])
def test_a_search_without_end_is_refused(largest):
    background = workspace([9.0], [9.0])
    with pytest.raises(ConfigError, match="not a positive signal strength"):
        limits_of(background, hypothesis_of(background, [6.0]), largest=largest)


@pytest.mark.parametrize("test_size", [0.0, 1.0, -0.1, math.nan])
def test_a_test_size_that_is_no_probability_is_refused(test_size):
    background = workspace([9.0], [9.0])
    with pytest.raises(ConfigError, match="test size"):
        limits_of(background, hypothesis_of(background, [6.0]), test_size=test_size)


# --- properties ---


def test_CLs_at_each_limit_is_the_test_size():
    rng = np.random.default_rng(3)
    for _ in range(20):
        rates = rng.uniform(2.0, 60.0, 3)
        background = workspace(
            rates.tolist(), rng.poisson(rates).astype(float).tolist(), (0.2 * rates).tolist()
        )
        hypothesis = hypothesis_of(background, rng.uniform(0.5, 20.0, 3).tolist(), systematic=True)
        model = model_of(background, hypothesis)
        limits = upper_limits(model, largest=100.0)
        for name in NAMES:
            test = hypotest(model, mu_test=getattr(limits, name))
            assert getattr(test.CLs, name) == pytest.approx(0.05, abs=1e-6)


def test_limits_rise_along_the_expected_band():
    background, signal, systematic = CASES["excess"]
    limits = limits_of(background, hypothesis_of(background, signal, systematic))
    assert limits.m2 < limits.m1 < limits.median < limits.p1 < limits.p2
    assert limits.observed > limits.median


# --- fits that do not converge ---


def failing(monkeypatch, fails):
    """Let fits fail, by what is fitted and at which mu."""

    def wrapped(model, *, mu=None, data=None):
        found = default_fit(model, mu=mu, data=data)
        return found._replace(status=TOO_MANY_STEPS) if fails(mu, data) else found

    monkeypatch.setattr(curves_module, "default_fit", wrapped)


def test_a_failed_asimov_fit_leaves_no_limit_and_says_so(monkeypatch):
    background, signal, systematic = CASES["two bins"]
    hypothesis = hypothesis_of(background, signal, systematic)
    failing(monkeypatch, lambda mu, data: data is not None and mu > 1.5)
    limits = limits_of(background, hypothesis)
    assert limits.messages.m1 == ""
    assert math.isnan(limits.p2)
    assert limits.messages.p2.startswith("fit of the Asimov data at mu = ")
    assert limits.messages.p2.endswith("the minimiser took too many steps")


def test_a_failed_fit_to_the_data_leaves_the_expected_limits(monkeypatch):
    background, signal, systematic = CASES["two bins"]
    hypothesis = hypothesis_of(background, signal, systematic)
    failing(monkeypatch, lambda _, data: data is None)
    limits = limits_of(background, hypothesis)
    assert math.isnan(limits.observed)
    assert limits.messages.observed.startswith("fit at mu = ")
    assert limits.messages[1:] == ("",) * 5


def test_a_failed_free_fit_leaves_the_expected_limits():
    background, signal, systematic = CASES["two bins"]
    model = model_of(background, hypothesis_of(background, signal, systematic))
    test = hypotest(model)
    free = test.free._replace(status=TOO_MANY_STEPS)
    curves = curves_module.Curves(model, dataclasses.replace(test, free=free), "qtilde")
    assert math.isnan(curves.q0())
    assert curves.known_t() == {}
    assert curves.problem == "free fit: the minimiser took too many steps"
    assert set(curves.known_a()) == {0.0, 1.0}


def test_a_lower_fit_at_another_mu_replaces_the_free_fit():
    background, signal, systematic = CASES["excess"]
    model = model_of(background, hypothesis_of(background, signal, systematic))
    test = hypotest(model)
    # As if the free fit had ended in a higher minimum.
    higher = dataclasses.replace(test, free=test.background._replace(nll=test.background.nll + 1.0))
    none = curves_module.OtherStarts((), ())
    curves = curves_module.Curves(model, higher, "qtilde", none)
    right = curves_module.Curves(model, test, "qtilde")
    assert curves.t(2.0) == pytest.approx(right.t(2.0), abs=1e-6)
    assert curves.free.nll == pytest.approx(test.free.nll, abs=1e-8)
    # Where only fits from the initial values count, the free fit is the one from there.
    from_start = curves_module.Curves(model, higher, "qtilde")
    assert from_start.t(2.0) < right.t(2.0) - 1.0
    assert from_start.free is higher.free


def test_a_free_fit_that_falls_at_every_search_ends_the_search_for_the_observed_limit():
    background, signal, systematic = CASES["excess"]
    model = model_of(background, hypothesis_of(background, signal, systematic))

    class Falling(curves_module.Curves):
        """The free fit is made anew by every look at the data, as where its NLL is rounded."""

        def t(self, mu):
            self.free = self.free._replace(nll=self.free.nll)
            return super().t(mu)

    limits = find_limits(
        model, lambda within: Falling(within, hypotest(within), "qtilde"), test_size=0.05
    )
    assert math.isnan(limits.observed)
    assert limits.messages.observed == "the free fit still fell after 10 searches"
    assert limits.median > 0.0


def test_fits_that_creep_end_the_search_for_limits(monkeypatch):
    background, signal, systematic = CASES["excess"]
    model = model_of(background, hypothesis_of(background, signal, systematic))
    monkeypatch.setattr(curves_module, "_MOST_STEPS", 1)
    limits = upper_limits(model)
    assert math.isnan(limits.median)
    assert limits.messages.median.endswith("the minimiser took too many steps")
    assert limits.fits < 8
