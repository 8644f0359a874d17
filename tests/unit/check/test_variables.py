"""Variables of numerical libraries are checked before anything is fitted."""

import os

import pytest

from fitscan.check.variables import check_variables
from fitscan.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("NUMBA_NUM_THREADS", value) for value in ("0", "-1", "", "two", "1.5", "1" * 10)),
        *(("OMP_NUM_THREADS", value) for value in ("0", "auto", "0,4")),
        *(("OPENBLAS_NUM_THREADS", "x"), ("MKL_NUM_THREADS", "none"), ("RAYON_NUM_THREADS", "-2")),
        *(("NUMBA_CPU_FEATURES", "avx2"), ("NUMBA_OPT", "9"), ("NUMBA_DISABLE_JIT", "yes")),
    ],
)
def test_nonsense_is_one_line_with_the_variable_and_its_value(name, value):
    """Was a bug: a traceback of numba in each worker, after the likelihood was fetched."""
    with pytest.raises(ConfigError) as caught:
        check_variables(os.environ | {name: value})
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"the environment variable {name} ")
    assert f": {value!r}. Hint: unset it, or " in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("NUMBA_NUM_THREADS", "2"), ("OMP_NUM_THREADS", "4,2"), ("OMP_NUM_THREADS", "")),
        *(("NUMBA_CPU_FEATURES", ""), ("NUMBA_CPU_FEATURES", "+avx2,-fma"), ("NUMBA_OPT", "max")),
        *(("NUMBA_CPU_NAME", "haswell"), ("NUMBA_CACHE_DIR", "a b")),
    ],
)
def test_what_libraries_take_is_left_alone(name, value):
    check_variables(os.environ | {name: value})
