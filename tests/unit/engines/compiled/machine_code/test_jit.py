"""Entries, kernels and helpers: with our way of linking, and with that of another numba."""

import os
import subprocess
import sys

import numba
import numpy as np
import pytest
from numba.core.errors import TypingError

from fitscan.engines.compiled.machine_code.jit import disjoint, entry, kernel
from fitscan.engines.compiled.machine_code.linking import CHECKED

SCRIPT = """
import sys
from typing import NamedTuple
import numba
import numpy as np

numba.__version__ = sys.argv[1]
from fitscan.engines.compiled.machine_code.jit import entry, helper, kernel
from fitscan.engines.compiled.machine_code.references import by_reference

class Memory(NamedTuple):
    vector: np.ndarray
    count: int

@helper
def add(x, y):
    return x + y

@kernel
def total(memory):
    found = 0.0
    for p in range(memory.count):
        found = add(found, memory.vector[p] * memory.vector[p])
    return found

@kernel
def fill(memory):
    for p in range(memory.count):
        memory.vector[p] = 0.1 * p
    memory.vector[0] = total(memory)

@entry
def filled(memory):
    fill(memory)
    return total(memory)

memory = by_reference(Memory(np.ones(9), 9))
print(filled(memory).hex(), memory.vector.tolist(), filled._compiler.pipeline_class.__name__)
"""


def printed(version, tmp_path, cache=""):
    script = tmp_path / "kernels.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, script, version],
        env=os.environ | {"FITSCAN_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    return done.stdout.rsplit(maxsplit=1)


def test_linking_was_checked_with_this_numba():
    """A new numba may bring other internals: read ``engine/libraries.py`` beside its codegen.

    Then run the tests and add its version to CHECKED. Until then numba links in its own way, and
    the first compilation takes four times as long.
    """
    assert numba.__version__ in CHECKED


def test_another_numba_links_in_its_own_way_with_the_same_result(tmp_path):
    ours, theirs = printed(numba.__version__, tmp_path), printed("99.0.0", tmp_path)
    assert ours[0] == theirs[0]
    assert (ours[1], theirs[1]) == ("EntryCompiler", "Compiler")


def test_the_fallback_is_kept_between_processes_too(tmp_path):
    printed("99.0.0", tmp_path, cache=tmp_path / "cache")
    assert list((tmp_path / "cache").rglob("kernels.filled-*.nbc"))


def test_a_kernel_is_not_called_from_python():
    """Without the check it is a call of nothing, which ends the process."""

    @kernel
    def twice(x):
        return 2.0 * x

    @entry
    def doubled(x):
        return twice(x)

    assert doubled(21.0) == 42.0
    with pytest.raises(TypeError, match="twice is a kernel: only entries"):
        twice(21.0)


def test_entries_have_their_own_copies_of_kernels():
    @kernel
    def twice(x):
        return 2.0 * x

    @entry
    def doubled(x):
        return twice(x)

    @entry
    def less(x):
        return twice(x) - 1.0

    assert (doubled(1.0), less(1.0), doubled(2.0)) == (2.0, 1.0, 4.0)
    for called in (doubled, less):
        (code,) = called.inspect_llvm().values()
        definitions = [line for line in code.splitlines() if line.startswith("define")]
        kernels = [line for line in definitions if "twice" in line]
        assert kernels
        assert all(" private " in line or " internal " in line for line in kernels), kernels


def test_an_error_in_a_kernel_names_it():
    @kernel
    def wrong(x):
        return x.nothing

    @entry
    def called(x):
        return wrong(x)

    with pytest.raises(TypingError, match="nothing"):
        called(1.0)


def test_kernels_use_the_longest_vectors_and_disjoint_helpers_no_checks():
    @disjoint
    def add(a, b, c, d, x):
        for p in range(len(a)):
            x[p] += a[p] * b[p] + c[p] * d[p]

    @entry
    def added(matrix):
        add(matrix[0], matrix[1], matrix[2], matrix[3], matrix[4])

    matrix = np.arange(55.0).reshape(5, 11)
    expected = matrix[4] + matrix[0] * matrix[1] + matrix[2] * matrix[3]
    added(matrix)
    np.testing.assert_array_equal(matrix[4], expected)
    (code,) = added.inspect_llvm().values()
    assert '"prefer-vector-width"="512"' in code
    # The bounds of arrays would be compared before the loop.
    assert "vector.memcheck" not in code
    assert "vector.body" in code
