"""spey's interface to a published likelihood, with the fits of the compiled engine.

Takes a signal and a background-only workspace as spey-pyhf's back end ``pyhf`` does, and gives what
that gives: negative log-likelihoods with all constants, parameters and data in pyhf's order. Fits
start at the initial values, as there.

spey 0.2.7 hands ``return_nll`` to no back end that fits by itself, so that ``likelihood`` and
``maximize_likelihood`` return the negative logarithm whatever is asked for. It fits by its own
minimiser, with the gradient from here, where no back end is asked: ``generate_asimov_data`` and
``fixed_poi_sampler``.
"""

import logging
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from spey import BackendBase, ExpectationType
from spey.base import ModelConfig

import fitscan
from fitscan.api.sources import signal_patch
from fitscan.engines.compiled.fits.fits import default_fit
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data, nll_at
from fitscan.engines.compiled.kernels.expansion import expand
from fitscan.engines.compiled.kernels.minimum import CONVERGED, MESSAGES, Minimum
from fitscan.engines.compiled.kernels.objective import constant_terms
from fitscan.errors import ConfigError, ModelError
from fitscan.likelihood.patching import apply_patch
from fitscan.likelihood.workspace import check_hypothesis, measurement_name
from fitscan.model import Model
from fitscan.model.arrays import Data, FloatArray
from fitscan.spey_backend.backgrounds import read_background
from fitscan.spey_backend.order import pyhf_order

__all__ = ["FitscanBackend"]

log = logging.getLogger("Spey")

# What spey's minimisers take: they steer how a minimum is found, which is not done by them here.
_OF_MINIMISERS = {"do_grad", "disp", "maxiter", "method", "minimizer", "ntrials", "tol"}

# The lowest signal strength, as in spey-pyhf.
_LOWEST = -10.0

Bounds = Sequence[tuple[float, float]]


class FitscanBackend(BackendBase):  # type: ignore[misc]  # spey has no type information
    """A published likelihood, fitted by fitscan.

    Args:
        signal_patch: The operations of a JSON patch, a file that holds them, or yields by channel.
        background_only_model: The workspace: what it holds, or its path.

    Raises:
        FileMissing: The file does not exist.
        LikelihoodError: The workspace or the signal is not usable.
        ModelError: The model holds what fitscan does not compute.
    """

    name = "fitscan"
    version = fitscan.__version__
    author = "fitscan developers"
    spey_requires = ">=0.2.7,<0.3.0"
    doi = ("10.5281/zenodo.1169739", "10.21105/joss.02823")
    arXiv = ("1007.1727",)

    def __init__(
        self, signal_patch: Any, background_only_model: str | os.PathLike[str] | Mapping[str, Any]
    ) -> None:
        model, hypothesis, background = _built(signal_patch, background_only_model)
        self._model, self._order = model, pyhf_order(model, hypothesis)
        self._names = [model.names[place] for place in self._order.places]
        self._poi = self._names.index(model.names[model.poi])
        self._background = _nominal_events(background, model)
        self._signal = _signal_events(model)
        self._asimov: dict[tuple[bool, float], Data] = {}

    @property
    def is_alive(self) -> bool:
        """Whether some bin has signal."""
        return bool((self._signal > 0.0).any())

    def config(
        self, allow_negative_signal: bool = True, poi_upper_bound: float | None = 10.0
    ) -> ModelConfig:
        """Return names, initial values and bounds of the parameters, in pyhf's order.

        Args:
            allow_negative_signal: Whether the signal strength may be so low that somewhere nothing
                is left of the nominal background, or -10.
            poi_upper_bound: Its upper bound; None or 0 takes that of the workspace.
        """
        places, index = self._order.places.tolist(), self._poi
        lowest = self._lowest_strength()
        bounds = [(float(self._model.lower[p]), float(self._model.upper[p])) for p in places]
        bounds[index] = (
            max(lowest, _LOWEST) if allow_negative_signal else 0.0,
            poi_upper_bound or bounds[index][1],
        )
        return ModelConfig(
            poi_index=index,
            minimum_poi=lowest,
            suggested_init=self._model.init[places].tolist(),
            suggested_bounds=bounds,
            parameter_names=[*self._names],
            suggested_fixed=self._model.fixed[places].tolist(),
        )

    def expected_data(self, pars: Any) -> list[float]:
        """Return what is expected at some parameters: events, and auxiliary measurements."""
        expected = asimov_data(self._model.arrays, self._order.pars(pars))
        vector: list[float] = self._order.vector(*expected).tolist()
        return vector

    def get_logpdf_func(
        self, expected: ExpectationType = ExpectationType.observed, data: Any = None
    ) -> Callable[[Any], float]:
        """Return the log-likelihood as a function of the parameters.

        Args:
            expected: Which data are meant where none are given; ``apriori`` are the nominal events
                of the background.
            data: The data.
        """
        arrays, seen = self._model.arrays, self._seen(expected, data)
        constant = constant_terms(arrays, seen)
        return lambda pars: -nll_at(arrays, seen, self._order.pars(pars)) - constant

    def get_objective_function(
        self,
        expected: ExpectationType = ExpectationType.observed,
        data: Any = None,
        do_grad: bool = True,
    ) -> Callable[[Any], Any]:
        """Return the negative log-likelihood, with its gradient where that is asked for."""
        logpdf, seen = self.get_logpdf_func(expected, data), self._seen(expected, data)

        def with_gradient(pars: Any) -> tuple[float, FloatArray]:
            here = expand(self._model.arrays, seen, self._order.pars(pars), second=False)
            return -logpdf(pars), here.derivatives.gradient[self._order.places]

        return with_gradient if do_grad else lambda pars: -logpdf(pars)

    def get_hessian_logpdf_func(
        self, expected: ExpectationType = ExpectationType.observed, data: Any = None
    ) -> Callable[[Any], FloatArray]:
        """Return the Hessian of the log-likelihood as a function of the parameters."""
        seen, places = self._seen(expected, data), self._order.places

        def hessian(pars: Any) -> FloatArray:
            here = expand(self._model.arrays, seen, self._order.pars(pars))
            return -here.hessian[np.ix_(places, places)]

        return hessian

    def get_sampler(self, pars: Any) -> Callable[..., FloatArray]:
        """Return what draws toys at some parameters, from the global random state of NumPy."""
        expected = asimov_data(self._model.arrays, self._order.pars(pars))

        def sampler(number_of_samples: int, include_auxiliary: bool = True) -> FloatArray:
            stream = np.random.bytes(16).hex()
            main, auxiliary = draw_toys(
                self._model.arrays, expected, stream, first=0, count=number_of_samples
            )
            return self._order.vector(main, auxiliary) if include_auxiliary else main

        return sampler

    def negative_loglikelihood(
        self,
        poi_test: float | Mapping[int | str, float] = 1.0,
        expected: ExpectationType = ExpectationType.observed,
        data: Any = None,
        return_parameters: bool = False,
        init_pars: Sequence[float] | None = None,
        par_bounds: Bounds | None = None,
        allow_negative_signal: bool = True,
        **options: Any,
    ) -> Any:
        """Fit with the signal strength held, or with the parameters that a mapping names.

        Returns:
            The negative log-likelihood, and the parameters in pyhf's order where they are asked
            for.

        Raises:
            ConfigError: An option is not one that can be honoured.
        """
        _check_options(options)
        model = self._bounded(allow_negative_signal, init_pars, par_bounds)
        seen = self._seen(expected, data)
        found = self._fitted(model, seen, self._held(poi_test))
        nll = found.nll + constant_terms(model.arrays, seen)
        return (nll, found.pars[self._order.places]) if return_parameters else nll

    def minimize_negative_loglikelihood(
        self,
        expected: ExpectationType = ExpectationType.observed,
        allow_negative_signal: bool = True,
        data: Any = None,
        init_pars: Sequence[float] | None = None,
        par_bounds: Bounds | None = None,
        poi_indices: Sequence[int | str] | None = None,
        fixed_poi_value: float | Mapping[int | str, float] | None = None,
        **options: Any,
    ) -> tuple[Any, float]:
        """Fit all parameters.

        Returns:
            The signal strength, or the values of the parameters that ``poi_indices`` names, and the
            negative log-likelihood.

        Raises:
            ConfigError: An option is not one that can be honoured.
        """
        _check_options(options)
        model = self._bounded(allow_negative_signal, init_pars, par_bounds)
        held = {} if fixed_poi_value is None else self._held(fixed_poi_value)
        seen = self._seen(expected, data)
        found = self._fitted(model, seen, held)
        nll = found.nll + constant_terms(model.arrays, seen)
        return self._chosen(found, poi_indices), nll

    def asimov_negative_loglikelihood(
        self,
        poi_test: float | Mapping[int | str, float] = 1.0,
        expected: ExpectationType = ExpectationType.observed,
        test_statistics: str = "qtilde",
        init_pars: Sequence[float] | None = None,
        par_bounds: Bounds | None = None,
        **options: Any,
    ) -> float:
        """Fit Asimov data with the signal strength held; see ``negative_loglikelihood``."""
        _check_options(options)
        model = self._bounded(True, init_pars, par_bounds)
        seen = self._asimov_data(expected, test_statistics, init_pars, par_bounds)
        found = self._fitted(model, seen, self._held(poi_test))
        return found.nll + constant_terms(model.arrays, seen)

    def minimize_asimov_negative_loglikelihood(
        self,
        expected: ExpectationType = ExpectationType.observed,
        test_statistics: str = "qtilde",
        init_pars: Sequence[float] | None = None,
        par_bounds: Bounds | None = None,
        poi_indices: Sequence[int | str] | None = None,
        **options: Any,
    ) -> tuple[Any, float]:
        """Fit all parameters to Asimov data; see ``minimize_negative_loglikelihood``."""
        _check_options(options)
        model = self._bounded(test_statistics in {"q", "qmu"}, init_pars, par_bounds)
        seen = self._asimov_data(expected, test_statistics, init_pars, par_bounds)
        found = self._fitted(model, seen, {})
        nll = found.nll + constant_terms(model.arrays, seen)
        return self._chosen(found, poi_indices), nll

    def _seen(self, expected: ExpectationType, data: Any) -> Data:
        """Return data as they are given, or as they are meant."""
        if data is not None:
            return self._order.data(data)
        if expected == ExpectationType.apriori:
            return Data(self._background_events(), self._model.data.auxiliary)
        return self._model.data

    def _background_events(self) -> FloatArray:
        """Return the nominal events of the background, which a signal cannot add to."""
        if np.isnan(self._background).any():
            raise ModelError("the signal adds a channel, of which there are no a priori data")
        return self._background

    def _asimov_data(
        self,
        expected: ExpectationType,
        test_statistics: str,
        init_pars: Sequence[float] | None,
        par_bounds: Bounds | None,
    ) -> Data:
        """Return what is expected at a fit without signal; of discovery at one with."""
        mu = 1.0 if test_statistics == "q0" else 0.0
        key = expected == ExpectationType.apriori, mu
        usual = init_pars is None and par_bounds is None
        if usual and key in self._asimov:
            return self._asimov[key]
        model = self._bounded(True, init_pars, par_bounds)
        found = self._fitted(model, self._seen(expected, None), {self._poi: mu})
        made = asimov_data(model.arrays, found.pars)
        if usual:
            self._asimov[key] = made
        return made

    def _lowest_strength(self) -> float:
        """Return the strength below which some bin has less than no events."""
        has = self._signal > 0.0
        if not has.any():
            return -math.inf
        return -float((np.nan_to_num(self._background[has]) / self._signal[has]).min())

    def _bounded(
        self, allow_negative_signal: bool, init_pars: Any, par_bounds: Bounds | None
    ) -> Model:
        """Return the model with initial values and bounds of a call."""
        config = self.config(allow_negative_signal=allow_negative_signal)
        bounds = config.suggested_bounds if par_bounds is None else par_bounds
        lower, upper = np.array(bounds, dtype=float).T
        lower, upper = self._order.pars(lower), self._order.pars(upper)
        init = self._model.init if init_pars is None else self._order.pars(init_pars)
        fixed = self._model.fixed | (lower >= upper)
        return replace(
            self._model, init=np.clip(init, lower, upper), lower=lower, upper=upper, fixed=fixed
        )

    def _fitted(self, model: Model, data: Data, held: Mapping[int, float]) -> Minimum:
        """Fit from the initial values, and log why where that does not converge."""
        fixed, init = model.fixed.copy(), model.init.copy()
        for index, value in held.items():
            place = self._order.places[index]
            fixed[place], init[place] = True, value
        found = default_fit(replace(model, fixed=fixed, init=init), data=data)
        if found.status != CONVERGED:
            log.warning("fitscan: %s", MESSAGES[found.status])
        return found

    def _chosen(self, found: Minimum, poi_indices: Sequence[int | str] | None) -> Any:
        """Return the signal strength of a fit, or the parameters that are asked for."""
        if poi_indices is None:
            return float(found.pars[self._model.poi])
        pars = found.pars[self._order.places]
        return {key: float(pars[self._index(key)]) for key in poi_indices}

    def _held(self, poi_test: float | Mapping[int | str, float]) -> dict[int, float]:
        """Return the values that a fit holds by the number of the parameter, in pyhf's order.

        Raises:
            ConfigError: A value is not finite.
        """
        if not isinstance(poi_test, Mapping):
            poi_test = {self._poi: poi_test}
        held = {self._index(key): float(value) for key, value in poi_test.items()}
        for value in held.values():
            if not math.isfinite(value):
                raise ConfigError("a value of poi_test is not finite", value=value)
        return held

    def _index(self, key: int | str) -> int:
        """Return the number of a parameter in pyhf's order.

        Raises:
            ConfigError: There is none of this name.
        """
        if not isinstance(key, str):
            return int(key)
        if key not in self._names:
            raise ConfigError(
                "the model has no such parameter",
                value=key,
                hint=f"it has {', '.join(self._names[:5])}, ...",
            )
        return self._names.index(key)


def _built(signal: Any, background: Any) -> tuple[Model, Any, Any]:
    """Return the model of a signal, its workspace, and that of the background."""
    shared = read_background(background)
    workspace = shared.workspace
    own = measurement_name(workspace, None, where="the workspace")
    patch = signal_patch(signal, workspace, measurement=own)
    patched = apply_patch(workspace, patch.operations, where="the signal")
    measurement = check_hypothesis(patched, workspace, measurement=own, where="the signal")
    return shared.analysis(measurement).model(patched), patched, workspace


def _nominal_events(workspace: Mapping[str, Any], model: Model) -> FloatArray:
    """Return the nominal events of the background in each bin; NaN in a channel it has not."""
    channels = {channel["name"]: channel["samples"] for channel in workspace["channels"]}
    events = []
    for name, bins in model.channels:
        yields = [sample["data"] for sample in channels.get(name, ())]
        events.append(np.sum(yields, axis=0) if yields else np.full(bins, np.nan))
    return np.concatenate(events)


def _signal_events(model: Model) -> FloatArray:
    """Return the nominal events of the signal in each bin."""
    arrays = model.arrays
    is_signal = (arrays.factors == model.poi - arrays.alphas).any(axis=1)
    return np.bincount(
        arrays.bin[is_signal], arrays.nominal[is_signal], minlength=arrays.bins
    ).astype(float)


def _check_options(options: Mapping[str, Any]) -> None:
    """Refuse what would change a result and is not done here."""
    for name, value in options.items():
        if name not in _OF_MINIMISERS and value is not None:
            raise ConfigError(f"the back end fitscan of spey has no option {name!r}", value=value)
