"""What a worker computes of a block of experiments: the p-values of each at the true strength.

An experiment is thrown as a toy is, at the fit to the data with the signal strength mu_test, and
then treated as data: by the asymptotic formulae, and by toys of its own, thrown at its own
conditional fits. Its interval mu <= mu_up contains mu_test exactly if the p-value there is not
below 1 - level, so no limit is searched (test inversion).
"""

import hashlib
import math
from typing import Any

import numpy as np

from fitscan.engines.compiled.inference.experiments import Experiment, fit_experiments
from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.inference.toy_starts import ToyStarts
from fitscan.engines.compiled.inference.toys import Toys, throw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.model.arrays import FloatArray, Model
from fitscan.plan.blocks import VALUES, Experiments
from fitscan.statistics.asymptotics import asymptotic_CLs, log_normal_cdf, t_of_data
from fitscan.statistics.extremes import count_extreme

__all__ = ["run_experiments"]

Row = dict[str, Any]


def run_experiments(
    model: Model,
    pars: FloatArray,
    block: Experiments,
    *,
    mu_test: float,
    test_stat: str,
    starts: ToyStarts | None = None,
) -> Row:
    """Make the experiments of a block.

    Args:
        model: The hypothesis.
        pars: Parameters at which they are thrown, (parameters,).
        block: The experiments.
        mu_test: Their signal strength, which is tested.
        test_stat: ``qtilde`` or ``q``.
        starts: Local minima of the data; None where they have one.

    Returns:
        The ``VALUES``, each a list in the order of the experiments, how many experiments ``failed``
        and of how many toys a fit did, ``toys_failed``.
    """
    main, auxiliary = draw_toys(
        model.arrays,
        asimov_data(model.arrays, pars),
        block.stream,
        first=block.first,
        count=block.count,
    )
    fitted = fit_experiments(model, pars, main, auxiliary, mu_test=mu_test, starts=starts)
    row: Row = {name: [] for name in VALUES} | {"failed": 0, "toys_failed": 0}
    for index, experiment in enumerate(fitted, start=block.first):
        values: Row = {}
        if not experiment.failed:
            values = _by_asymptotics(experiment, test_stat=test_stat)
        if values and block.toys:
            for name, toys in _toys(
                model, experiment, block, index, mu_test=mu_test, starts=starts
            ).items():
                values[name] = _p_value(toys.q, experiment.q)
                row["toys_failed"] += int(np.isnan(toys.q).sum())
        if not values or None in values.values():
            row["failed"] += 1
            values = {}
        for name in VALUES:
            row[name].append(values.get(name))
    return row


def _toys(
    model: Model,
    experiment: Experiment,
    block: Experiments,
    index: int,
    *,
    mu_test: float,
    starts: ToyStarts | None,
) -> dict[str, Toys]:
    """Throw the toys of an experiment, signal and background, by the p-value they are for."""
    thrown = {}
    for name, hypothesis, pars in (
        ("CLsb_toys", "signal", experiment.signal),
        ("CLb_toys", "background", experiment.background),
    ):
        content = f"{block.stream} {index} {hypothesis}"
        stream = hashlib.sha256(content.encode()).hexdigest()[:32]
        thrown[name] = throw_toys(
            model, pars, stream, mu_test=mu_test, first=0, count=block.toys, starts=starts
        )
    return thrown


def _by_asymptotics(experiment: Experiment, *, test_stat: str) -> Row:
    """Return the p-values by the asymptotic formulae; see ``fitscan.statistics.asymptotics``."""
    q, q_asimov = experiment.q, experiment.q_asimov
    t = t_of_data(q, q_asimov, test_stat=test_stat)
    return {
        "mu_hat": experiment.mu_hat,
        "CLs_asymptotic": asymptotic_CLs(q, q_asimov, test_stat=test_stat).observed,
        "CLsb_asymptotic": math.exp(log_normal_cdf(-(t + math.sqrt(q_asimov)))),
    }


def _p_value(q: FloatArray, q_obs: float) -> float | None:
    """Return the share of toys with a test statistic of at least ``q_obs``; None without any."""
    fitted = int(np.isfinite(q).sum())
    return count_extreme(q, q_obs) / fitted if fitted else None
