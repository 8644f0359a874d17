import pytest
from scan_settings import WITH_PYHF

from fitscan.engines.pyhf.engine import PYHF


def settings(**options):
    return WITH_PYHF | {"pyhf": WITH_PYHF["pyhf"] | options}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "pyhf numpy scipy"),
        ({"retry": "scipy"}, "pyhf numpy scipy"),
        ({"retry": "minuit"}, "pyhf numpy scipy iminuit"),
        ({"optimizer": "minuit"}, "pyhf numpy iminuit"),
        ({"optimizer": "minuit", "retry": "scipy"}, "pyhf numpy scipy iminuit"),
        ({"backend": "jax"}, "pyhf jax scipy"),
    ],
    ids=str,
)
def test_packages_are_those_that_decide_the_numbers(options, expected):
    assert set(PYHF.packages(settings(**options))) == set(expected.split())


def test_the_first_try_has_no_other_minimiser():
    before = settings(optimizer="minuit", retry="scipy")
    assert PYHF.first_try(before) == settings(optimizer="minuit", retry="none")
    assert before["pyhf"]["retry"] == "scipy"
