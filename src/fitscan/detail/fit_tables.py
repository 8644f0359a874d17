"""The tables of the fits of one point: parameters, correlations, yields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fitscan.columns import TOTAL
from fitscan.detail.uncertainties import (
    Uncertainties,
    expected_yields,
    fit_uncertainties,
    prefit_covariance,
    prefit_uncertainties,
)
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.kernels.minimum import MESSAGES, Minimum
from fitscan.likelihood import Signal
from fitscan.model import Model
from fitscan.model.arrays import GAUSSIAN, POISSON, FloatArray
from fitscan.tables.detail import PARAMETERS, YIELDS, typed

__all__ = ["FitResults", "fit_results", "no_fit_results", "point_fit_results"]


@dataclass(frozen=True)
class FitResults:
    """The tables of the fits of one point.

    Attributes:
        parameters: One row a parameter and fit: its kind (the type of its modifier, ``alpha`` for
            normsys and histosys, ``POI``), initial and fitted value, uncertainty before and after
            the fit, pull, constraint, and status (see ``fitscan.detail.uncertainties``).
        correlations: One row a parameter and fit, one column a parameter; empty where a parameter
            has no uncertainty.
        yields: One row a bin, sample and fit, and one for the total of the bin: events at the
            initial and at the fitted parameters, their uncertainties, and for totals what was
            observed. Bins count from 0 in each channel.
        notes: What a reader has to know before he trusts them: fits that did not converge.
    """

    parameters: pd.DataFrame
    correlations: pd.DataFrame
    yields: pd.DataFrame
    notes: tuple[str, ...] = ()


def no_fit_results(reason: str) -> FitResults:
    """Return tables without rows, and why there are none."""
    return FitResults(
        typed([], PARAMETERS),
        pd.DataFrame(columns=["fit", "parameter"]),
        typed([], YIELDS),
        (reason,),
    )


def point_fit_results(
    workspace: Mapping[str, Any],
    signal: Signal,
    *,
    name: str,
    settings: Mapping[str, Any],
) -> FitResults:
    """Fit one point and return the tables of its fits, which are those of its hypothesis test.

    Args:
        workspace: The background-only workspace.
        signal: The signal of the point.
        name: Name of the point, for messages.
        settings: ``measurement``, ``interpolation``, ``mu_test``, ``test_stat`` and
            ``poi_bounds``.

    Raises:
        ModelError: The model holds what the compiled engine does not compute.
    """
    hypotheses = Hypotheses(workspace, settings)
    model = hypotheses.model(signal.apply(workspace, name=name))
    test = hypotest(model, mu_test=float(settings["mu_test"]))
    return fit_results(model, {"background": (test.background, 0.0), "free": (test.free, None)})


def fit_results(model: Model, fits: Mapping[str, tuple[Minimum, float | None]]) -> FitResults:
    """Return the tables of fits of ``model`` to what was observed.

    Args:
        model: The hypothesis.
        fits: The fits by name, each with the signal strength that it holds; None is free.
    """
    parameters, correlations, yields = [], [], []
    notes = []
    for name, (found, mu) in fits.items():
        initial = model.init.copy()
        if mu is not None:
            initial[model.poi] = mu
        errors = fit_uncertainties(model, found, mu=mu)
        parameters.append(_parameter_rows(model, name, initial, found.pars, errors))
        correlations.append(_correlation_rows(model, name, errors))
        yields.append(_yield_rows(model, name, initial, found.pars, errors))
        if MESSAGES[found.status]:
            notes.append(f"The {name} fit has not converged: {MESSAGES[found.status]}")
    return FitResults(
        pd.concat(parameters, ignore_index=True),
        pd.concat(correlations, ignore_index=True),
        pd.concat(yields, ignore_index=True),
        tuple(notes),
    )


def _parameter_rows(
    model: Model, fit: str, initial: FloatArray, fitted: FloatArray, errors: Uncertainties
) -> pd.DataFrame:
    """Return the parameters of one fit."""
    centre, width = prefit_uncertainties(model)
    return typed(
        {
            "fit": fit,
            "parameter": model.names,
            "kind": _kinds(model),
            "initial": initial,
            "fitted": fitted,
            "uncertainty": errors.sigma,
            "prefit_uncertainty": width,
            "pull": (fitted - centre) / width,
            "constraint": errors.sigma / width,
            "status": errors.status,
        },
        PARAMETERS,
    )


def _correlation_rows(model: Model, fit: str, errors: Uncertainties) -> pd.DataFrame:
    """Return the correlations of one fit as a square with names."""
    table = pd.DataFrame(errors.correlation, columns=list(model.names)).round(6) + 0.0
    table.insert(0, "fit", fit)
    table.insert(1, "parameter", model.names)
    return table


def _yield_rows(
    model: Model, fit: str, initial: FloatArray, fitted: FloatArray, errors: Uncertainties
) -> pd.DataFrame:
    """Return the yields of one fit: bin by bin its samples, then their total."""
    before = expected_yields(model, initial, prefit_covariance(model))
    after = expected_yields(model, fitted, errors.covariance)
    known = "free" in errors.status
    places = [(name, b) for name, bins in model.channels for b in range(bins)]
    groups = np.repeat(np.arange(len(model.samples)), np.diff(model.arrays.cell_start))
    rows: list[dict[str, Any]] = []
    for number, (channel, b) in enumerate(places):
        frame = {"fit": fit, "channel": channel, "bin": b}
        for cell in np.flatnonzero(model.arrays.bin == number):
            rows.append(
                {
                    **frame,
                    "sample": model.samples[groups[cell]][1],
                    "prefit": before.cells[cell],
                    "prefit_uncertainty": before.cells_sigma[cell],
                    "postfit": after.cells[cell],
                    "uncertainty": after.cells_sigma[cell] if known else np.nan,
                    "observed": np.nan,
                }
            )
        rows.append(
            {
                **frame,
                "sample": TOTAL,
                "prefit": before.bins[number],
                "prefit_uncertainty": before.bins_sigma[number],
                "postfit": after.bins[number],
                "uncertainty": after.bins_sigma[number] if known else np.nan,
                "observed": model.data.main[number],
            }
        )
    return typed(rows, YIELDS)


def _kinds(model: Model) -> list[str]:
    """Return what each parameter is, by its constraint and by whether it has a value for each bin.

    The arrays know no types of modifiers, and these tell all apart.
    """
    kinds = []
    for p, (name, constraint) in enumerate(zip(model.names, model.arrays.constraint, strict=True)):
        per_bin = re.search(r"\[\d+\]$", name) is not None
        if p == model.poi:
            kinds.append("POI")
        elif p < model.arrays.alphas:
            kinds.append("alpha")
        elif constraint == POISSON:
            kinds.append("shapesys")
        elif constraint == GAUSSIAN:
            kinds.append("staterror" if per_bin else "lumi")
        else:
            kinds.append("shapefactor" if per_bin else "normfactor")
    return kinds
