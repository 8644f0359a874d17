"""bench/same_tables.py: a number that changed is found, and what cannot be equal is not."""

import importlib

import pytest

PATH = "a/hypotest/results.csv"
TABLE = "name,CLs_obs,message,key,wall_s\np,0.10,,1,0.5\nq,0.25,,2,0.5\n"


@pytest.fixture(scope="module")
def same_tables(project_folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(project_folder / "bench")
        yield importlib.import_module("same_tables")


@pytest.fixture
def compared(same_tables, tmp_path, capsys):
    """Compare a table with what has become of it; whether it is the same, and what is said."""

    def done(before=TABLE, after=TABLE, *, path=PATH, now=PATH, **options):
        for folder, name, text in (("before", path, before), ("after", now, after)):
            file = tmp_path / folder / name
            file.parent.mkdir(parents=True)
            file.write_bytes(text.encode())
        same = same_tables.compare(tmp_path / "before", tmp_path / "after", **options)
        return same, capsys.readouterr().out

    return done


def test_other_keys_and_times_are_no_difference(compared):
    after = TABLE.replace(",1,0.5", ",x,0.7")
    assert compared(after=after) == (True, f"{PATH}: equal\n\n1 tables are equal, 0 differ\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.25", "0.26", "row 2 ('q'), CLs_obs: '0.25', now '0.26'"),
        ("0.10", "0.1", "row 1 ('p'), CLs_obs: '0.10', now '0.1'"),
        ("q,0.25,,2,0.5\n", "", "2 rows, now 1"),
        ("\np,0.10,,1,0.5", '\np,0.10,"two\nlines",1,0.5', "row 1 ('p'), message: '', now 'two\\n"),
        ("CLs_obs", "CLs", "columns ['CLs_obs'] became ['CLs']"),
        ("name,CLs_obs", "CLs_obs,name", "another order of columns"),
    ],
)
def test_the_first_difference_is_named(compared, old, new, said):
    same, lines = compared(after=TABLE.replace(old, new, 1))
    assert not same
    assert f"{PATH}: {said}" in lines


@pytest.mark.parametrize("text", ["name,mu\np,1.0\n", "name,mu\r\np,1.0\r\n", 'name,mu\n"p",1.0\n'])
def test_the_bytes_of_a_whole_table_are_compared(compared, text):
    same, lines = compared(before="name,mu\np,1.0\n", after=text)
    assert same == (text == "name,mu\np,1.0\n")
    assert same or "other quotes or ends of lines" in lines


def test_lines_of_other_files_are_compared(compared):
    same, lines = compared("a: 1\nb: 2\n", "a: 1\nb: 3\n", path="a/cls.yaml", now="a/cls.yaml")
    assert not same
    assert "a/cls.yaml: row 2 ('b: 2\\n'), line: 'b: 2\\n', now 'b: 3\\n'" in lines


def test_columns_and_files_can_have_other_names(compared):
    now = "a/hypotest/points.csv"
    renames = {"renamed": {"CLs_obs": "CLs"}, "moved": {"results.csv": "points.csv"}}
    assert compared(after=TABLE.replace("CLs_obs", "CLs"), now=now, **renames)[0]


def test_a_number_under_another_name_is_compared(compared):
    after = TABLE.replace("CLs_obs", "CLs").replace("0.25", "0.26")
    same, lines = compared(after=after, renamed={"CLs_obs": "CLs"})
    assert not same
    assert "row 2 ('q'), CLs: '0.25', now '0.26'" in lines


def test_tables_that_came_or_went_differ(compared):
    same, lines = compared(now="b/results.csv")
    assert not same
    assert f"{PATH}: not there any more\nb/results.csv: was not there\n" in lines


def test_no_tables_at_all_are_not_the_same(same_tables, tmp_path):
    assert not same_tables.compare(tmp_path / "before", tmp_path / "after")


def test_two_files_that_move_to_one_path_are_refused(same_tables, tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(TABLE)
    with pytest.raises(ValueError, match="moved to one path: 2 files"):
        same_tables.compare(tmp_path, tmp_path, moved={"a.csv": "b.csv"})
