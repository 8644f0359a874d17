"""p-values from pseudo-experiments as ``pyhf.infer`` has them, with random streams of their own.

Each toy has its own stream, which depends on the channels of the model and the hypothesis, so that
a call gives the same numbers whenever it is made. pyhf draws from the global state of NumPy.
"""

import numpy as np
from tqdm import tqdm

from fitscan.engines.compiled.data_tests import tested_row
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.toys import throw_toys
from fitscan.errors import FitError
from fitscan.infer.arguments import checked_strength
from fitscan.infer.p_values import PValues
from fitscan.infer.pyhf_models import Converted
from fitscan.model import Model
from fitscan.model.arrays import FloatArray
from fitscan.plan.streams import stream_of
from fitscan.statistics.counts import Sample
from fitscan.statistics.extremes import count_extreme
from fitscan.statistics.toys import toy_CLs

__all__ = ["ToyTests"]

# As `max_failed_fraction` of the workflow: more toys may not fail.
_MOST_FAILED = 0.01

_SEED = 0

# Toys between two steps of a progress bar.
_STEP = 100


class ToyTests:
    """Tests of strengths with one set of data by toys.

    Args:
        converted: The model of pyhf.
        model: The model with its data.
        ntoys: Toys of each hypothesis.
        progress: Whether progress bars are shown.
    """

    def __init__(self, converted: Converted, model: Model, *, ntoys: int, progress: bool) -> None:
        self._digest, self._model = converted.digest, model
        self._ntoys, self._progress = ntoys, progress

    def at(self, mu: float) -> PValues:
        """Test a strength.

        Raises:
            ConfigError: It lies outside of its bounds.
            FitError: A fit of the data has not converged.
        """
        for held in (0.0, mu):
            checked_strength(self._model, held)
        test = hypotest(self._model, mu_test=mu)
        row = tested_row(self._model, test)
        if row["status"] != "ok":
            raise FitError(f"the test of {mu:g} has failed: {row['message']}")
        signal = self._thrown(test.signal.pars, "signal", mu)
        background = self._thrown(test.background.pars, "background", mu)
        failed = int(np.isnan(signal).sum() + np.isnan(background).sum())
        if failed > _MOST_FAILED * 2 * self._ntoys:
            raise FitError(f"the fits of {failed} of {2 * self._ntoys} toys have failed")
        found = toy_CLs(
            Sample.of(signal),
            Sample.of(background),
            n_extreme=(count_extreme(signal, test.q), count_extreme(background, test.q)),
        )
        return PValues(found.CLsb, found.CLb, found.CLs[1:])

    def _thrown(self, pars: FloatArray, hypothesis: str, mu: float) -> FloatArray:
        """Return the test statistic of toys of a hypothesis, (toys,)."""
        stream = stream_of(_SEED, workspace=self._digest, patch="", hypothesis=hypothesis)
        parts = []
        with tqdm(
            total=self._ntoys,
            leave=False,
            disable=not self._progress,
            unit="toy",
            desc=f"{hypothesis.capitalize()}-like",
        ) as bar:
            for first in range(0, self._ntoys, _STEP):
                count = min(_STEP, self._ntoys - first)
                toys = throw_toys(self._model, pars, stream, mu_test=mu, first=first, count=count)
                parts.append(toys.q)
                bar.update(count)
        return np.concatenate(parts)
