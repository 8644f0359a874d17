"""Time each kernel of the engine and count its flops, beside NumPy's matrix product.

    python bench/kernels.py          # on 1Lbb
    python bench/kernels.py staus

The flops are those of the formulas, counted by hand; what the likelihood's zeros would save is not
taken off. Times are the best of several, less those of a call that does nothing.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from published import load

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.buffers import buffers_for
from fitscan.engines.compiled.kernels.derivatives import (
    evaluate_derivatives,
    evaluate_hessian,
    hessian_product,
)
from fitscan.engines.compiled.kernels.linear import (
    apply_preconditioner,
    factorise,
    set_preconditioner,
    solve_factorised,
)
from fitscan.engines.compiled.kernels.objective import evaluate_nll
from fitscan.engines.compiled.kernels.rates import evaluate_rates_and_slopes
from fitscan.engines.compiled.machine_code.jit import entry
from fitscan.engines.compiled.machine_code.references import by_reference
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis

__all__ = ["Row", "best_time", "kernel_rows"]

Row = tuple[str, float, float]


def best_time(function: Callable[..., Any], *arguments: Any, repeats: int = 400) -> float:
    """Return the CPU seconds of a call, the best of five rounds of so many."""
    function(*arguments)
    best = np.inf
    for _ in range(5):
        start = time.process_time()
        for _ in range(repeats):
            function(*arguments)
        best = min(best, (time.process_time() - start) / repeats)
    return float(best)


# What takes as many arguments and returns.
_NOTHING = {
    3: entry(lambda a, b, c: None),
    4: entry(lambda a, b, c, d: None),
    5: entry(lambda a, b, c, d, e: None),
    6: entry(lambda a, b, c, d, e, f: None),
    7: entry(lambda a, b, c, d, e, f, g: None),
}


def kernel_rows(analysis: str = "1Lbb") -> list[Row]:
    """Return name, seconds and flops of each kernel, and of a matrix product of 1024 x 1024."""
    background, patches = load(analysis)
    name, operations = patches[0]
    model = Analysis(background).model(apply_patch(background, operations, where=name))
    arrays, data, count = model.arrays, model.data, len(model.init)
    pars, side, free = fit(model, model.init).pars, np.ones(count), ~model.fixed
    buffers = buffers_for(arrays)
    rates, derivatives = by_reference(buffers.here.rates), by_reference(buffers.derivatives)
    preconditioner, work = by_reference(buffers.preconditioner), by_reference(buffers.work)
    vector, out = np.random.default_rng(0).normal(size=(2, count))
    hessian, factor, index = buffers.hessian, buffers.factor, np.flatnonzero(free)
    cells, alphas, bins = len(arrays.nominal), arrays.alphas, arrays.bins
    groups, factors = (
        len(arrays.cell_start) - 1,
        float(np.mean(np.sum(arrays.factors >= 0, axis=1))),
    )
    entries, free_count = len(arrays.entry_alpha), len(index)
    kernels: list[tuple[Any, tuple[Any, ...], float]] = [
        (evaluate_rates_and_slopes, (pars, arrays, rates), 13 * entries + 4 * cells * alphas),
        (evaluate_nll, (rates.rate, pars, arrays, data), 10 * bins + 5 * count),
        (
            evaluate_derivatives,
            (pars, side, rates, arrays, data, work, derivatives),
            29 * entries + (9 + 2 * factors) * cells * alphas,
        ),
        (
            set_preconditioner,
            (
                derivatives.constraint,
                derivatives.curvature,
                derivatives.weight,
                derivatives.jacobian,
                free,
                preconditioner,
            ),
            (1.5 * bins * (bins + 1) + 5 * bins) * count,
        ),
        (apply_preconditioner, (vector, preconditioner, out), 5 * bins * count),
        (
            hessian_product,
            (vector, arrays, derivatives, out),
            (8 * groups + 4 * (count - alphas)) * alphas + 4 * bins * count,
        ),
        (
            evaluate_hessian,
            (arrays, derivatives, work, hessian),
            2 * groups * alphas**2 + bins * count**2,
        ),
        (factorise, (hessian, index, work, factor), free_count**3 / 3),
        (solve_factorised, (factor, index, vector, work, out), 2 * free_count**2),
    ]
    rows = []
    for kernel, arguments, flops in kernels:
        called = entry(kernel.py_func)
        seconds = best_time(called, *arguments) - best_time(_NOTHING[len(arguments)], *arguments)
        rows.append((kernel.__name__, seconds, float(flops)))
    square = np.ones((1024, 1024))
    rows.append(("NumPy's matrix product", best_time(np.dot, square, square, repeats=4), 2.0**31))
    return rows


if __name__ == "__main__":
    for name, seconds, flops in kernel_rows(*sys.argv[1:2]):
        speed = flops / seconds / 1e9
        print(f"{name:26}{seconds * 1e6:10.1f} us{flops / 1e6:10.2f} Mflop{speed:8.1f} GF/s")
