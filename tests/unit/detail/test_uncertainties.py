"""Uncertainties against closed forms, numerical derivatives and pyhf's minuit."""

import numpy as np
import pyhf
import pytest

from fitscan.detail.uncertainties import (
    expected_yields,
    fit_uncertainties,
    prefit_covariance,
    prefit_uncertainties,
)
from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.engines.compiled.kernels.expansion import expand
from fitscan.engines.compiled.kernels.minimum import CONVERGED, TOO_MANY_STEPS
from fitscan.model import Analysis

MU = {"name": "mu_SIG", "type": "normfactor", "data": None}


def sample(name, data, *modifiers):
    return {"name": name, "data": data, "modifiers": list(modifiers)}


def workspace(observed, *samples):
    return {
        "version": "1.0.0",
        "channels": [{"name": "SR", "samples": list(samples)}],
        "observations": [{"name": "SR", "data": observed}],
        "measurements": [{"name": "nominal", "config": {"poi": "mu_SIG", "parameters": []}}],
    }


def fitted(document, *, mu=None, **options):
    model = Analysis(document, **options).model(document)
    found = fit(model, model.init, mu=mu)
    assert found.status == CONVERGED
    return model, found, fit_uncertainties(model, found, mu=mu)


def all_kinds():
    """A model with each kind of parameter that has an uncertainty."""
    return workspace(
        [62.0, 41.0, 18.0],
        sample("signal", [3.0, 8.0, 12.0], MU, normsys("theory", 1.1, 0.92)),
        sample(
            "background",
            [60.0, 30.0, 10.0],
            {"name": "mu_bkg", "type": "normfactor", "data": None},
            {"name": "stat", "type": "staterror", "data": [3.0, 2.0, 1.0]},
            normsys("theory", 1.2, 0.85),
            {
                "name": "scale",
                "type": "histosys",
                "data": {"hi_data": [64.0, 31.0, 9.0], "lo_data": [57.0, 28.5, 10.5]},
            },
        ),
        sample(
            "fakes",
            [4.0, 3.0, 2.0],
            {"name": "fake_stat", "type": "shapesys", "data": [1.0, 1.5, 0.8]},
        ),
    )


def normsys(name, hi, lo):
    return {"name": name, "type": "normsys", "data": {"hi": hi, "lo": lo}}


def numerical_hessian(model, pars, step=1e-4):
    def nll(*moves):
        moved = pars.copy()
        for p, by in moves:
            moved[p] += by
        return nll_at(model.arrays, model.data, moved)

    count = len(pars)
    hessian = np.empty((count, count))
    for p in range(count):
        for q in range(count):
            hessian[p, q] = sum(
                a * b * nll((p, a * step), (q, b * step)) for a in (1, -1) for b in (1, -1)
            ) / (4 * step**2)
    return hessian


def test_signal_strength_of_a_counting_experiment_has_the_error_of_the_count():
    _, found, errors = fitted(workspace([21.0], sample("s", [4.0], MU), sample("b", [9.0])))
    assert found.pars[0] == pytest.approx(12.0 / 4.0)
    assert errors.sigma[0] == pytest.approx(np.sqrt(21.0) / 4.0)


def test_a_sideband_measures_a_background_as_well_as_its_auxiliary_events():
    """On-off: n = mu s + gamma b and tau b gamma (Poisson), so var(mu) = (n + b^2/tau) / s^2."""
    shapesys = {"name": "off", "type": "shapesys", "data": [2.5]}
    document = workspace([60.0], sample("s", [10.0], MU), sample("b", [50.0], shapesys))
    model, _, errors = fitted(document)
    poi = model.poi
    assert errors.sigma[poi] == pytest.approx(np.sqrt(60.0 + 2.5**2) / 10.0)
    assert errors.correlation[poi, 1 - poi] == pytest.approx(-2.5 / np.sqrt(60.0 + 2.5**2))


@pytest.mark.parametrize("mu", [None, 0.5])
def test_covariance_is_the_inverse_of_the_numerical_hessian(mu):
    model, found, errors = fitted(all_kinds(), mu=mu)
    free = errors.free
    expected = np.linalg.inv(numerical_hessian(model, found.pars)[np.ix_(free, free)])
    assert list(errors.status).count("fixed") == (mu is not None)
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    np.testing.assert_allclose(
        errors.covariance[np.ix_(free, free)] / scale, expected / scale, atol=2e-5
    )


def test_uncertainties_are_those_of_pyhf_with_minuit():
    document = all_kinds()
    model, _, errors = fitted(document)
    before = pyhf.get_backend()
    pyhf.set_backend("numpy", custom_optimizer="minuit", precision="64b")
    try:
        reference = pyhf.Workspace(document).model(
            modifier_settings={
                "normsys": {"interpcode": "code4"},
                "histosys": {"interpcode": "code4p"},
            }
        )
        data = pyhf.Workspace(document).data(reference)
        values = pyhf.infer.mle.fit(data, reference, return_uncertainties=True)
    finally:
        pyhf.set_backend(*before)
    theirs = dict(zip(reference.config.par_names, np.asarray(values)[:, 1], strict=True))
    for name, sigma in zip(model.names, errors.sigma, strict=True):
        # MINUIT turns bounds into a sine, over which its parabola is not quite the same.
        assert sigma == pytest.approx(theirs[name], rel=0.02), name


def test_a_parameter_at_its_bound_has_no_uncertainty_and_adds_none():
    _, found, errors = fitted(workspace([5.0], sample("s", [4.0], MU), sample("b", [9.0])))
    assert found.pars[0] == 0.0
    assert errors.status == ("at bound",)
    assert np.isnan(errors.sigma).all()
    assert not errors.covariance.any()


def test_parameters_that_only_their_product_determines_are_flat():
    twice = sample("b", [9.0], {**MU, "name": "k"}, {**MU, "name": "m"})
    extra = sample("c", [3.0], normsys("norm", 1.1, 0.9))
    document = workspace([20.0], sample("s", [4.0], MU), twice, extra)
    model, _, errors = fitted(document, mu=0.0)
    status = dict(zip(model.names, errors.status, strict=True))
    assert status == {"norm": "free", "mu_SIG": "fixed", "k": "flat", "m": "flat"}


def test_an_alpha_at_the_kink_of_code_0_has_no_uncertainty():
    """The background can only grow, and there are fewer events than expected."""
    one_sided = {
        "name": "shape",
        "type": "histosys",
        "data": {"hi_data": [14.0], "lo_data": [14.0]},
    }
    document = workspace([5.0], sample("s", [4.0], MU), sample("b", [9.0], one_sided))
    model, found, errors = fitted(document, mu=0.0, histosys="code0")
    assert found.pars[model.names.index("shape")] == 0.0
    assert errors.status[model.names.index("shape")] == "at kink"
    _, _, smooth = fitted(document, mu=0.0)
    assert "at kink" not in smooth.status


def test_a_fit_that_has_not_converged_has_no_uncertainties():
    model, found, _ = fitted(all_kinds())
    errors = fit_uncertainties(model, found._replace(status=TOO_MANY_STEPS))
    assert set(errors.status) == {"not converged"}
    assert not errors.covariance.any()


def test_widths_before_the_fit_are_those_of_the_constraints():
    model = Analysis(all_kinds()).model(all_kinds())
    centre, width = prefit_uncertainties(model)
    before = dict(zip(model.names, zip(centre, width, strict=True), strict=True))
    assert before["theory"] == (0.0, 1.0)
    assert before["stat[1]"] == (1.0, pytest.approx(2.0 / 30.0))
    assert before["fake_stat[1]"] == pytest.approx((1.0, 0.5))
    assert np.isnan(before["mu_bkg"]).all()


def test_yields_and_their_uncertainties_follow_from_the_rates():
    model, found, errors = fitted(all_kinds())
    yields = expected_yields(model, found.pars, errors.covariance)

    def at(pars):
        rates = expand(model.arrays, model.data, pars, second=False).rates
        return rates.cell_yield * rates.cell_factor, rates.rate

    cells, bins = at(found.pars)
    np.testing.assert_allclose(yields.cells, cells)
    np.testing.assert_allclose(yields.bins, bins)
    steps = 1e-5 * np.eye(len(found.pars))
    for part, sigma in ((0, yields.cells_sigma), (1, yields.bins_sigma)):
        slopes = [(at(found.pars + d)[part] - at(found.pars - d)[part]) / 2e-5 for d in steps]
        variance = np.einsum("pb,pq,qb->b", slopes, errors.covariance, slopes)
        np.testing.assert_allclose(sigma, np.sqrt(variance), rtol=1e-6)


def test_the_total_after_a_fit_is_known_as_well_as_the_data_determine_it():
    document = workspace([21.0], sample("s", [4.0], MU), sample("b", [9.0]))
    model, found, errors = fitted(document)
    yields = expected_yields(model, found.pars, errors.covariance)
    assert yields.bins_sigma[0] == pytest.approx(np.sqrt(21.0))
    np.testing.assert_allclose(yields.cells_sigma, [np.sqrt(21.0), 0.0], rtol=1e-6)


def test_before_a_fit_only_constraints_make_an_uncertainty():
    document = workspace([21.0], sample("s", [4.0], MU), sample("b", [9.0], normsys("n", 1.1, 0.9)))
    model = Analysis(document).model(document)
    yields = expected_yields(model, model.init, prefit_covariance(model))
    assert yields.bins[0] == pytest.approx(13.0)
    # The slope of code 4 at 0, of which the difference of the ends is an estimate.
    assert yields.bins_sigma[0] == pytest.approx(0.9, rel=0.01)
