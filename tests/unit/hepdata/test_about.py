"""What the configuration says is said, and nothing else."""

import pytest

from fitscan.hepdata import About

MASSES = {"m": "$m(\\tilde{\\tau})$ [GeV]", "w": "width", "b": "bins [of [two]]"}


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("m", "$m(\\tilde{\\tau})$", "GeV"),
        ("w", "width", "MeV"),
        ("b", "bins [of [two]]", ""),
        ("other", "other", ""),
    ],
)
def test_an_axis_has_the_title_and_unit_of_the_configuration(about, label, name, unit):
    said = about(axis_titles=MASSES, hepdata={"units": {"w": "MeV"}})
    axis = said.axis(label, values=[1.0], independent=True)
    assert (axis.name, axis.units) == (name, unit)


def test_a_configured_unit_replaces_that_of_the_title(about):
    said = about(axis_titles=MASSES, hepdata={"units": {"m": "TeV"}})
    axis = said.axis("m", values=[1.0], independent=True)
    assert (axis.name, axis.units) == ("$m(\\tilde{\\tau})$", "TeV")


def test_what_is_left_out_is_left_out(about):
    said = about()
    table = said.table("CLs", description="", location="")
    dependent = said.qualify(said.axis("m", values=[1.0], independent=False))
    assert dependent.qualifiers == []
    assert table.keywords == {"observables": ["CLS"]}
    assert table.data_license == {}
    assert (said.link, said.related, said.paper) == (None, [], None)


def test_what_is_given_is_said(about):
    licence = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    said = about(
        hepdata={
            "sqrt_s_GeV": 13000,
            "luminosity_fb": 139,
            "reactions": ["P P --> STAU STAU"],
            "phrases": ["Stau"],
            "license": licence,
        }
    )
    dependent = said.qualify(said.axis("m", values=[1.0], independent=False))
    table = said.table("CLs", description="", location="")
    assert dependent.qualifiers == [
        {"name": "RE", "value": "P P --> STAU STAU"},
        {"name": "SQRT(S)", "value": 13000, "units": "GeV"},
        {"name": "LUMINOSITY", "value": 139, "units": "fb$^{-1}$"},
    ]
    assert table.keywords == {
        "reactions": ["P P --> STAU STAU"],
        "observables": ["CLS"],
        "phrases": ["Stau"],
        "cmenergies": [13000],
    }
    assert table.data_license == licence


@pytest.mark.parametrize(
    ("cited", "link", "related"),
    [
        ("10.17182/hepdata.90607", "https://doi.org/10.17182/hepdata.90607", [90607]),
        ("doi:10.17182/hepdata.90607.v3", "https://doi.org/10.17182/hepdata.90607.v3", [90607]),
        ("https://doi.org/10.17182/hepdata.7", "https://doi.org/10.17182/hepdata.7", [7]),
        (
            "https://www.hepdata.net/record/ins1765529",
            "https://www.hepdata.net/record/ins1765529",
            [],
        ),
        ("ask the authors", None, []),
        ("javascript:alert(1)", None, []),
    ],
)
def test_the_record_of_the_likelihood_is_linked_and_related(about, cited, link, related):
    said = about(cite={"hepdata": cited})
    assert (said.link, said.related) == (link, related)


def test_related_records_are_those_configured(about):
    cite = {"hepdata": "10.17182/hepdata.90607"}
    assert about(cite=cite, hepdata={"related": [1, 2]}).related == [1, 2]
    assert about(cite=cite, hepdata={"related": []}).related == []


def test_how_a_combination_was_made_is_in_every_table(about, either):
    assert about().table("CLs", description="CLs.", location="").description == "CLs."
    description = either().table("CLs", description="CLs.", location="").description
    assert description.startswith("CLs. Each point is taken from the part with the smallest")
    assert "not a statistical combination" in description
    assert description.endswith("Parts: low (Low mass), high.")
    statistical = About("both", either().settings | {"how": "statistical"})
    assert statistical.combined.startswith("Statistical combination, with one signal strength, of")
