"""Starts on both sides of one-sided variations: which there are, and what they lead to."""

import numpy as np
import pytest
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.fits import local_minima
from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.fits.local_minima import GAP, FitSearch, signed, started
from fitscan.engines.compiled.fits.starts import widths
from fitscan.engines.compiled.kernels.minimum import CONVERGED, TOLERANCE


def one_sided(name, size=1.0):
    """A shape that adds as much either way."""
    return histosys(name, [20.0 + size, 9.0], [20.0 + size, 9.0])


def two_sided(name):
    return histosys(name, [21.0, 9.5], [19.0, 8.5])


def model_with(*variations, parameters=None):
    return model_of(
        one_channel(
            sample("signal", [6.0, 2.0], MU),
            sample("background", [20.0, 9.0], *variations),
            observed=[27.0, 9.0],
            parameters=parameters,
        )
    )


def search_of(model, start=None, mu=0.0):
    found = fit(model, model.init if start is None else start, mu=mu)
    return FitSearch(model, widths(model), model.data, mu, found, (found,))


@pytest.fixture
def starts(monkeypatch):
    """The starts that ``signed`` fits from, without the fits: a list, or nothing."""

    def of(model):
        kept = []

        def keep(search, starts):
            kept.extend(starts)
            return search

        with monkeypatch.context() as patch:
            patch.setattr(local_minima, "started", keep)
            search = search_of(model)
            assert signed(search) is search
        return search.default.pars, np.array(kept)

    return of


def signs(model, base, found):
    """Return where alphas are moved to, with 0 where they are left alone."""
    alphas = slice(0, model.arrays.alphas)
    return np.where(found[:, alphas] == base[alphas], 0.0, np.sign(found[:, alphas]))


@pytest.mark.parametrize(
    "bent",
    [one_sided("a"), histosys("a", [22.0, 9.0], [20.0, 9.0]), normsys("a", 1.1, 1.0)],
    ids=["up is down", "up only", "normsys up only"],
)
def test_both_sides_of_a_one_sided_variation_are_starts(starts, bent):
    model = model_with(two_sided("other"), bent)
    base, found = starts(model)
    number = model.names.index("a")
    assert sorted(found[:, number]) == [-max(1.0, abs(base[number])), max(1.0, abs(base[number]))]
    rest = np.arange(len(model.names)) != number
    np.testing.assert_array_equal(found[:, rest], np.broadcast_to(base[rest], (2, rest.sum())))


def test_all_combinations_of_a_few_are_starts_and_each_alone_of_more(starts):
    for count in (2, 4):
        model = model_with(*(one_sided(f"a{n}") for n in range(count)))
        found = signs(model, *starts(model))
        assert len(np.unique(found, axis=0)) == len(found) == 2**count
        assert (found != 0.0).all()
    model = model_with(*(one_sided(f"a{n}", 0.5) for n in range(5)))
    found = signs(model, *starts(model))
    assert len(np.unique(found, axis=0)) == len(found) == 10
    assert (np.count_nonzero(found, axis=1) == 1).all()


@pytest.mark.parametrize(
    "model",
    [
        model_with(two_sided("a"), normsys("b", 1.1, 0.91)),
        model_with(modifier("k", "normfactor")),
        model_with(one_sided("a"), parameters=[{"name": "a", "fixed": True}]),
        model_with(*(one_sided(f"a{n:02}", 0.1) for n in range(13))),
    ],
    ids=["two-sided", "no variation", "held", "too many"],
)
def test_other_models_have_no_such_starts(starts, model):
    _, found = starts(model)
    # Without a variation of the kind there is one start, the minimum itself, at the most.
    assert not len(found) or (found == found[0]).all()


def test_starts_stay_within_the_bounds(starts):
    bounds = [{"name": "a", "inits": [0.0], "bounds": [[-0.3, 0.4]]}]
    model = model_with(one_sided("a"), parameters=bounds)
    _, found = starts(model)
    assert sorted(found[:, model.names.index("a")]) == [-0.3, 0.4]


def test_the_other_side_is_found_from_either():
    """Was a bug: the minimum of the fit at mu = 0 was the only one."""
    model = model_of(
        one_channel(
            sample("signal", [36.7], MU, histosys("a", [25.69], [25.69])),
            sample("background", [50.0], histosys("a", [60.0], [40.0])),
            observed=[55.0],
        )
    )
    lowest = fit(model, np.array([-1.0, 1.0]), mu=1.0)
    higher = search_of(model, np.array([1.0, 1.0]), mu=1.0)
    assert higher.default.status == CONVERGED
    assert higher.default.nll > lowest.nll + 1.0
    found = signed(higher)
    assert found.gap == pytest.approx(higher.default.nll - lowest.nll, abs=2.0 * TOLERANCE)
    assert found.lowest.pars == pytest.approx(lowest.pars, abs=1e-4)
    assert len(found.found) == 2
    from_lowest = signed(search_of(model, np.array([-1.0, 1.0]), mu=1.0))
    assert from_lowest.gap == 0.0
    assert from_lowest.lowest is from_lowest.default
    # Where there is one minimum at a strength, its other side leads to the same minimum.
    assert len(signed(search_of(model, mu=0.0)).found) == 1


@pytest.mark.parametrize("observed", [27.0, 0.0])
def test_only_new_minima_are_kept(observed):
    model = model_of(
        one_channel(
            sample("signal", [1.0, 1.0], MU),
            sample("background", [20.0, 0.5], histosys("a", [26.0, 0.5], [24.0, 0.5])),
            observed=[27.0, min(observed, 1.0)],
        )
    )
    search = search_of(model, np.array([1.0, 0.0]))
    again = started(search, [np.array([0.8, 0.0]), np.array([1.2, 0.0])])
    assert again.found == search.found
    both = started(search, [np.array([-1.0, 0.0]), np.array([-0.8, 0.0])])
    assert len(both.found) == 2
    assert both.found[0].nll < both.found[1].nll - GAP
    nowhere = started(search, [np.full(2, np.nan)])
    assert nowhere.found == search.found
    assert started(search, []) is search
