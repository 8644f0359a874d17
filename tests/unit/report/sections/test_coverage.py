"""The section of coverage."""

from dataclasses import replace

from reported import HOSTILE, Page, figures, page_of, scan_of

from fitscan.columns import COVERAGES


def test_coverage_has_a_section_that_names_points_where_it_is_too_low() -> None:
    scan = scan_of(4)
    results = scan.results.assign(level=0.95, n_experiments=500.0, n_experiments_failed=1.0)
    results = results.assign(n_toys=200.0, n_toys_failed=0.0, mu_hat_mean=1.1, mu_hat_mean_err=0.02)
    for column in COVERAGES:
        results[column], results[f"{column}_err"] = 0.95, 0.0098
    results.loc[1, "coverage_CLsb_asymptotic"] = 0.91
    results.loc[2, "name"] = HOSTILE
    scan = replace(scan, results=results, files=figures("coverage"))
    page = Page(page_of(scan, replace(scan_of(3), analysis="other")))
    assert "500 experiments at each of 4 points with μ = 1; for each experiment 200 toys" in (
        page.text
    )
    assert "4 experiments could not be fitted." in page.text
    assert "Coverage is below 95% by more than three standard deviations at 1 point" in page.text
    assert "point_1 (CLs+b, asymptotic, 0.9100\u202f±\u202f0.0098)." in page.text
    warned = [a for name, a in page.elements if name == "td" and a.get("class") == "warn"]
    assert len(warned) == 1
    assert "1.100\u202f±\u202f0.020" in page.text
    assert HOSTILE in page.text
    assert {"href": "#coverage"} in page.all("a")
    assert {"href": "#coverage"} not in Page(page_of(scan_of(3))).all("a")
