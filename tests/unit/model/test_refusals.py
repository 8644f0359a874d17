"""What pyhf refuses, or computes wrongly, is refused by name: no model is built of it."""

import copy
import math

import pyhf
import pytest
from small import (
    MU,
    histosys,
    luminosity,
    model_of,
    modifier,
    normsys,
    one_channel,
    sample,
    workspace,
)

from fitscan.errors import ModelError
from fitscan.model import Analysis

SIGNAL = sample("signal", [3.0, 1.0], MU)


def two_bins(*modifiers, parameters=None):
    return one_channel(
        SIGNAL,
        sample("background", [9.0, 7.0], *modifiers),
        observed=[9.0, 8.0],
        parameters=parameters,
    )


def two_channels(first, second, bins=2):
    return workspace(
        {
            "SR": [SIGNAL, sample("background", [9.0, 7.0], *first)],
            "CR": [sample("background", [5.0] * bins, *second)],
        },
        {"SR": [9.0, 8.0], "CR": [5.0] * bins},
    )


STAT = modifier("x", "staterror", [1.0, 1.0])
SHAPE = modifier("x", "shapesys", [1.0, 1.0])
LUMI = modifier("lumi", "lumi")

# By what is wrong: a workspace that pyhf refuses too, and what the message must hold.
REFUSED_BY_BOTH = {
    "normsys and shapesys of one name": (two_bins(normsys("x", 1.1, 0.9), SHAPE), "'x'"),
    "normsys and staterror of one name": (two_bins(normsys("x", 1.1, 0.9), STAT), "'x'"),
    "normsys and normfactor of one name": (two_bins(normsys("mu", 1.1, 0.9)), "'mu'"),
    "staterror and shapesys of one name": (two_bins(STAT, SHAPE), "'x'"),
    "staterror and shapefactor of one name": (
        two_bins(STAT, modifier("x", "shapefactor")),
        "'x'",
    ),
    "normfactor and shapefactor of one name": (two_bins(modifier("mu", "shapefactor")), "'mu'"),
    "kinds of one name in two channels": (
        two_channels([normsys("x", 1.1, 0.9)], [modifier("x", "normfactor")]),
        "'x'",
    ),
    "shapesys of two samples": (two_channels([SHAPE], [SHAPE]), "'x'"),
    "shapesys twice in a sample": (two_bins(SHAPE, SHAPE), "'x'"),
    "staterror on other samples in another channel": (
        workspace(
            {
                "SR": [SIGNAL, sample("top", [9.0, 7.0], STAT), sample("W", [1.0, 2.0])],
                "CR": [sample("W", [5.0, 5.0], STAT)],
            },
            {"SR": [9.0, 8.0], "CR": [5.0, 5.0]},
        ),
        "'x'",
    ),
    "unknown type": (two_bins(modifier("x", "morph")), "'morph'"),
    "lumi that is not configured": (two_bins(LUMI), "'lumi'"),
    "user sigmas of a normsys": (
        two_bins(normsys("x", 1.1, 0.9), parameters=[{"name": "x", "sigmas": [0.5]}]),
        "'sigmas'",
    ),
    "user auxiliary data of a normfactor": (
        two_bins(parameters=[{"name": "mu", "auxdata": [0.5]}]),
        "'auxdata'",
    ),
    "user factors of a staterror": (
        two_bins(STAT, parameters=[{"name": "x", "factors": [5.0, 5.0]}]),
        "'factors'",
    ),
    "too many initial values": (
        two_bins(parameters=[{"name": "mu", "inits": [1.0, 1.0]}]),
        "'mu'",
    ),
    "too many initial values of a staterror": (
        two_bins(STAT, parameters=[{"name": "x", "inits": [1.0, 1.0, 1.0]}]),
        "'x'",
    ),
    "two entries for one parameter": (
        two_bins(parameters=[{"name": "mu", "inits": [1.0]}, {"name": "mu", "fixed": False}]),
        "'mu'",
    ),
    "no parameter of interest": (
        one_channel(sample("background", [9.0], normsys("x", 1.1, 0.9)), observed=[9.0]),
        "'mu'",
    ),
    "parameter of interest of two bins": (
        one_channel(
            sample("signal", [3.0, 1.0], modifier("mu", "shapefactor")),
            sample("background", [9.0, 7.0]),
            observed=[9.0, 8.0],
        ),
        "shapefactor of several bins.*'mu'",
    ),
    "yields of another number of bins": (
        one_channel(
            sample("signal", [3.0, 1.0], MU), sample("background", [9.0]), observed=[9.0, 8.0]
        ),
        "'background'",
    ),
    "variation of another number of bins": (two_bins(histosys("x", [9.0], [8.0])), "x"),
    "errors of another number of bins": (two_bins(modifier("x", "staterror", [1.0])), "x"),
}


@pytest.mark.parametrize("what", REFUSED_BY_BOTH)
def test_what_pyhf_refuses_is_refused(what):
    document, named = REFUSED_BY_BOTH[what]
    with pytest.raises(ModelError, match=named):
        model_of(document)
    refusals = (
        pyhf.exceptions.InvalidModel,
        pyhf.exceptions.InvalidModifier,
        pyhf.exceptions.InvalidNameReuse,
        AssertionError,  # of a staterror's masks
        TypeError,  # of a lumi without bounds
        ValueError,  # of arrays of different lengths
    )
    with pytest.raises(refusals):
        pyhf.Workspace(document, validate=False).model(validate=False)


# What pyhf takes, to compute NaN or another model.
REFUSED_BY_US = {
    "shapefactor of different bins": (
        two_channels([modifier("x", "shapefactor")], [modifier("x", "shapefactor")], bins=3),
        "'x'",
    ),
    "normsys twice in a sample": (
        two_bins(normsys("x", 1.1, 0.9), normsys("x", 1.2, 0.8)),
        "'x'",
    ),
    "histosys twice in a sample": (
        two_bins(histosys("x", [9.0, 8.0], [8.0, 7.0]), histosys("x", [9.0, 8.0], [8.0, 7.0])),
        "'x'",
    ),
    "negative normsys": (two_bins(normsys("x", 1.1, -0.1)), "'x'"),
    "infinite normsys": (two_bins(normsys("x", math.inf, 1.0)), "'x'"),
    "normsys that is NaN": (two_bins(normsys("x", math.nan, 0.9)), "'x'"),
    "NaN yield": (
        one_channel(SIGNAL, sample("background", [9.0, math.nan]), observed=[9.0, 8.0]),
        "'background'",
    ),
    "infinite yield": (
        one_channel(SIGNAL, sample("background", [9.0, math.inf]), observed=[9.0, 8.0]),
        "'background'",
    ),
    "NaN variation": (two_bins(histosys("x", [9.0, math.nan], [8.0, 7.0])), "x"),
    "NaN error of a staterror": (two_bins(modifier("x", "staterror", [1.0, math.nan])), "'x'"),
    "NaN error of a shapesys": (two_bins(modifier("x", "shapesys", [1.0, math.nan])), "'x'"),
    "initial value outside the bounds": (
        two_bins(parameters=[{"name": "mu", "inits": [-1.0]}]),
        "'mu'",
    ),
    "bounds that exclude the initial value": (
        two_bins(parameters=[{"name": "mu", "bounds": [[2.0, 3.0]]}]),
        "'mu'",
    ),
    "bounds the wrong way round": (
        two_bins(parameters=[{"name": "mu", "bounds": [[3.0, 0.0]]}]),
        "'mu'",
    ),
    "bound of one number": (two_bins(parameters=[{"name": "mu", "bounds": [[3.0]]}]), "'mu'"),
    "bounds of the parameter of interest without 0": (
        two_bins(parameters=[{"name": "mu", "bounds": [[0.5, 10.0]]}]),
        "'mu'",
    ),
    "bounds of the parameter of interest at one value": (
        two_bins(parameters=[{"name": "mu", "bounds": [[1.0, 1.0]]}]),
        "'mu'",
    ),
    "parameter of interest that is fixed": (
        two_bins(parameters=[{"name": "mu", "fixed": True}]),
        "'mu'",
    ),
    "sigma of zero": (
        two_bins(LUMI, parameters=[luminosity(0.0)]),
        "'lumi'",
    ),
}


@pytest.mark.parametrize("what", REFUSED_BY_US)
def test_what_cannot_be_computed_is_refused(what):
    document, named = REFUSED_BY_US[what]
    with pytest.raises(ModelError, match=named):
        model_of(document)


@pytest.mark.parametrize("factors", [(1.1, 0.0), (0.0, 0.9)])
def test_variation_to_0_is_refused_by_the_code_that_jumps_there(factors):
    document = two_bins(normsys("x", *factors))
    with pytest.raises(ModelError, match=r"'x' goes to 0.*normsys: code4"):
        model_of(document, normsys="code1")
    model_of(document, normsys="code4")


def test_a_measurement_that_is_not_there_is_refused():
    with pytest.raises(ModelError, match="'other'"):
        model_of(two_bins(), measurement="other")


@pytest.mark.parametrize("what", ["shapesys of two samples", "staterror and shapesys of one name"])
def test_a_patch_cannot_bring_in_what_is_refused(what):
    hypothesis, named = REFUSED_BY_BOTH[what]
    background = copy.deepcopy(hypothesis)
    for channel in background["channels"]:
        channel["samples"][-1] = sample("background", channel["samples"][-1]["data"])
    with pytest.raises(ModelError, match=named):
        Analysis(background).model(hypothesis)
