"""Distributions of the test statistic and of mu-hat, as histograms: small however many the toys.

The test statistic is binned in sqrt(q), whose asymptotic distribution is half a normal one; toys
with q = 0, half of them or so, are counted apart.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from fitscan.model.arrays import FloatArray

__all__ = ["NO_TOYS", "distributions"]

_BINS = 40


def distributions(values: Mapping[str, tuple[FloatArray, FloatArray]]) -> dict[str, Any]:
    """Return histograms, on the same edges for all hypotheses.

    Args:
        values: Test statistic and mu-hat of the toys of each hypothesis.

    Returns:
        ``sqrt_q_edges``, ``mu_hat_edges``, and by hypothesis ``at_zero``, the toys with q = 0,
        ``sqrt_q``, the histogram of the others, and ``mu_hat``.
    """
    kept = {h: (q[np.isfinite(q)], mu[np.isfinite(mu)]) for h, (q, mu) in values.items()}
    roots = {h: np.sqrt(q[q > 0.0]) for h, (q, _) in kept.items()}
    q_edges = _edges([*roots.values()], low=0.0)
    mu_edges = _edges([mu for _, mu in kept.values()])
    return {
        "sqrt_q_edges": q_edges.tolist(),
        "mu_hat_edges": mu_edges.tolist(),
        **{
            hypothesis: {
                "at_zero": int((q == 0.0).sum()),
                "sqrt_q": np.histogram(roots[hypothesis], q_edges)[0].tolist(),
                "mu_hat": np.histogram(mu, mu_edges)[0].tolist(),
            }
            for hypothesis, (q, mu) in kept.items()
        },
    }


def _edges(parts: list[FloatArray], *, low: float | None = None) -> FloatArray:
    values = np.concatenate(parts)
    if not len(values):
        return np.array([0.0, 1.0])
    start = float(values.min()) if low is None else low
    stop = float(values.max())
    return np.linspace(start, stop if stop > start else start + 1.0, _BINS + 1)


_NONE = np.empty(0)
NO_TOYS = distributions({"signal": (_NONE, _NONE), "background": (_NONE, _NONE)})
