"""A reference is matched to the points of a scan by names or labels, or refused."""

import pytest

from fitscan.errors import ConfigError
from fitscan.tables.reference import check_reference, reference_columns

POINTS = {"p_100_0": {"m1": 100, "m2": 0}, "p_200_0": {"m1": 200.0, "m2": 0}}


@pytest.fixture
def read(tmp_path):
    """Write a reference and read it for points."""
    path = tmp_path / "r.csv"

    def call(text, points=POINTS):
        path.write_text(text)
        return reference_columns(str(path), points)

    return call


def test_rows_are_matched_by_name_where_one_matches(read):
    found = read("name,m1,m2,CLs_obs\np_100_0,200,0,0.5\nother,1,2,0.25\n")
    assert found["name"] == ["p_100_0", "other"]


@pytest.mark.parametrize("place", ["200,0", "200.0,0.0", "2e2,-0", " 200 , 0 "])
def test_rows_are_matched_by_labels_where_there_are_no_names(read, place):
    """Was an error: other tools have no names."""
    assert read(f"m1,m2,CLs_obs\n{place},0.5\n1,2,0.25\n")["name"] == ["p_200_0", "1.0, 2.0"]


def test_rows_are_matched_by_labels_where_no_name_matches(read):
    assert read("m2,m1,name,CLs_obs\n0,100,a,0.5\n")["name"] == ["p_100_0"]


def test_one_matching_name_does_not_switch_labels_off(read):
    """Was a bug: then all other rows were "not in this scan", whatever their labels."""
    found = read("name,m1,m2,CLs_obs\np_100_0,100,0,0.5\nm200,200,0,0.25\nother,1,2,0.1\n")
    assert found["name"] == ["p_100_0", "p_200_0", "other"]


def test_labels_take_no_point_from_the_row_with_its_name(read):
    found = read("name,m1,m2,CLs_obs\nother,100,0,0.5\np_100_0,,,0.25\n")
    assert found["name"] == ["other", "p_100_0"]


def test_text_labels_are_matched_as_text(read):
    found = read("model,CLs_obs\nwino,0.5\n", {"a": {"model": "bino"}, "b": {"model": "wino"}})
    assert found["name"] == ["b"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "name,CLs_obs\nx,0.5\ny,0.5\n",
            r"no row of .*r\.csv is a point of the scan: \['x', 'y'\]\. Hint: points of the scan "
            r"are p_100_0, p_200_0; or add the columns m1, m2$",
        ),
        ("m1,m2,CLs_obs\n7,8,0.5\n", r"no row of .*: \['7, 8'\]\. Hint: .* p_100_0, p_200_0$"),
        (
            "point,CLs_obs\nx,0.5\n",
            r"does not say which points its rows are: 'point, CLs_obs'\. Hint: it needs the column "
            r"name, with names such as p_100_0, p_200_0, or the columns m1, m2$",
        ),
        ("m1,m2,CLs_obs\n7,8,0.5\n7,8,0.6\n", "line 3: the row repeats line 2"),
        # Was a bug: a point had two rows in the comparison.
        ("m1,m2,CLs_obs\n200,0,0.5\n2e2,0.0,0.6\n", "line 3: the row repeats line 2: 'p_200_0'"),
    ],
)
def test_a_reference_without_a_point_of_the_scan_is_refused(read, text, words):
    """Was "0 points, missing 114", and a success."""
    with pytest.raises(ConfigError, match=words):
        read(text)


def test_a_reference_is_checked_before_points_are_known(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("m1,CLs_obs,CLs_exp_0\n7,0.5,much\n")
    with pytest.raises(ConfigError, match="column 'CLs_exp_0': not a number: 'much'"):
        check_reference(str(path))


def test_a_reference_for_points_without_labels_is_refused_by_its_names(read):
    """Was an error that showed no name."""
    with pytest.raises(ConfigError, match=r"is a point of the scan: \['x'\]\. Hint: points .* a$"):
        read("name,CLs_obs\nx,0.5\n", {"a": {}})
