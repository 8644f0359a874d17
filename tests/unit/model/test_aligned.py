import numpy as np
import pytest

from fitscan.model.aligned import aligned, aligned_rows


@pytest.mark.parametrize("columns", [1, 7, 8, 9, 107])
def test_rows_begin_a_line_and_are_filled_up_with_zeros(columns):
    for _ in range(20):
        rows = aligned_rows(3, columns)
        assert rows.shape == (3, -(-columns // 8) * 8)
        assert rows.ctypes.data % 64 == 0
        assert rows.flags.c_contiguous
        assert not rows.any()


def test_a_vector_is_as_long_as_asked():
    vector = aligned(9)
    assert vector.shape == (9,)
    assert vector.ctypes.data % 64 == 0
    assert np.array_equal(vector, np.zeros(9))
