"""CLs from toys against exact sums, and toys with empty bins against a search by brute force."""

import math
from functools import cache

import numpy as np
import pytest
from exact import CASES, SAME, exact
from small import model_of

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.inference.toys import fit_toys, throw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data

STREAMS = {1.0: "5" * 32, 0.0: "a" * 32}
TOYS = 20_000


@cache
def thrown(name, mu):
    """Return the case, its model, where toys are thrown, what they see and what comes of them."""
    case = CASES[name]
    model = model_of(case.document())
    pars = model.init.copy()
    pars[model.poi] = mu
    if "u[0]" in model.names:
        pars = fit(model, model.init, mu=mu).pars
    expected = asimov_data(model.arrays, pars)
    data = draw_toys(model.arrays, expected, STREAMS[mu], first=0, count=TOYS)
    toys = fit_toys(model, pars, *data, mu_test=1.0)
    return case, model, pars, case.seen(model, *data), toys


def observed(model, pars):
    """Return q of what was observed."""
    main, auxiliary = (part[np.newaxis] for part in model.data)
    return fit_toys(model, pars, main, auxiliary, mu_test=1.0).q[0]


@pytest.mark.parametrize(
    ("name", "CLsb", "CLb", "CLs"),
    [
        ("one bin", 0.069854, 0.587408, 0.11892),
        ("uncertain background", 0.090705, 0.516431, 0.17564),
    ],
)
def test_sums_are_those_that_others_found(name, CLsb, CLb, CLs):
    found = exact(CASES[name], 1.0), exact(CASES[name], 0.0)
    assert found == pytest.approx((CLsb, CLb), abs=6e-7)
    assert found[0] / found[1] == pytest.approx(CLs, abs=6e-6)


@pytest.mark.parametrize("mu", STREAMS)
@pytest.mark.parametrize("name", CASES)
def test_toys_give_CLsb_and_CLb_of_the_exact_sum(name, mu):
    case, model, pars, _, toys = thrown(name, mu)
    expected = exact(case, mu)
    found = np.mean(toys.q >= observed(model, pars) - SAME)
    assert abs(found - expected) <= 4.0 * math.sqrt(expected * (1.0 - expected) / TOYS) + 1e-12


@pytest.mark.parametrize("mu", STREAMS)
@pytest.mark.parametrize("name", CASES)
def test_q_of_each_toy_is_that_of_its_definition(name, mu):
    case, _, _, seen, toys = thrown(name, mu)
    different, which = np.unique(seen, axis=0, return_inverse=True)
    expected = np.array([case.q(tuple(map(int, row))) for row in different])
    np.testing.assert_allclose(toys.q, expected[which], rtol=0.0, atol=1e-8)
    assert not toys.again.any()


@pytest.mark.parametrize("mu", STREAMS)
@pytest.mark.parametrize("name", CASES)
def test_the_same_data_have_the_same_q_to_the_last_bit(name, mu):
    _, model, pars, seen, toys = thrown(name, mu)
    different, first, which = np.unique(seen, axis=0, return_index=True, return_inverse=True)
    assert len(different) < TOYS / 2 or mu == 0.0
    np.testing.assert_array_equal(toys.q, toys.q[first][which])
    np.testing.assert_array_equal(toys.mu_hat, toys.mu_hat[first][which])
    as_observed = (seen == np.array(CASES[name].observed)).all(axis=1)
    assert (toys.q[as_observed] == observed(model, pars)).all()


@pytest.mark.parametrize("name", ["one bin", "two bins", "uncertain background"])
def test_q_of_what_was_observed_is_that_of_the_hypothesis_test(name):
    model = model_of(CASES[name].document())
    test = hypotest(model)
    for minimum in (test.signal, test.background):
        assert observed(model, minimum.pars) == pytest.approx(test.q, abs=1e-8)


@pytest.mark.parametrize(("first", "count"), [(0, 1), (499, 2), (123, 700), (7000, 500)])
def test_toys_are_those_of_their_data_however_they_are_split(first, count):
    _, model, pars, _, toys = thrown("uncertain background", 1.0)
    part = throw_toys(model, pars, STREAMS[1.0], mu_test=1.0, first=first, count=count)
    for ours, whole in zip(vars(part).values(), vars(toys).values(), strict=True):
        np.testing.assert_array_equal(ours, whole[first : first + count])
