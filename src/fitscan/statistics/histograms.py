"""Distributions of the test statistic and of mu-hat, as histograms: small however many the toys.

The test statistic is binned in sqrt(q), whose asymptotic distribution is half a normal one; toys
with q = 0, half of them or so, are counted apart.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from fitscan.model.arrays import FloatArray, IntArray
from fitscan.statistics.counts import Sample

__all__ = ["distributions"]

_BINS = 40


def distributions(toys: Mapping[str, tuple[Sample, Sample]]) -> dict[str, Any]:
    """Return histograms, on the same edges for all hypotheses.

    Args:
        toys: Test statistic and mu-hat of the toys of each hypothesis.

    Returns:
        ``sqrt_q_edges``, ``mu_hat_edges``, and by hypothesis ``at_zero``, the toys with q = 0,
        ``sqrt_q``, the histogram of the others, and ``mu_hat``.
    """
    q_edges = _edges([np.sqrt(q.values[q.values > 0.0]) for q, _ in toys.values()], low=0.0)
    mu_edges = _edges([mu_hat.values for _, mu_hat in toys.values()])
    return {
        "sqrt_q_edges": q_edges.tolist(),
        "mu_hat_edges": mu_edges.tolist(),
        **{
            hypothesis: {
                "at_zero": int(q.counts[q.values == 0.0].sum()),
                "sqrt_q": _histogram(np.sqrt(q.values), q_edges, q.counts * (q.values > 0.0)),
                "mu_hat": _histogram(mu_hat.values, mu_edges, mu_hat.counts),
            }
            for hypothesis, (q, mu_hat) in toys.items()
        },
    }


def _edges(parts: list[FloatArray], *, low: float | None = None) -> FloatArray:
    values = np.concatenate(parts)
    if not len(values):
        return np.array([0.0, 1.0])
    start = float(values.min()) if low is None else low
    stop = float(values.max())
    return np.linspace(start, stop if stop > start else start + 1.0, _BINS + 1)


def _histogram(values: FloatArray, edges: FloatArray, counts: IntArray) -> list[int]:
    found: list[int] = np.histogram(values, edges, weights=counts)[0].astype(int).tolist()
    return found
