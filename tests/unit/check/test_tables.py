"""Tables of the user are refused before anything is fitted."""

import pytest

from fitscan.check.tables import check_tables
from fitscan.errors import ConfigError

NOTHING = {"slice": {}, "overlays": [], "compare": None, "cross_section": None}


@pytest.fixture
def check(tmp_path):
    def of(key, text, axes=("mass",)):
        path = tmp_path / "t.csv"
        path.write_text(text)
        given = {"title": "T", "path": str(path), "unit": "pb"}
        analysis = NOTHING | {key: [given] if key == "overlays" else given}
        check_tables(analysis, axes=axes, points={"a": {"mass": 100}}, test_size=0.05)

    return of


def test_no_table_is_as_good_as_a_good_one(check):
    check_tables(NOTHING, axes=["mass"], points={}, test_size=0.05)
    check("overlays", "mass,CLs_obs\n100,0.01\n200,0.5\n")
    check("compare", "name,CLs_obs\na,0.01\n")
    check("cross_section", "mass,cross_section\n100,0.01\n")


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("overlays", "mass,CLs\n100,0.01\n", "lacks a column: 'CLs_obs'"),
        (
            "compare",
            "point,CLs_obs\na,0.01\n",
            "does not say which points its rows are: 'point, CLs_obs'",
        ),
        ("cross_section", "mass,cross_section\n100,0\n", "line 2: a cross-section is not above 0"),
    ],
)
def test_each_is_read(check, key, text, words):
    with pytest.raises(ConfigError, match=words):
        check(key, text)


def test_cross_section_over_a_plane_is_refused(check):
    with pytest.raises(ConfigError, match=r"needs figures with one axis.*\['m1', 'm2'\]"):
        check("cross_section", "m1,cross_section\n100,0.01\n", axes=("m1", "m2"))
