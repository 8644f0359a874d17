"""A scan beside a reference, as the report gets it, and a section of its page."""

from datetime import UTC, datetime

import pandas as pd

from fitscan.audit import audit_table
from fitscan.columns import CLS
from fitscan.report import Made, ReportedScan, render_page
from fitscan.tables.comparison import compare, summarise_comparison
from fitscan.tables.results import results_table, timings_table

__all__ = ["page_of", "reference", "reported", "section"]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>'
MADE = Made(at=datetime(2021, 5, 20, tzinfo=UTC), command="", machine="", versions={})


def reported(theirs, *, title="pyhf", figures=("comparison",), left_out=0):
    """A scan of three points, of which one excludes, beside a reference."""
    points = [{"name": f"p{n}", "values": [100.0 * n, 0.0]} for n in range(3)]
    row = {"mu_test": 1.0, "mu_hat": 0.0, "status": "ok", "message": "", "engine": "e", "key": "k"}
    rows = [
        {**row, **dict.fromkeys(CLS, CLs), "wall_s": 1.0, "cpu_s": 1.0} for CLs in (0.01, 0.1, 0.5)
    ]
    results = results_table(points, rows, labels=["m1", "m2"])
    table = compare(results, theirs, labels=["m1", "m2"], test_size=0.05)
    options = {"axes": ["m1", "m2"], "drawn": results["name"], "left_out": left_out}
    summary = summarise_comparison(table, test_size=0.05, **options)
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
