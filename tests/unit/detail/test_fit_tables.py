"""The tables of a fit: what they hold, and that they agree with one another."""

import numpy as np
import pandas as pd
import pytest
from scan_settings import COMPILED

from fitscan.detail import fit_results, no_fit_results, point_fit_results
from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.minimum import TOO_MANY_STEPS
from fitscan.likelihood import JsonPatch, apply_patch
from fitscan.model import Analysis


def with_excess(workspace):
    """More events than expected where the signal is, so that its strength is at no bound."""
    (channel,) = workspace["observations"]
    channel["data"] = [n + 2.0 * b for b, n in enumerate(channel["data"])]
    return workspace


@pytest.fixture(scope="module")
def found(tiny):
    return point_fit_results(
        with_excess(tiny.workspace()), JsonPatch(tiny.patch(12.0)), name="p", settings=COMPILED
    )


def test_parameters_of_both_fits_with_their_kinds(found):
    table = found.parameters
    assert list(table["fit"].unique()) == ["background", "free"]
    kinds = dict(zip(table["parameter"], table["kind"], strict=True))
    assert kinds == {
        "theory": "alpha",
        "mu_bkg": "normfactor",
        "mu_SIG": "POI",
        **{f"stat_SR[{b}]": "staterror" for b in range(4)},
    }
    poi = table[table["parameter"] == "mu_SIG"].set_index("fit")
    assert poi.loc["background", ["initial", "fitted", "status"]].tolist() == [0.0, 0.0, "fixed"]
    assert poi.loc["free", "initial"] == 1.0
    assert np.isnan(poi.loc["background", "uncertainty"])


def test_pull_and_constraint_are_in_units_of_the_constraint(found):
    table = found.parameters[found.parameters["kind"] == "staterror"]
    np.testing.assert_allclose(table["prefit_uncertainty"], 0.1)
    np.testing.assert_allclose(table["pull"], (table["fitted"] - 1.0) / 0.1)
    np.testing.assert_allclose(table["constraint"], table["uncertainty"] / 0.1)
    assert (table["constraint"] < 1.0).all()
    free = found.parameters[found.parameters["kind"] == "normfactor"]
    assert free[["prefit_uncertainty", "pull", "constraint"]].isna().all(axis=None)


def test_correlations_are_squares_and_empty_where_a_parameter_is_held(found):
    for name, part in found.correlations.groupby("fit"):
        names = part["parameter"].tolist()
        assert list(part.columns[2:]) == names
        matrix = part.set_index("parameter")[names]
        held = ["mu_SIG"] if name == "background" else []
        assert matrix[held].isna().all(axis=None)
        inner = matrix.drop(index=held, columns=held).to_numpy()
        np.testing.assert_allclose(inner, inner.T)
        np.testing.assert_allclose(np.diag(inner), 1.0)
        assert np.abs(inner).max() <= 1.0


def test_yields_add_up_to_totals_and_stand_beside_the_data(found, tiny):
    table = found.yields
    assert table[["channel", "bin"]].drop_duplicates()["bin"].tolist() == [0, 1, 2, 3]
    samples = table[table["sample"] != "total"].groupby(["fit", "bin"])[["prefit", "postfit"]].sum()
    totals = table[table["sample"] == "total"].set_index(["fit", "bin"])
    pd.testing.assert_frame_equal(samples, totals[["prefit", "postfit"]])
    observed = with_excess(tiny.workspace())["observations"][0]["data"]
    assert totals.loc["free", "observed"].tolist() == observed
    assert table.loc[table["sample"] != "total", "observed"].isna().all()
    signal = table[table["sample"] == "signal"].set_index("fit")
    assert (signal.loc["background", ["prefit", "postfit"]] == 0.0).all(axis=None)
    np.testing.assert_allclose(signal.loc["free", "prefit"].sum(), 12.0)


def test_a_fit_makes_totals_better_known_than_its_samples(found):
    totals = found.yields[found.yields["sample"] == "total"]
    assert (totals["uncertainty"] > 0.0).all()
    free = found.yields[found.yields["fit"] == "free"].set_index(["sample", "bin"])["uncertainty"]
    assert free["total", 0] < np.hypot(free["signal", 0], free["background", 0])


def test_a_fit_that_has_not_converged_says_so_and_has_no_uncertainties(tiny):
    background = tiny.workspace()
    model = Analysis(background).model(apply_patch(background, tiny.patch(12.0), where="p"))
    bad = fit(model, model.init)._replace(status=TOO_MANY_STEPS)
    found = fit_results(model, {"free": (bad, None)})
    assert found.notes == ("The free fit has not converged: the minimiser took too many steps",)
    assert found.parameters["uncertainty"].isna().all()
    assert found.yields["uncertainty"].isna().all()
    assert found.yields["postfit"].notna().all()


def test_a_point_without_background_of_its_own_workspace_is_fitted(tiny):
    background = tiny.workspace()
    channels = apply_patch(background, tiny.patch(12.0), where="p")["channels"]
    replaced = JsonPatch([{"op": "replace", "path": "/channels", "value": channels}])
    ours = point_fit_results(background, replaced, name="p", settings=COMPILED)
    assert ours.parameters["fitted"].notna().all()


def test_no_results_have_the_columns_and_the_reason(found):
    nothing = no_fit_results("because")
    assert nothing.notes == ("because",)
    for name in ("parameters", "yields"):
        assert list(getattr(nothing, name).columns) == list(getattr(found, name).columns)
        assert len(getattr(nothing, name)) == 0
