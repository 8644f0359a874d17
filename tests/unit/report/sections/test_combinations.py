"""The section of combinations: which there are, of what they are made, and what they exclude."""

import json
import re
from datetime import UTC, datetime

import pytest

from fitscan.audit import audit_table
from fitscan.columns import CHOSEN, NUMBERS
from fitscan.report import Made, ReportedScan, render_page
from fitscan.tables.results import results_table, timings_table

HOSTILE = "<script>alert('x')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>'
MADE = Made(at=datetime(2021, 5, 20, tzinfo=UTC), command="", machine="", versions={})
SETTINGS = {
    "title": None,
    "axis_titles": {},
    "archive": None,
    "workspace": "w.json",
    "patches": "p.json",
    "cite": {"paper": None, "hepdata": None},
}
RECORD = {
    "run": {"machine": {"cpu": "", "cores": 2}, "threads": {}},
    "software": {"fitscan": {"version": "0.1.0"}, "packages": {}, "lock": None},
    "configuration": {},
    "inputs": {},
}
BOTH = {"of": ["low", "high"], "how": "statistical", "title": "Both & more"}
EITHER = {"of": ["low", "both"], "how": "best_expected", "title": f"Either {HOSTILE}"}


def scan_of(analysis, points, **settings):
    """Return a scan of which the first point is excluded, and expected to be."""
    names = [{"name": f"point_{n}", "values": [n]} for n in range(points)]
    rows = [
        {
            **dict.fromkeys(NUMBERS, 0.3 if n else 0.01),
            "status": "ok",
            "message": "",
            "engine": "e",
            "key": str(n),
            "wall_s": 1.0,
            "cpu_s": 1.0,
        }
        for n in range(points)
    ]
    return ReportedScan(
        analysis=analysis,
        scan="hypotest",
        settings=SETTINGS | settings,
        results=results_table(names, rows, labels=["m"]),
        timings=timings_table(names, rows),
        audit=audit_table([]),
        files={f"figures/{name}.svg": SVG for name in ("exclusion", "combination")},
    )


def page_of(combinations, **more):
    scans = [scan_of("low", 4), scan_of("high", 3), scan_of("both", 2, **BOTH)]
    chosen = scans[0].results.assign(**{CHOSEN: ["both", "both", "low", "low"]})
    files = {
        "either/hypotest/results.csv": chosen.to_csv(index=False).encode(),
        "either/hypotest/figures/combination.svg": SVG,
        **more,
    }
    return render_page(scans, test_size=0.05, made=MADE, files=files, combinations=combinations)


@pytest.fixture
def section():
    """The text of the section, without tags."""
    found = re.search(
        r'<section id="combinations".*?</section>',
        page_of({"both": BOTH, "either": EITHER}),
        flags=re.DOTALL,
    )
    assert HOSTILE not in found[0]
    return re.sub(r"<[^>]+>", "", found[0])


def test_a_statistical_combination_names_its_parts_and_their_points(section):
    assert "Both &amp; more, hypotest" in section
    assert (
        "Statistical combination of the 2 points that all parts have: low (4), high (3)." in section
    )


def test_a_choice_says_how_many_points_are_taken_from_which_part(section):
    assert "Best expected of 4 points, taken from low (2), from both (2)." in section
    assert section.count("Excluded: 1 observed, 1 expected.") == 2


def test_captions_say_how_CLs_was_found(section):
    assert (
        section.count(
            "CLs from the asymptotic formulae, with the test statistic q\u0303μ, at the minima"
        )
        == 2
    )


def test_the_submission_of_a_choice_is_among_the_data_links():
    """Was a gap: only what is fitted was there."""
    record = json.dumps(RECORD).encode()
    page = page_of({"both": BOTH, "either": EITHER}, **{"provenance.json": record})
    data = page[page.index('id="provenance-title"') :]
    for name in ("results.csv", "figures/exclusion.csv", "hepdata.tar.gz"):
        for folder in ("low/hypotest", "both/hypotest", "either/hypotest"):
            assert data.count(f'href="{folder}/{name}"') == 1
    assert HOSTILE not in data


def test_without_combinations_there_is_no_section():
    assert 'id="combinations"' not in page_of({})
