"""Combinations in the configuration: what can be combined, and what is taken from the parts."""

import pytest

from fitscan.config.check import analysis_scans, check_config
from fitscan.config.combinations import combination_scans, combined_settings, fitted_analyses
from fitscan.errors import ConfigError

SCANS = {name: {"kind": "asymptotic"} for name in ("one", "two")}


def config(combinations, **changes):
    analysis = {"workspace": "w.json", "patches": "p.json"}
    analyses = {name: {**analysis, **changes.get(name, {})} for name in ("a", "b")}
    return {"analyses": analyses, "scans": SCANS, "combinations": combinations}


def made(of, how="statistical", **options):
    return {"of": of, "how": how, **options}


STATISTICAL, BEST = made(["a", "b"]), made(["a", "b"], "best_expected")

REFUSED = {
    "a has the name of an analysis": {"a": STATISTICAL},
    "unknown name in combinations.c.of: 'x'": {"c": made(["a", "x"])},
    "unknown name in combinations.d.of: 'c'": {"c": STATISTICAL, "d": made(["a", "c"])},
    "unknown name in combinations.d.of: 'e'": {
        "d": made(["a", "e"], "best_expected"),
        "e": BEST,
    },
    "c.of is not valid: ['a']": {"c": made(["a"])},
    "c.of is not valid: ['a', 'a']": {"c": made(["a", "a"])},
    "c lacks a key: 'how'": {"c": {"of": ["a", "b"]}},
    "c.how is not valid: 'sum'": {"c": made(["a", "b"], "sum")},
    "c has an unknown key: 'titel'": {"c": {**BEST, "titel": "C"}},
    "unknown name in combinations.c.match: 'x'": {"c": {**BEST, "match": {"x": ["m"]}}},
    "unknown name in combinations.c.scans: 'x'": {"c": {**STATISTICAL, "scans": ["x"]}},
    "c.decorrelate names the luminosity": {"c": {**STATISTICAL, "decorrelate": ["lumi"]}},
    "c.decorrelate has no meaning for best_expected": {"c": {**BEST, "decorrelate": ["k"]}},
    "c.detail_point has no meaning for best_expected": {"c": {**BEST, "detail_point": "p"}},
    "combinations is not valid: 'c/d'": {"c/d": BEST},
}


@pytest.mark.parametrize(("words", "combinations"), REFUSED.items(), ids=REFUSED)
def test_combinations_that_cannot_be_are_refused(words, combinations):
    with pytest.raises(ConfigError) as caught:
        check_config(config(combinations))
    assert words in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("scans", "words"),
    [
        ({"a": ["one"], "b": ["two"]}, "c: the parts have no scan in common: ['a', 'b']"),
        ({"a": ["one"], "b": None}, "unknown name in combinations.c.scans: 'two'"),
    ],
)
def test_results_can_only_be_chosen_where_all_parts_have_them(scans, words):
    parts = {name: {"scans": names} for name, names in scans.items()}
    with pytest.raises(ConfigError) as caught:
        check_config(config({"c": {**BEST, "scans": ["two"]}}, **parts))
    assert words in str(caught.value)


def test_a_configuration_without_combinations_has_none():
    checked = check_config({"analyses": config({})["analyses"]})
    assert checked["combinations"] == {}
    assert fitted_analyses(checked) == checked["analyses"]
    assert combination_scans(checked) == []


def test_a_statistical_combination_is_scanned_like_an_analysis_and_a_choice_is_not():
    checked = check_config(
        config(
            {"c": STATISTICAL, "d": made(["a", "b", "c"], "best_expected")}, a={"scans": ["two"]}
        )
    )
    pairs = [("a", "two"), ("b", "one"), ("b", "two"), ("c", "one"), ("c", "two")]
    assert analysis_scans(checked) == pairs
    assert combination_scans(checked) == [("c", "one"), ("c", "two"), ("d", "two")]
    assert combination_scans(checked, "best_expected") == [("d", "two")]
    assert list(fitted_analyses(checked)) == ["a", "b", "c"]
    # All that is asked of the settings of an analysis can be asked of it.
    own = {"sha256", "measurement", "verify_digest", "control_regions"}
    assert checked["analyses"]["a"].keys() - own <= fitted_analyses(checked)["c"].keys()


def test_a_combination_is_drawn_and_cited_as_its_parts_are():
    a = {"axes": ["m1"], "axis_titles": {"m1": "from a"}, "cite": {"paper": "A", "hepdata": "1"}}
    b = {
        "axis_titles": {"m1": "from b", "m2": "from b", "m3": "from b"},
        "cite": {"paper": "B", "hepdata": "1"},
    }
    own = {"axis_titles": {"m3": "own"}}
    combinations = {
        "c": {**STATISTICAL, **own},
        "d": {**BEST, "match": {"b": ["m4"]}},
        "e": made(["c", "b"], "best_expected"),
    }
    checked = check_config(config(combinations, a=a, b=b))
    c, d, e = (combined_settings(checked, name) for name in "cde")
    assert c["axes"] == d["axes"] == e["axes"] == ["m1"]
    assert c["axis_titles"] == {"m1": "from a", "m2": "from b", "m3": "own"} == e["axis_titles"]
    assert d["axis_titles"] == {"m1": "from a"}
    assert c["cite"] == d["cite"] == {"paper": "A; B", "hepdata": "1", "bibtex": None}
