"""Parameters under a measurement, and what yields add to them."""

import numpy as np
import pytest
from small import MU, modifier, normsys, sample

from fitscan.errors import ModelError
from fitscan.model.layout import NOTHING, extended, new_parameters
from fitscan.model.parameter_set import make_parameter_set
from fitscan.model.samples import make_sample
from fitscan.model.staterrors import NO_UNCERTAINTIES, uncertain_places, with_samples

MEMBERS = [
    make_sample(
        sample(
            "background",
            [8.0, 0.0],
            normsys("x", 1.2, 0.8),
            modifier("stat", "staterror", [2.0, 1.0]),
            MU,
        ),
        channel="SR",
        first_bin=0,
        bins=2,
    ),
    make_sample(
        sample("other", [6.0, 4.0], modifier("b", "shapesys", [2.0, 0.0])),
        channel="SR",
        first_bin=0,
        bins=2,
    ),
]
LAYOUT = extended(NOTHING, new_parameters(NOTHING, MEMBERS))
ERRORS = with_samples(NO_UNCERTAINTIES, MEMBERS, uncertain_places(MEMBERS, LAYOUT))


def frame(*parameters, **options):
    return make_parameter_set(LAYOUT, {"poi": "mu", "parameters": list(parameters)}, **options)


def column(of, name, values):
    return values[of.names.index(name)]


def test_parameters_have_the_names_of_pyhf():
    assert frame().names == ("x", "mu", "stat[0]", "stat[1]", "b[0]", "b[1]")
    assert frame().names[frame().poi] == "mu"


def test_yields_give_widths_and_hold_what_they_leave_without_one():
    of = frame()
    columns = of.filled(ERRORS)
    assert column(of, "stat[0]", columns.sigma) == 2.0 / 8.0
    assert column(of, "b[0]", columns.tau) == column(of, "b[0]", columns.auxiliary) == 9.0
    held = [name for name, fixed in zip(of.names, columns.fixed, strict=True) if fixed]
    assert held == ["stat[1]", "b[1]"]


def test_what_a_measurement_sets_is_not_taken_from_yields():
    of = frame(
        {"name": "stat", "sigmas": [0.1, 0.2], "fixed": False}, {"name": "b", "auxdata": [7.0, 5.0]}
    )
    columns = of.filled(ERRORS)
    assert [column(of, f"stat[{n}]", columns.sigma) for n in (0, 1)] == [0.1, 0.2]
    assert not column(of, "stat[1]", columns.fixed)
    assert column(of, "b[0]", columns.auxiliary) == 7.0
    assert column(of, "b[0]", columns.tau) == 9.0


@pytest.mark.parametrize(
    ("options", "bounds", "bounded"),
    [
        ({}, (0.0, 10.0), False),
        ({"poi_bounds": (-2.0, 0.5)}, (-2.0, 0.5), True),
        ({"poi_bounds": (-2.0, 0.5), "nonnegative": True}, (0.0, 0.5), True),
    ],
)
def test_bounds_of_the_signal_strength(options, bounds, bounded):
    of = frame(**options)
    columns = of.columns
    assert (columns.lower[of.poi], columns.upper[of.poi]) == bounds
    assert columns.init[of.poi] == min(1.0, bounds[1])
    assert of.poi_bounded == bounded


def test_a_background_has_no_parameter_of_interest():
    of = frame(signal=False)
    assert of.poi == -1
    assert np.isfinite(of.filled(ERRORS).sigma).all()


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        ({"name": "mu", "fixed": True}, "holds the parameter of interest fixed: 'mu'"),
        ({"name": "mu", "bounds": [[0.5, 9.0]]}, r"exclude 0.*: \[0\.5, 9\.0\]"),
        ({"name": "stat", "inits": [1.0]}, "'stat' a wrong number of inits: 1. Hint: it has 2"),
    ],
)
def test_a_measurement_that_allows_no_test_is_refused(parameter, words):
    with pytest.raises(ModelError, match=words):
        frame(parameter)


@pytest.mark.parametrize(
    ("poi", "words"), [("nu", "no sample carries .*: 'nu'"), ("stat", "a staterror of several")]
)
def test_a_parameter_of_interest_that_is_none_is_refused(poi, words):
    with pytest.raises(ModelError, match=words):
        make_parameter_set(LAYOUT, {"poi": poi})
