"""The crate says what the record says, and nothing that nobody knows."""

import copy
import json

import pytest
from rocrate.rocrate import ROCrate

from fitscan.provenance.ro_crate import describe_run

CITATION = {
    "title": "fitscan",
    "abstract": "Fits.",
    "license": "MIT",
    "authors": [{"name": "The developers"}, {"family-names": "Noether", "given-names": "Emmy"}],
}
OTHERS = ["results/report.html"]
PLACES = {"local": "#likelihood-local", "cited": "https://doi.org/10.17182/hepdata.1.v1/r1"}


@pytest.fixture
def described(record):
    """Write a crate and read it back."""

    def read(record=record):
        return ROCrate(describe_run(record, CITATION, others=OTHERS))

    return read


def test_the_same_record_gives_the_same_crate(record):
    crates = [describe_run(copy.deepcopy(record), CITATION, others=OTHERS) for _ in range(2)]
    assert json.dumps(crates[0]) == json.dumps(crates[1])
    assert crates[0]["@graph"][0]["datePublished"] == record["run"]["date"]


def test_the_run_took_the_likelihoods_and_made_the_files(described):
    action = described().root_dataset["mentions"]
    assert action.type == "CreateAction"
    assert (action["name"], action["endTime"]) == (
        "snakemake --cores 4",
        "2026-01-02T03:04:05+00:00",
    )
    assert [entity.id for entity in action["object"]] == list(PLACES.values())
    assert [entity.id for entity in action["result"]] == [
        *("local/hypotest/results.csv", "local/hypotest/timings.csv", "report.html")
    ]
    assert action["result"][0]["sha256"] == "0" * 64


def test_fitscan_is_the_instrument_with_its_authors_and_packages(described):
    instrument = described().root_dataset["mentions"]["instrument"]
    assert instrument["version"] == "0.1.0"
    assert instrument["softwareVersion"] == "abc with edits"
    assert [author.type for author in instrument["author"]] == ["Organization", "Person"]
    assert [author["name"] for author in instrument["author"]] == ["The developers", "Emmy Noether"]
    assert [p["name"] for p in instrument["softwareRequirements"]] == ["python", "numpy"]


def test_an_unknown_revision_is_not_stated(described, record):
    record["software"]["fitscan"] = {"version": "0.1.0"}
    instrument = described(record).root_dataset["mentions"]["instrument"]
    assert instrument.get("softwareVersion") is None


@pytest.mark.parametrize(
    "address", ["https://example.org/?key=$SECRET", "https://***@example.org/a?key=***"]
)
def test_an_address_with_a_variable_or_a_mask_in_it_is_no_link(described, record, address):
    record["inputs"]["cited"]["archive"] = address
    _, cited = described(record).root_dataset["mentions"]["object"]
    assert cited.id == "#likelihood-cited"
    assert address in cited["description"]


def test_the_licence_is_stated_where_all_analyses_have_one_and_the_same(described, record):
    assert described().root_dataset["license"]["name"] == "not stated"
    licence = {"name": "CC0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}
    first, second = record["configuration"]["analyses"].values()
    first["hepdata"]["license"] = licence
    assert described(record).root_dataset["license"]["name"] == "not stated"
    second["hepdata"]["license"] = licence
    assert described(record).root_dataset["license"].id == licence["url"]
