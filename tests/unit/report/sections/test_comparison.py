"""The section of the comparison with a reference."""

from datetime import UTC, datetime

import pandas as pd

from fitscan.audit import audit_table
from fitscan.columns import CLS
from fitscan.report import Made, ReportedScan, render_page
from fitscan.tables.comparison import compare, summarise_comparison
from fitscan.tables.results import results_table, timings_table

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>'
MADE = Made(at=datetime(2021, 5, 20, tzinfo=UTC), command="", machine="", versions={})
HOSTILE = "<script>alert(1)</script>"


def reported(theirs, *, title="pyhf", figures=("comparison",)):
    """A scan of three points, of which one excludes, beside a reference."""
    points = [{"name": f"p{n}", "values": [100.0 * n, 0.0]} for n in range(3)]
    row = {"mu_test": 1.0, "mu_hat": 0.0, "status": "ok", "message": "", "engine": "e", "key": "k"}
    rows = [
        {**row, **dict.fromkeys(CLS, CLs), "wall_s": 1.0, "cpu_s": 1.0} for CLs in (0.01, 0.1, 0.5)
    ]
    results = results_table(points, rows, labels=["m1", "m2"])
    table = compare(results, theirs, labels=["m1", "m2"], test_size=0.05)
    summary = summarise_comparison(table, axes=["m1", "m2"], test_size=0.05)
    tables = {"comparison.csv": table, "comparison_summary.csv": summary}
    return ReportedScan(
        analysis="A",
        scan="hypotest",
        settings={
            "title": None,
            "axis_titles": {},
            "archive": "a",
            "sha256": None,
            "workspace": "w",
            "cite": {"paper": None, "hepdata": None},
            "patches": "p",
            "compare": {"title": title, "path": "r.csv"},
        },
        results=results,
        timings=timings_table(points, rows),
        audit=audit_table([]),
        files={
            **{name: content.to_csv(index=False).encode() for name, content in tables.items()},
            **{f"figures/{name}.svg": SVG for name in ("exclusion", *figures)},
        },
    )


def reference(*CLs, errors=("", "", "")):
    names = ["p0", "p1", "p2"]
    return pd.DataFrame({"name": names, "CLs_obs": CLs, "CLs_exp_0": CLs, "error": errors})


def page_of(scan):
    return render_page([scan], test_size=0.05, made=MADE)


def section(page, name):
    return page.split(f'<section id="{name}"')[1].split("</section>")[0]


def test_a_comparison_says_how_much_differs_and_that_no_conclusion_does():
    text = section(page_of(reported(reference(0.0101, 0.1, 0.52))), "comparison")
    assert "Points with an observed CL<sub>s</sub> in both: 3." in text
    assert "the largest 0.020, at p2. Both exclude 1, only this scan 0" in text
    assert "No conclusion differs." in text
    assert "Observed −2σ" not in text
    assert text.count("<tbody>") == 2


def test_points_that_change_sides_are_named():
    text = section(page_of(reported(reference(0.2, 0.1, 0.01))), "comparison")
    assert "only this scan 1, only the reference 1" in text
    assert "p0 (observed and expected), p2 (observed and expected)." in text
    assert "<b>p0</b>" in text
    assert "<b>p1</b>" not in text


def test_points_without_a_comparison_are_listed_with_the_reason():
    theirs = reference(0.01, float("nan"), 0.5, errors=("", "FailedMinimization", ""))
    text = section(page_of(reported(theirs)), "comparison")
    assert "1 point without a comparison" in text
    assert "p1: theirs: FailedMinimization" in text


def test_what_a_reference_says_stays_text():
    theirs = reference(0.01, 0.1, float("nan"), errors=("", "", HOSTILE)).assign(
        name=["p0", "p1", HOSTILE]
    )
    page = page_of(reported(theirs, title=HOSTILE))
    assert HOSTILE not in page
    assert "&lt;script&gt;" in section(page, "comparison")
