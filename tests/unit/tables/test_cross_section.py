"""The cross-section of a signal, read from a file of a user."""

from functools import partial

import numpy as np
import pytest
from limits_and_cross_section import cross_section_in

from fitscan.errors import ConfigError


@pytest.fixture
def cross_section(tmp_path):
    return partial(cross_section_in, tmp_path)


def test_cross_section_is_linear_in_its_logarithm(cross_section):
    read = cross_section()
    assert read.at([250.0, 333.0]) == pytest.approx(np.exp(-np.array([250.0, 333.0]) / 50.0))
    assert read.at([250.0], shift=-1.0) == pytest.approx(0.8 * np.exp(-5.0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mass,cross_section\n1,2\n1,3\n", "line 3: the row repeats line 2"),
        ("mass,cross_section\n1,2\n2,-3\n", "line 3: a cross-section is not above 0"),
        ("mass,cross_section,uncertainty\n1,2,2\n", "line 2: a cross-section is not above 0"),
        (
            "mass,cross_section,uncertainty,uncertainty_percent\n1,2,1,50\n",
            "has two uncertainties",
        ),
        ("mass,sigma\n1,2\n", "lacks a column: 'cross_section'"),
    ],
)
def test_cross_section_that_is_none_is_refused(cross_section, text, words):
    with pytest.raises(ConfigError, match=words):
        cross_section(text)


def test_cross_section_has_to_cover_the_grid(cross_section):
    with pytest.raises(ConfigError, match=r"missing at a point of the grid: 501\.0.*90 to 500"):
        cross_section().at([100.0, 501.0])
