from fitscan.rules import contents


def test_contents_are_those_of_files_that_are_there(tmp_path):
    (tmp_path / "one").write_text("1")
    (before,) = contents([str(tmp_path / "one"), str(tmp_path / "none")])
    (tmp_path / "one").write_text("2")
    assert contents([str(tmp_path / "one")]) != [before]
