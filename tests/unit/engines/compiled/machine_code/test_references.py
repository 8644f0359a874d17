"""NamedTuples by reference, read by compiled code and by Python."""

from typing import NamedTuple

import numpy as np
import pytest
from numba.core.errors import TypingError

from fitscan.engines.compiled.machine_code.jit import entry, kernel
from fitscan.engines.compiled.machine_code.references import by_reference


class Inner(NamedTuple):
    values: np.ndarray
    mask: np.ndarray


class Pair(NamedTuple):
    first: np.ndarray
    second: np.ndarray


class Outer(NamedTuple):
    number: int
    matrix: np.ndarray
    inner: Inner
    pair: Pair
    block: np.ndarray


@pytest.fixture
def outer():
    inner = Inner(np.arange(3.0), np.array([True, False, True]))
    pair = Pair(np.arange(2.0), 10.0 + np.arange(2.0))
    return Outer(7, np.arange(6.0).reshape(2, 3), inner, pair, np.arange(24.0).reshape(2, 3, 4))


@entry
def read(outer, out):
    out[0] = outer.number
    out[1] = outer.matrix[1, 2] + 100.0 * outer.matrix.shape[0] + 10.0 * len(outer.matrix[0])
    out[2] = outer.inner.values[2] if outer.inner.mask[2] and not outer.inner.mask[1] else -1.0
    out[3] = outer.pair.second[1] - outer.pair.first[1]
    out[4] = outer.block[1, 2, 3]


def test_fields_are_read_as_those_of_the_tuple(outer):
    by_value, referred = np.zeros(5), np.zeros(5)
    read(outer, by_value)
    read(by_reference(outer), referred)
    np.testing.assert_array_equal(referred, [7.0, 235.0, 2.0, 10.0, 23.0])
    np.testing.assert_array_equal(referred, by_value)


def test_python_reads_the_same_fields(outer):
    referred = by_reference(outer)
    assert referred.inner.values is outer.inner.values
    assert referred.number == 7
    with pytest.raises(AttributeError, match="nothing"):
        _ = referred.nothing


@kernel
def scale(matrix, inner):
    for a in range(matrix.shape[0]):
        for b in range(matrix.shape[1]):
            matrix[a, b] *= inner.values[b]


@entry
def scaled(outer):
    scale(outer.matrix, outer.inner)


def test_kernels_write_to_arrays_of_inner_tuples(outer):
    expected = outer.matrix * outer.inner.values
    scaled(by_reference(outer))
    np.testing.assert_array_equal(outer.matrix, expected)


@entry
def one_of_both(first, outer, number):
    inner = outer.inner if number == 1 else first
    return inner.values[1]


def test_one_of_a_tuple_and_a_reference_is_a_tuple(outer):
    other = Inner(np.array([5.0, 6.0]), np.array([True, True]))
    referred = by_reference(outer)
    assert [one_of_both(other, referred, number) for number in (0, 1)] == [6.0, 1.0]


@entry
def whole(first, outer, number):
    chosen = outer if number == 1 else first
    return chosen.inner.values[1] + chosen.pair.second[0] + chosen.number


def test_inner_tuples_are_taken_along(outer):
    other = outer._replace(number=100)
    assert [whole(other, by_reference(outer), n) for n in (0, 1)] == [111.0, 18.0]


def test_empty_arrays_have_no_entries(outer):
    empty = outer._replace(matrix=np.empty((0, 3)))
    scaled(by_reference(empty))


@pytest.mark.parametrize("field", [np.arange(6.0)[::2], np.zeros((3, 2)).T, 1.5, True, "text"])
def test_other_fields_are_refused(outer, field):
    with pytest.raises(TypeError, match="not an array in C order, an integer or a NamedTuple"):
        by_reference(outer._replace(matrix=field))


def test_a_field_that_is_not_there_is_named(outer):
    @entry
    def wrong(outer):
        return outer.nothing

    with pytest.raises(TypingError, match="nothing"):
        wrong(by_reference(outer))
