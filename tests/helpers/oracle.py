"""pyhf as the oracle of the engine: the same model, parameters and data in both."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fitscan.audit.differences import pyhf_counterpart
from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.engines.compiled.kernels.expansion import expand
from fitscan.engines.compiled.kernels.objective import constant_terms
from fitscan.model import Model
from fitscan.model.arrays import FREE, POISSON, Data

EPSILON = np.finfo(float).eps


@dataclass
class Oracle:
    """A model of ours and the one that pyhf makes of the same workspace."""

    ours: Model
    theirs: Any

    def __post_init__(self) -> None:
        config = self.theirs.config
        number = {name: index for index, name in enumerate(self.ours.names)}
        self.order = np.array([number[name] for name in config.par_names])
        names = []
        for name in config.auxdata_order:
            block = config.par_names[config.par_slice(name)]
            names += block
        self.auxiliary_order = np.array([number[name] for name in names], dtype=int)

    def pars(self, pars: np.ndarray) -> np.ndarray:
        """Return parameters in pyhf's order."""
        return pars[self.order]

    def data(self, data: Data) -> np.ndarray:
        """Return data as pyhf takes them."""
        return np.concatenate([data.main, data.auxiliary[self.auxiliary_order]])

    def rates(self, pars: np.ndarray) -> np.ndarray:
        """Return pyhf's rates."""
        return np.asarray(self.theirs.expected_actualdata(self.pars(pars)))

    def log_density(self, pars: np.ndarray, data: Data) -> float:
        """Return pyhf's log-density, NaN where a rate is negative in a bin with data."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(self.theirs.logpdf(self.pars(pars), self.data(data))[0])


def make_oracle(
    model: Model,
    workspace: dict[str, Any],
    *,
    measurement: str | None = None,
    histosys: str = "code4p",
    normsys: str = "code4",
) -> Oracle:
    """Build pyhf's model of a workspace, asked as the audit asks it."""
    interpolation = {"histosys": histosys, "normsys": normsys}
    settings = {"measurement": measurement, "interpolation": interpolation}
    theirs, *_ = pyhf_counterpart(workspace, settings)
    return Oracle(model, theirs)


def log_density(model: Model, pars: np.ndarray, data: Data) -> float:
    """Return our log-density."""
    return -(nll_at(model.arrays, data, pars) + constant_terms(model.arrays, data))


def rounding(model: Model, pars: np.ndarray, data: Data) -> float:
    """Return how far rounding may drive two evaluations of the log-density apart.

    pyhf subtracts terms of n ln(lambda) and lgamma(n), and a rate may be a small difference of
    large yields.
    """
    arrays = model.arrays
    rates = expand(arrays, data, pars, second=False).rates
    alphas = pars[: arrays.alphas]
    size = (
        np.abs(arrays.nominal)
        + np.abs(arrays.half_difference) @ np.abs(alphas)
        + np.abs(arrays.bend) @ np.abs(rates.even)
    ) * np.abs(rates.cell_factor)
    size = np.bincount(arrays.bin, size, minlength=arrays.bins)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.sum(size * (1.0 + np.where(data.main > 0, data.main / rates.rate, 0.0)))
    counts = np.concatenate([data.main, data.auxiliary[arrays.constraint == POISSON]])
    total += np.sum(counts * (10.0 + np.abs(np.log(np.maximum(counts, 1e-10)))))
    return float(20.0 * EPSILON * total)


def random_pars(model: Model, rng: np.random.Generator, *, reach: float = np.inf) -> np.ndarray:
    """Draw parameters within their bounds, a tenth of them at a bound, alphas up to ``reach``."""
    lower, upper = model.lower.copy(), model.upper.copy()
    alphas = slice(0, model.arrays.alphas)
    lower[alphas] = np.maximum(lower[alphas], -reach)
    upper[alphas] = np.minimum(upper[alphas], reach)
    pars = rng.uniform(lower, np.maximum(lower, upper))
    choice = rng.uniform(size=len(pars))
    pars = np.where(choice < 0.05, lower, np.where(choice > 0.95, np.maximum(lower, upper), pars))
    return np.where(model.arrays.constraint == FREE, np.minimum(pars, 3.0), pars)


def random_data(model: Model, rng: np.random.Generator) -> Data:
    """Draw data, some bins empty and some with a fraction of an event."""
    arrays = model.arrays
    main = rng.poisson(rng.uniform(0.0, 30.0, arrays.bins)).astype(float)
    main = np.where(rng.uniform(size=arrays.bins) < 0.2, 0.0, main)
    main = np.where(rng.uniform(size=arrays.bins) < 0.2, main + 0.37, main)
    auxiliary = rng.normal(model.data.auxiliary, arrays.sigma)
    events = rng.poisson(np.minimum(arrays.tau, 1e9)) + 0.0 * arrays.tau
    return Data(main, np.where(arrays.constraint == POISSON, events, auxiliary))
