"""The report says of provenance what the record says, as text, and nothing without a record."""

import json
from datetime import UTC, datetime

import pytest
import yaml

from fitscan.report.inputs import Made
from fitscan.report.page import render_page
from fitscan.report.run import Run
from fitscan.report.sections import provenance

MADE = Made(at=datetime(2026, 1, 2, tzinfo=UTC), command="snakemake", machine="m", versions={})
RECORD = {
    "run": {"machine": {"cpu": "", "cores": 2}, "threads": {"OMP_NUM_THREADS": None}},
    "software": {
        "fitscan": {"version": "0.1.0", "revision": "abcdef", "dirty": True},
        "packages": {"numpy": "2.0.0"},
        "lock": None,
    },
    "configuration": {"analyses": {"a": {"title": "<script>alert(1)</script>"}}},
    "inputs": {
        "a": {
            "points": 3,
            "archive_sha256": None,
            "workspace_digest": "1" * 64,
            "patchset_sha256": "2" * 64,
        }
    },
}


def run_of(record):
    files = {} if record is None else {"provenance.json": json.dumps(record).encode()}
    return Run(parts=[], test_size=0.05, made=MADE, files=files)


def test_a_run_without_a_record_has_no_such_section():
    assert provenance.show(run_of(None)) is None


def test_the_configuration_is_yaml_that_can_be_run_again():
    section = provenance.show(run_of(RECORD))
    assert yaml.safe_load(section.configuration) == RECORD["configuration"]


@pytest.mark.parametrize(
    ("fitscan", "shown"),
    [
        ({"version": "1", "revision": "abc", "dirty": True}, "abc, edited since"),
        ({"version": "1", "revision": "abc", "dirty": False}, "abc"),
        ({"version": "1"}, ""),
    ],
)
def test_the_revision_is_shown_where_it_is_known(fitscan, shown):
    record = RECORD | {"software": RECORD["software"] | {"fitscan": fitscan}}
    assert provenance.show(run_of(record)).revision == shown


def test_the_page_has_digests_and_links_and_no_markup_of_the_configuration():
    page = render_page([], test_size=0.05, made=MADE, files=run_of(RECORD).files)
    assert '<section id="provenance"' in page
    assert '<code title="' + "1" * 64 + '">' + "1" * 12 + "</code>" in page
    assert 'href="provenance.json"' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_kind_of_cpu_is_shown_where_the_record_has_it():
    machine = RECORD["run"]["machine"] | {"compiled_for": {"name": "znver3"}}
    record = RECORD | {"run": RECORD["run"] | {"machine": machine}}
    pages = [
        render_page([], test_size=0.05, made=MADE, files=run_of(r).files) for r in (RECORD, record)
    ]
    assert ["kernels compiled for znver3" in page for page in pages] == [False, True]
