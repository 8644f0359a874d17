import pytest

from fitscan.plan.keys import point_key

CONTENT = {
    "workspace": "a" * 64,
    "patch": "b" * 64,
    "settings": {"kind": "asymptotic", "mu_test": 1.0},
    "engine": "c" * 64,
}


@pytest.mark.parametrize(
    "change",
    [
        {"workspace": "d" * 64},
        {"patch": "d" * 64},
        {"settings": {"kind": "asymptotic", "mu_test": 2.0}},
        {"engine": "d" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_key_follows_all_that_decides_the_numbers(change):
    assert point_key(**CONTENT) != point_key(**(CONTENT | change))


def test_a_key_does_not_depend_on_the_order_of_settings():
    turned = dict(reversed(CONTENT["settings"].items()))
    assert point_key(**CONTENT) == point_key(**(CONTENT | {"settings": turned}))


def test_a_key_is_pinned():
    """Another key leaves the results of all runs before unused."""
    assert point_key(**CONTENT).startswith("1f4a24edbe7238a5")
