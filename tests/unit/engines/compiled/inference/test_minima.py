"""The search for lower minima, on models whose minima are known."""

from dataclasses import replace

import numpy as np
import pytest

from fitscan.engines.compiled.fits.starts import background_starts
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.minima import search_minima
from fitscan.engines.compiled.kernels.batch import asimov_data, nll_at, nll_of_each
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis


def sample(name, data, modifiers):
    return {"name": name, "data": data, "modifiers": modifiers}


def histosys(name, hi, lo):
    return {"name": name, "type": "histosys", "data": {"hi_data": hi, "lo_data": lo}}


def normsys(name, hi, lo):
    return {"name": name, "type": "normsys", "data": {"hi": hi, "lo": lo}}


def workspace(samples, observed):
    return {
        "version": "1.0.0",
        "channels": [{"name": "SR", "samples": samples}],
        "observations": [{"name": "SR", "data": observed}],
        "measurements": [{"name": "nominal", "config": {"poi": "mu", "parameters": []}}],
    }


def signal(*data):
    mu = {"name": "mu", "type": "normfactor", "data": None}
    added = sample("signal", list(data), [mu])
    return [{"op": "add", "path": "/channels/0/samples/0", "value": added}]


@pytest.fixture
def cancelling():
    """A sample of 0.05 events that three shapes take below zero and six norms multiply by 2.5."""
    tiny = [histosys(f"shape{n}", [0.0], [0.05]) for n in range(3)]
    tiny += [normsys(f"norm{n}", 2.5, 0.4) for n in range(6)]
    main = sample("main", [5.0], [normsys("scale", 1.1, 0.9)])
    return Analysis(workspace([main, sample("tiny", [0.05], tiny)], [5.0]))


@pytest.fixture
def symmetric():
    """A shape that adds to the first bin either way, and tilts the second one."""
    shapes = [histosys("bent", [20.0, 102.0], [20.0, 98.0])]
    return Analysis(workspace([sample("main", [10.0, 100.0], shapes)], [20.0, 103.0]))


def searched(analysis, *events, exhaustive=False, **changed):
    """Return the model, its test and the search; ``changed`` are initial values by name."""
    model = analysis.model(apply_patch(analysis.workspace, signal(*events), where="patch"))
    starts = background_starts(model.background)
    init = model.init.copy()
    for name, value in changed.items():
        init[model.names.index(name)] = value
    model = replace(model, init=init)
    test = hypotest(model)
    return model, test, search_minima(model, test, starts, exhaustive=exhaustive)


def test_a_sample_below_zero_that_cancels_the_signal_is_found(cancelling):
    model, test, found = searched(cancelling, 15.0)
    # By symmetry all shapes have one value there, and all norms: three values to search.
    shapes, norms, scale = np.meshgrid(
        np.linspace(0.3, 1.5, 61), np.linspace(0.0, 1.5, 61), np.linspace(-0.5, 0.0, 6)
    )
    pars = model.init.copy()
    lowest = np.inf
    for shape, norm, main in zip(shapes.ravel(), norms.ravel(), scale.ravel(), strict=True):
        for name, value in (("shape", shape), ("norm", norm), ("scale", main)):
            pars[[n for n, known in enumerate(model.names) if known.startswith(name)]] = value
        lowest = min(lowest, nll_at(model.arrays, model.data, pars))
    assert test.signal.nll > lowest + 0.5
    assert lowest - 0.01 < found.test.signal.nll <= lowest
    assert found.delta_nll >= test.signal.nll - found.test.signal.nll > 0.5
    assert found.test.CLs.observed > test.CLs.observed
    assert found.odd.negative == ("tiny (SR)",)
    assert found.minima >= 2


def test_the_other_minimum_of_a_symmetric_shape_is_found(symmetric):
    model, test, found = searched(symmetric, 1.0, 0.0, bent=-1.0)
    _, right, _ = searched(symmetric, 1.0, 0.0, bent=1.0)
    bent = model.names.index("bent")
    assert test.signal.pars[bent] < -0.5
    assert found.test.signal.pars[bent] > 0.5
    assert found.test.signal.nll == pytest.approx(right.signal.nll, abs=1e-7)
    assert found.test.signal.nll < test.signal.nll - 0.05


def test_an_exhaustive_search_finds_no_less_than_a_short_one(cancelling, symmetric):
    for analysis, events in ((cancelling, [15.0]), (symmetric, [1.0, 0.0])):
        _, _, short = searched(analysis, *events)
        _, _, exhaustive = searched(analysis, *events, exhaustive=True)
        for name, minimum in exhaustive.test.fits.items():
            assert minimum.nll <= short.test.fits[name].nll + 1e-6


def test_the_free_fit_is_never_above_the_others(cancelling):
    for events in (3.0, 8.0, 15.0, 30.0):
        _, _, found = searched(cancelling, events)
        lower = min(found.test.background.nll, found.test.signal.nll)
        assert found.test.free.nll <= lower + 1e-6
        assert found.test.q >= 0.0
        assert found.test.q_asimov >= 0.0


@pytest.mark.parametrize("exhaustive", [False, True])
def test_a_search_depends_on_its_hypothesis_only(cancelling, exhaustive):
    _, _, first = searched(cancelling, 15.0, exhaustive=exhaustive)
    searched(cancelling, 8.0, exhaustive=exhaustive)
    _, _, again = searched(cancelling, 15.0, exhaustive=exhaustive)
    assert again.delta_nll == first.delta_nll
    assert again.test.CLs == first.test.CLs
    for name, minimum in again.test.fits.items():
        np.testing.assert_array_equal(minimum.pars, first.test.fits[name].pars)


def test_a_test_with_nothing_lower_is_returned_as_it_is():
    analysis = Analysis(workspace([sample("main", [50.0], [normsys("scale", 1.1, 0.9)])], [52.0]))
    _, test, found = searched(analysis, 10.0, exhaustive=True)
    assert found.test is test
    assert (found.delta_nll, found.minima, found.odd) == (0.0, 1, ((), ()))


def test_a_hypothesis_without_background_is_searched_too():
    mu = {"name": "mu", "type": "normfactor", "data": None}
    only = workspace([sample("signal", [5.0], [mu, normsys("scale", 1.1, 0.9)])], [5.0])
    model = Analysis(workspace([], [5.0])).model(only)
    assert model.background is None
    test = hypotest(model)
    assert search_minima(model, test, None).test is test


@pytest.mark.parametrize("norms", [0, 15])
def test_a_minimum_beyond_negative_rates_is_found(norms):
    """Bin 2 is filled by the up variation only, and expects nothing below -1: random 0-1237."""
    shape = histosys("x", [6.0, 1.0], [4.0, 0.0])
    more = [normsys(f"norm{n}", 1.001, 0.999) for n in range(norms)]
    analysis = Analysis(workspace([sample("main", [5.0, 0.0], [shape, *more])], [2.0, 0.0]))
    model, test, found = searched(analysis, 1.0, 1.0)
    x = model.names.index("x")
    assert test.background.pars[x] == pytest.approx(0.0, abs=1e-3)
    background = found.test.background
    assert background.pars[x] == -1.0
    assert background.nll == pytest.approx(2.5 - 2.0 * np.log(2.0), abs=1e-4 * norms + 1e-9)
    assert found.delta_nll == pytest.approx(test.background.nll - background.nll)


def test_a_bin_that_expects_nothing_beyond_an_edge_is_empty_in_asimov_data():
    """A rate of 4e-17, by rounding, made such Asimov data forbid all alphas <= -1."""
    shape = histosys("x", [44.32, 1.65], [28.82, 0.0])
    analysis = Analysis(workspace([sample("main", [38.7, 0.0], [shape])], [19.0, 0.0]))
    model, _, found = searched(analysis, 11.61, 0.0)
    test = found.test
    assert test.background.pars[0] < -1.0
    data = asimov_data(model.arrays, test.background.pars)
    alphas = np.zeros((4001, 2))
    alphas[:, 0], alphas[:, model.poi] = np.linspace(-5.0, -1.0, 4001), 1.0
    lowest = nll_of_each(model.arrays, data, alphas).min()
    assert data.main[1] == 0.0
    assert test.asimov.nll == pytest.approx(lowest, abs=1e-5)


def test_a_free_normalisation_that_replaces_another_is_found():
    """At mu = 1 k1 is at 0, and lower is k0 at 0 with k1 at 3: random 0-2255."""
    free = [{"name": name, "type": "normfactor", "data": None} for name in ("k0", "k1")]
    first = sample("first", [93.4, 113.7], [normsys("a", 1.19, 0.91), free[0]])
    shape = histosys("x", [34.04, 43.76], [24.72, 21.34])
    second = sample("second", [29.4, 32.6], [normsys("a", 1.06, 0.73), shape, free[1]])
    analysis = Analysis(workspace([first, second], [102.0, 141.0]))
    patch = signal(23.9, 9.8)
    patch[0]["value"]["modifiers"].append(normsys("a", 1.14, 0.71))
    model = analysis.model(apply_patch(analysis.workspace, patch, where="patch"))
    test = hypotest(model)
    found = search_minima(model, test, background_starts(model.background))
    k0, k1 = model.names.index("k0"), model.names.index("k1")
    assert test.fits["signal"].pars[k1] == 0.0
    assert found.test.fits["signal"].pars[k0] == 0.0
    assert found.test.fits["signal"].nll == pytest.approx(1.8279894, abs=1e-6)
