"""CLs of mu = 1 from toys: as a worker throws them, and by pyhf's own calculator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax.numpy as jnp
import numpy as np
import pyhf
import pytest
from pyhf.infer.calculators import ToyCalculator
from pyhf.tensor.jax_backend import jax_backend
from pyhf.tensor.numpy_backend import numpy_backend

from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.toys import Toys, throw_toys
from fitscan.model import Model
from fitscan.statistics.counts import Sample
from fitscan.statistics.extremes import count_extreme
from fitscan.statistics.toys import ToyCLs, toy_CLs

__all__ = [
    "answer_of",
    "answered",
    "calculator_mended",
    "calculator_of_pyhf",
    "poisson_of_pyhf_exact",
    "thrown_as_by_a_worker",
]

STREAMS = ("0123456789abcdef" * 2, "fedcba9876543210" * 2)


def answer_of(signal: np.ndarray, background: np.ndarray, q_obs: float) -> ToyCLs:
    """Return what toys say, from their test statistics."""
    return toy_CLs(
        Sample.of(signal),
        Sample.of(background),
        n_extreme=(count_extreme(signal, q_obs), count_extreme(background, q_obs)),
    )


def thrown_as_by_a_worker(model: Model, count: int) -> tuple[float, Toys, Toys]:
    """Return q of the data, and so many toys of the signal hypothesis and of the background."""
    test = hypotest(model)
    signal, background = (
        throw_toys(model, at.pars, stream, mu_test=1.0, first=0, count=count)
        for at, stream in zip((test.signal, test.background), STREAMS, strict=True)
    )
    return test.q, signal, background


def answered(model: Model, count: int) -> ToyCLs:
    """Return what so many toys of each hypothesis say."""
    q_obs, signal, background = thrown_as_by_a_worker(model, count)
    return answer_of(signal.q, background.q, q_obs)


@contextmanager
def calculator_mended() -> Iterator[None]:
    """Have pyhf take percentiles with the argument that NumPy 2.4 and JAX 0.8 know.

    They renamed what pyhf 0.7.6 calls ``interpolation``; so does pyhf later, in pull request 2522.
    Without this its calculator throws and fits all toys and then raises a TypeError.
    """

    def percentile(
        _: Any, values: Any, q: Any, axis: Any = None, interpolation: str = "linear"
    ) -> Any:
        return np.percentile(values, q, axis=axis, method=interpolation)

    with pytest.MonkeyPatch.context() as patch:
        for backend in (numpy_backend, jax_backend):
            patch.setattr(backend, "percentile", percentile)
        yield


def calculator_of_pyhf(
    theirs: Any, data: np.ndarray, count: int, *, seed: int
) -> tuple[np.ndarray, ToyCLs]:
    """Return CLs and band by pyhf's calculator, and what we make of the same test statistics."""
    np.random.seed(seed)  # pyhf takes its random numbers from there
    with calculator_mended():
        calculator = ToyCalculator(
            pyhf.tensorlib.astensor(data), theirs, ntoys=count, track_progress=False
        )
        q_obs = calculator.teststatistic(1.0)
        both = calculator.distributions(1.0)
        *_, CLs = calculator.pvalues(q_obs, *both)
        band = calculator.expected_pvalues(*both)[2]
    signal, background = (np.asarray(toys.samples) for toys in both)
    return np.array([CLs, *band], dtype=float), answer_of(signal, background, float(q_obs))


@contextmanager
def poisson_of_pyhf_exact() -> Iterator[None]:
    """Have pyhf's JAX backend sum ln P without what cancels, and leave out constants.

    n ln m - m - ln n! of a measurement of 2e11 events, as 3L-RJ has one, is known to 1e-3; what is
    left of it here, n (ln(m / n) - (m / n - 1)), to 1e-16. Without it minima of a toy by pyhf
    differ by multiples of 1e-3 from those at the same parameters.
    """

    def poisson_logpdf(_: Any, n: Any, m: Any) -> Any:
        n, m = jnp.asarray(n), jnp.asarray(m)
        seen = jnp.where(n > 0.0, n, 1.0)
        # Where a branch is not taken its argument is one with a derivative: JAX takes both.
        x = jnp.where(n > 0.0, m / seen, 1.0) - 1.0
        near = jnp.abs(x) < 0.5
        log_near = jnp.log1p(jnp.where(near, x, 0.0))
        log_ratio = jnp.where(near, log_near, jnp.log(jnp.where(near, 1.0, x + 1.0)))
        return jnp.where(n > 0.0, seen * (log_ratio - x), -m)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jax_backend, "poisson_logpdf", poisson_logpdf)
        yield
