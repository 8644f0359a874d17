"""Where fits end, kept in arrays: every field in its place."""

import numpy as np
from kernels import called

from fitscan.engines.compiled.kernels.minimum import RECORD, Minimum, keep


def test_records_have_the_fields_of_a_minimum_in_their_order():
    assert ("pars", *RECORD.names) == Minimum._fields


def test_what_is_kept_of_a_minimum_is_the_minimum():
    minimum = Minimum(np.array([0.5, -2.0]), 1.5, 2, 2.5, 3.5, 4, 5, 6, 7, 8.5)
    pars, records = np.zeros((3, 2)), np.zeros(3, RECORD)
    called(keep)(minimum, 1, pars, records)
    assert records[1].tolist() == minimum[1:]
    assert pars.tolist() == [[0.0, 0.0], [0.5, -2.0], [0.0, 0.0]]
    assert records[[0, 2]].tolist() == [(0,) * 9] * 2
