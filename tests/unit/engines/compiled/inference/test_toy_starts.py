"""Which local minima of the data toys are fitted from."""

import numpy as np

from fitscan.engines.compiled.inference.minima import LowestHypotest
from fitscan.engines.compiled.inference.odd_yields import OddYields
from fitscan.engines.compiled.inference.toy_starts import toy_starts


def test_starts_of_toys_are_the_first_few_minima_that_are_apart():
    def at(*values):
        return tuple(np.array([value, 1.0]) for value in values)

    minima = {
        "signal": at(0.0, 0.05, 1.0),
        "asimov": at(1.02, -1.0, 2.0, 3.0),
        "free": at(0.5),
        "background": at(0.55, 0.7),
    }
    found = toy_starts(LowestHypotest(None, 0.0, 1, OddYields((), ()), minima))
    assert found.signal.tolist() == [[0.0, 1.0], [1.0, 1.0], [-1.0, 1.0], [2.0, 1.0]]
    assert found.free.tolist() == [[0.5, 1.0], [0.7, 1.0]]
