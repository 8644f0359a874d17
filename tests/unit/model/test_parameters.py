"""Defaults and overrides of single parameters, against pyhf's."""

import numpy as np
import pyhf
import pytest
from small import MU, luminosity, modifier, normsys, one_channel, sample

from fitscan.errors import ModelError
from fitscan.model.parameters import Block, block_columns, concatenated

KINDS = {
    "alpha": normsys("p", 1.1, 0.9),
    "staterror": modifier("p", "staterror", [1.0, 2.0]),
    "shapesys": modifier("p", "shapesys", [1.0, 2.0]),
    "normfactor": modifier("p", "normfactor"),
    "shapefactor": modifier("p", "shapefactor"),
    "lumi": modifier("lumi", "lumi"),
}
USER = {
    "alpha": {"inits": [0.5], "bounds": [[-2.0, 3.0]], "fixed": True, "auxdata": [0.2]},
    "staterror": {"inits": [1.1, 0.9], "sigmas": [0.1, 0.3]},
    "shapesys": {"factors": [20.0, 40.0], "fixed": False},
    "normfactor": {"inits": [2.0], "bounds": [[0.0, 7.0]]},
    "shapefactor": {"bounds": [[0.0, 7.0], [0.5, 8.0]]},
    "lumi": luminosity(0.02),
}


def of_pyhf(kind, user):
    """Return initial values, bounds and what is fixed of the parameter, as pyhf has them."""
    document = one_channel(
        sample("signal", [1.0, 1.0], MU),
        sample("background", [9.0, 7.0], KINDS[kind]),
        observed=[9.0, 7.0],
        parameters=[user] if user else [],
    )
    config = pyhf.Workspace(document).model().config
    part = config.par_slice(KINDS[kind]["name"])
    suggested = config.suggested_init(), config.suggested_bounds(), config.suggested_fixed()
    return [np.array(values[part]) for values in suggested]


@pytest.mark.parametrize("given", [False, True], ids=["default", "given"])
@pytest.mark.parametrize("kind", KINDS)
def test_values_are_those_of_pyhf(kind, given):
    size = 2 if kind in {"staterror", "shapesys", "shapefactor"} else 1
    name = KINDS[kind]["name"]
    user = {"name": name, **USER[kind]} if given or kind == "lumi" else None
    columns = block_columns(Block(name, kind, size), user=user)
    init, bounds, fixed = of_pyhf(kind, user)
    np.testing.assert_array_equal(columns.init, init)
    np.testing.assert_array_equal(np.column_stack([columns.lower, columns.upper]), bounds)
    np.testing.assert_array_equal(columns.fixed, fixed)


@pytest.mark.parametrize(
    ("kind", "user", "words"),
    [
        ("normfactor", {"auxdata": [1.0]}, "'p' does not have: 'auxdata'"),
        ("alpha", {"sigmas": [1.0]}, "'p' does not have: 'sigmas'"),
        ("staterror", {"inits": [1.0]}, "a wrong number of inits: 1"),
        ("alpha", {"bounds": [[2.0, -2.0]]}, r"lower bound of 'p' is above .*: \[2\.0, -2\.0\]"),
        ("alpha", {"inits": [9.0]}, "initial value of 'p' lies outside its bounds: 9.0"),
        ("staterror", {"sigmas": [0.1, 0.0]}, "the constraint of 'p' has no width"),
        ("lumi", {}, "does not define the luminosity: 'p'"),
    ],
)
def test_impossible_values_are_refused(kind, user, words):
    size = 2 if kind == "staterror" else 1
    with pytest.raises(ModelError, match=words):
        block_columns(Block("p", kind, size), user=user and {"name": "p", **user})


def test_columns_of_blocks_follow_one_another():
    parts = [block_columns(Block("p", kind, 1)) for kind in ("alpha", "normfactor")]
    assert concatenated(parts).init.tolist() == [0.0, 1.0]
    assert all(len(column) == 0 for column in concatenated([]))
