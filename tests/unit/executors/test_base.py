"""What an executor may say of itself."""

import math

import pytest

from fitscan.errors import ExecutorError
from fitscan.executors import Capabilities


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("workers", value) for value in (0, -1, True, "2", 1.5, None)),
        *(("points_per_task", value) for value in (0, "20", None)),
        *(("retries", value) for value in (-1, "x")),
        *(("lease_s", value) for value in (0, -1.0, "soon", math.nan, math.inf, True)),
        *(("shared_filesystem", value) for value in ("no", 1, None)),
    ],
)
def test_setting_that_makes_no_sense_is_refused_by_name(name, value):
    """Was a bug: a number of workers of 0 ended a scan in a division by zero."""
    with pytest.raises(ExecutorError, match=name):
        Capabilities(**({"workers": 1} | {name: value}))


def test_settings_that_make_sense_are_taken():
    assert Capabilities(workers=1, retries=0, lease_s=60).lease_s == 60
