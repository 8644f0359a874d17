"""Which variations are one-sided is told by their even part, however it is interpolated."""

import pytest
from small import MU, histosys, model_of, normsys, one_channel, sample

from fitscan.model.one_sided import has_one_sided, one_sided_alphas

HELD = {"name": "second", "inits": [0.0], "bounds": [[-5.0, 5.0]], "fixed": True}


def model(*variations, parameters=None, **options):
    document = one_channel(
        sample("signal", [3.0, 1.0], MU),
        sample("background", [20.0, 10.0], *variations),
        observed=[21.0, 9.0],
        parameters=parameters,
    )
    return model_of(document, **options)


@pytest.mark.parametrize("code", ["code0", "code2", "code4p"])
@pytest.mark.parametrize(
    ("variation", "expected"),
    [
        (histosys("a", [22.0, 11.0], [22.0, 11.0]), True),
        (histosys("a", [22.0, 10.0], [20.0, 10.0]), True),
        (histosys("a", [22.0, 10.0], [18.0, 9.9]), True),
        (histosys("a", [22.0, 11.0], [18.0, 9.0]), False),
        (histosys("a", [20.0, 10.0], [20.0, 10.0]), False),
        (normsys("a", 1.1, 1.1), True),
        (normsys("a", 1.1, 1.0), True),
        (normsys("a", 1.1, 1.0 / 1.1), False),
    ],
)
def test_a_variation_is_one_sided_where_it_moves_a_yield_the_same_way(variation, expected, code):
    made = model(variation, histosys=code)
    assert has_one_sided(made) is expected


def test_each_alpha_is_told_by_itself():
    made = model(normsys("first", 1.1, 0.9), histosys("second", [22.0, 11.0], [22.0, 10.5]))
    assert dict(zip(made.names, one_sided_alphas(made.arrays), strict=False)) == {
        "first": False,
        "second": True,
    }


def test_a_variation_that_is_held_does_not_count():
    variation = histosys("second", [22.0, 11.0], [22.0, 11.0])
    assert has_one_sided(model(variation))
    assert not has_one_sided(model(variation, parameters=[HELD]))
