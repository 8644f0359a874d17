"""Models as pyhf builds them: those of its documentation, and random ones."""

from typing import Any

import pyhf
from workspaces import Case

from fitscan.likelihood.patching import apply_patch

__all__ = ["CODES", "documented", "random_model"]

CODES = {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}


def documented() -> dict[str, tuple[Any, list[float]]]:
    """Return the models of pyhf's documentation with their data."""
    uncorrelated = pyhf.simplemodels.uncorrelated_background(
        signal=[12.0, 11.0], bkg=[50.0, 52.0], bkg_uncertainty=[3.0, 7.0]
    )
    correlated = pyhf.simplemodels.correlated_background(
        signal=[12.0, 11.0], bkg=[50.0, 52.0], bkg_up=[45.0, 57.0], bkg_down=[55.0, 47.0]
    )
    one_bin = pyhf.simplemodels.uncorrelated_background(
        signal=[6.0], bkg=[9.0], bkg_uncertainty=[3.0]
    )
    return {
        "uncorrelated": (uncorrelated, [51, 48, *uncorrelated.config.auxdata]),
        "correlated": (correlated, [51, 48, *correlated.config.auxdata]),
        "one bin": (one_bin, [9, *one_bin.config.auxdata]),
    }


def random_model(case: Case, **options: Any) -> tuple[Any, list[float]]:
    """Return the hypothesis of a case as a model of pyhf, and its data."""
    workspace = pyhf.Workspace(apply_patch(case.background, case.operations, where="patch"))
    model = workspace.model(
        measurement_name=case.measurement, **{"modifier_settings": CODES, **options}
    )
    return model, workspace.data(model)
