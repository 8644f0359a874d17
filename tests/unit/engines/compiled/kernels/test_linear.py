import numpy as np
import pytest
from kernels import called, work
from small import MU, histosys, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.kernels import linear
from fitscan.engines.compiled.kernels.buffers import dimensions, new_preconditioner
from fitscan.engines.compiled.kernels.expansion import expand
from fitscan.engines.compiled.machine_code.references import by_reference
from fitscan.model.aligned import aligned_rows

factorise, solve_factorised = called(linear.factorise), called(linear.solve_factorised)
negative_direction = called(linear.negative_direction)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def positive(rng, size):
    root = rng.normal(size=(size, size))
    return root @ root.T + 0.1 * np.eye(size)


def test_the_preconditioner_is_the_inverse_of_its_matrix(rng):
    document = one_channel(
        sample("signal", [3.0, 1.0, 2.0], MU, normsys("x", 1.2, 0.7)),
        sample(
            "background",
            [9.0, 7.0, 5.0],
            modifier("k", "normfactor"),
            histosys("y", [10.0, 8.0, 4.0], [8.0, 6.0, 5.0]),
            modifier("stat", "staterror", [0.9, 1.4, 0.8]),
        ),
        observed=[11.0, 0.0, 4.0],
    )
    model = model_of(document)
    arrays, pars = model.arrays, model.init + 0.1
    d = expand(arrays, model.data, pars).derivatives
    free = np.ones(len(pars), dtype=bool)
    free[[1, 4]] = False
    m = by_reference(new_preconditioner(dimensions(arrays)))
    called(linear.set_preconditioner)(d.constraint, d.curvature, d.weight, d.jacobian, free, m)
    jacobian = d.jacobian[:, free]
    matrix = np.diag(1.0 / m.inverse_diagonal[free])
    matrix += jacobian.T @ np.diag(d.weight) @ jacobian
    vector, out = rng.normal(size=(2, len(pars)))
    called(linear.apply_preconditioner)(vector, m, out)
    np.testing.assert_allclose(out[free], np.linalg.solve(matrix, vector[free]), rtol=1e-10)
    np.testing.assert_array_equal(out[~free], 0.0)


def test_factor_and_solution_are_those_of_numpy(rng):
    matrix, index = positive(rng, 7), np.array([0, 2, 3, 6])
    factor, vector, out = aligned_rows(7, 7), rng.normal(size=7), np.ones(7)
    assert factorise(np.tril(matrix), index, work(7), factor) == -1
    part = matrix[np.ix_(index, index)]
    lower = np.tril(factor[:4, :4])
    np.testing.assert_allclose(lower.T @ lower, part, rtol=1e-10)
    solve_factorised(factor, index, vector, work(7), out)
    np.testing.assert_allclose(out[index], np.linalg.solve(part, vector[index]), rtol=1e-8)
    np.testing.assert_array_equal(np.delete(out, index), 0.0)


def test_a_matrix_that_is_not_positive_has_a_direction_that_shows_it(rng):
    for _ in range(20):
        matrix, index = positive(rng, 6), np.array([0, 1, 3, 4, 5])
        flipped = rng.integers(1, 6)
        matrix[flipped, flipped] -= 30.0
        factor, direction = aligned_rows(6, 6), np.empty(6)
        failed = factorise(matrix, index, work(6), factor)
        lowest = np.linalg.eigvalsh(matrix[np.ix_(index, index)])[0]
        assert (failed >= 0) == (lowest < 0.0)
        if failed >= 0:
            negative_direction(factor, index, failed, direction)
            assert direction @ matrix @ direction == pytest.approx(factor[failed, failed])
            assert direction[index[failed]] == 1.0
            assert direction[2] == 0.0


def test_a_flat_direction_is_left_out_of_solutions(rng):
    root = rng.normal(size=(5, 4))
    root[1] = root[2] + root[3]  # the second row repeats what the others tell
    matrix, index = root @ root.T, np.arange(5)
    matrix[0, 0] += 1.0
    factor, out = aligned_rows(5, 5), np.empty(5)
    assert factorise(matrix, index, work(5), factor) == -1
    assert np.flatnonzero(np.isinf(np.diag(factor[:, :5]))).tolist() == [1]
    solution = np.array([1.0, 0.0, 3.0, 4.0, 2.0])
    solve_factorised(factor, index, matrix @ solution, work(5), out)
    np.testing.assert_allclose(out, solution, rtol=1e-9, atol=1e-9)


def test_a_zero_on_the_diagonal_is_not_flat_where_its_row_is_not_zero():
    # x y has a saddle point at 0, although neither x nor y alone changes it.
    for rows in (
        [[0.0, 1.0], [1.0, 0.0]],
        [[0.0, 1.0], [1.0, 3.0]],
        [[2.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, -1.0, 5.0]],
    ):
        count = len(rows)
        matrix = np.array(rows)
        factor, direction = aligned_rows(count, count), np.empty(count)
        failed = factorise(matrix, np.arange(count), work(count), factor)
        assert failed >= 0
        negative_direction(factor, np.arange(count), failed, direction)
        assert direction @ matrix @ direction < 0.0
