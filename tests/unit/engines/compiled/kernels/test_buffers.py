"""Memory of fits is shared by models of one shape, and nothing of one is left for the next."""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.fits.fits import fit
from fitscan.engines.compiled.kernels.buffers import _of_thread, buffers_for, dimensions

NORMS = (normsys("x", 1.3, 0.8), normsys("y", 1.2, 0.7))


def model(ours, theirs, observed):
    """Return a model in which signal and background have these normalisation uncertainties."""
    return model_of(
        one_channel(
            sample("signal", [3.0, 1.0], MU, *ours),
            sample(
                "background",
                [9.0, 7.0],
                *theirs,
                histosys("z", [10.0, 8.0], [8.0, 6.5]),
                modifier("stat", "staterror", [0.9, 1.4]),
            ),
            observed=observed,
        )
    )


def test_a_fit_does_not_depend_on_the_model_that_had_the_memory_before():
    models = [model(NORMS, (), [16.0, 5.0]), model((), NORMS, [16.0, 5.0])]
    assert len({dimensions(m.arrays) for m in models}) == 1
    alone = []
    for m in models:
        _of_thread.__init__()
        alone.append(fit(m, m.init))
    assert abs(alone[0].nll - alone[1].nll) > 1e-3
    for m, found in zip(models * 2, alone * 2, strict=True):
        again = fit(m, m.init)
        assert again.nll == found.nll
        np.testing.assert_array_equal(again.pars, found.pars)


def test_results_are_not_in_the_memory():
    m = model(NORMS, (), [16.0, 5.0])
    found = fit(m, m.init)
    kept = found.pars.copy()
    fit(model((), NORMS, [30.0, 1.0]), m.init)
    np.testing.assert_array_equal(found.pars, kept)


def test_memory_has_the_shape_of_the_model():
    m = model(NORMS, (), [16.0, 5.0])
    buffers, count = buffers_for(m.arrays), len(m.init)
    assert dimensions(m.arrays) == (2, 4, 2, 3, 2, count)
    assert buffers.here.rates.rate.shape == (2,)
    assert buffers.here.rates.cell_yield.shape == (4,)
    # Rows are filled up to whole lines of the cache.
    assert buffers.derivatives.jacobian.shape == (2, 8)
    assert buffers.derivatives.factor_row.shape == (count - 3, 8)
    assert buffers.derivatives.factor_row.ctypes.data % 64 == 0
    assert buffers.work.numbers.shape == (count + 3,)


def test_what_only_some_entries_of_are_written_is_cleared():
    one, other = model(NORMS, (), [16.0, 5.0]), model((), NORMS, [16.0, 5.0])
    buffers_for(one.arrays).derivatives.slopes.slope.fill(3.0)
    assert not buffers_for(other.arrays).derivatives.slopes.slope.any()


def test_threads_do_not_share_memory():
    """Was a bug: fits of one thread went on in the memory of another thread's model."""
    models = [model(NORMS, (), [16.0, 5.0]), model((), NORMS, [16.0, 5.0])]
    alone = [fit(m, m.init).nll for m in models]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda m: {fit(m, m.init).nll for _ in range(2000)}, models))
    finally:
        sys.setswitchinterval(interval)
    assert found == [{nll} for nll in alone]
