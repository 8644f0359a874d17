"""Names as expressions."""

import re

from fitscan.rules import analysis_of, one_of


def matches(pattern, text):
    return re.fullmatch(f"(?:{pattern})", text) is not None


def test_names_match_themselves_only():
    pattern = one_of(["a.b", "c"])
    assert [matches(pattern, name) for name in ("a.b", "c", "axb", "cc")] == [
        True,
        True,
        False,
        False,
    ]
    assert not matches(one_of([]), "")


def test_an_analysis_matches_with_its_scan_only():
    paths = re.compile(f"results/({analysis_of([('a', 'x'), ('b', 'y')])})/([^/]+)/figures")
    assert paths.match("results/a/x/figures")
    assert paths.match("results/b/y/figures")
    for path in ("results/a/y/figures", "results/a/xx/figures", "results/aa/x/figures"):
        assert not paths.match(path)
