"""What a combination says beside its numbers comes from its parts."""

from fitscan.config.combination_words import combined_cite, combined_hepdata


def cite(**said):
    return {"cite": {"paper": None, "hepdata": None, "bibtex": None, **said}}


def hepdata(**said):
    nothing = {"reactions": [], "observables": ["CLS"], "phrases": [], "units": {}}
    single = {
        "sqrt_s_GeV": None,
        "luminosity_fb": None,
        "related": None,
        "license": None,
        "digits": None,
    }
    return {"hepdata": {**nothing, **single, **said}}


def test_it_cites_each_publication_once_and_a_record_only_where_it_is_one():
    parts = [cite(paper="A", hepdata="ins1"), cite(paper="B"), cite(paper="A", hepdata="ins1")]
    assert combined_cite(parts) == {"paper": "A; B", "hepdata": "ins1", "bibtex": None}
    assert combined_cite([*parts, cite(hepdata="ins2")])["hepdata"] is None
    assert combined_cite([cite()])["paper"] is None


def test_lists_of_its_submission_are_joined_and_numbers_stand_where_all_agree():
    parts = [
        hepdata(reactions=["P P --> X"], related=[2], sqrt_s_GeV=13000, units={"m": "GeV"}),
        hepdata(reactions=["P P --> Y", "P P --> X"], related=[1, 2], sqrt_s_GeV=13000),
    ]
    combined = combined_hepdata(parts)
    assert combined["reactions"] == ["P P --> X", "P P --> Y"]
    assert combined["observables"] == ["CLS"]
    assert combined["related"] == [1, 2]
    assert combined["sqrt_s_GeV"] == 13000
    assert combined["units"] == {"m": "GeV"}
    assert combined_hepdata([*parts, hepdata(sqrt_s_GeV=8000)])["sqrt_s_GeV"] is None
    assert combined_hepdata([hepdata()])["related"] is None


def test_its_submission_is_rounded_only_where_all_parts_are_alike():
    assert combined_hepdata([hepdata(digits=3), hepdata(digits=3)])["digits"] == 3
    assert combined_hepdata([hepdata(digits=3), hepdata()])["digits"] is None
