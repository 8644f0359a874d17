"""Minima, toys, coverage and fits have sections where there are any."""

from dataclasses import replace

import numpy as np
from reported import HOSTILE, Page, figures, page_of, scan_of, with_lowest, with_toys

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


def test_report_says_which_conclusions_change_with_the_lowest_minima() -> None:
    page = Page(page_of(with_lowest(scan_of(6), gap=0.25, CLs=0.2)))
    assert "At 6 of 6 points the search found a lower minimum, by up to 0.25 in NLL." in page.text
    assert "observed: 3, with the lowest minima 0" in page.text
    assert "The conclusion changes for 3 points." in page.text
    assert "Points whose exclusion changes" in page.text
    assert len([image for image in page.all("img") if "lowest minima" in str(image["alt"])]) == 1


def test_report_is_short_where_there_is_no_lower_minimum() -> None:
    page = Page(page_of(with_lowest(scan_of(6))))
    assert "The search found no lower minimum at any of the 6 points." in page.text
    assert "Points whose exclusion changes" not in page.text


def test_report_of_a_scan_without_a_search_says_nothing_of_minima() -> None:
    assert 'id="minima"' not in page_of(scan_of(6))


def test_figures_of_the_fits_of_a_point_are_in_the_report() -> None:
    page = Page(page_of(replace(scan_of(3), files=figures("pulls", "yields"))))
    shown = [
        image for image in page.all("img") if "of the background-only fit" in str(image["alt"])
    ]
    assert len(shown) == 2


def test_report_says_how_many_toys_were_thrown_and_saved_and_shows_where() -> None:
    page = Page(page_of(with_toys(scan_of(5), 2000.0, 2000.0, 500.0)))
    assert "9\u202f000 toys at 3 points; 2 other points have the asymptotic CLs" in page.text
    assert "at every point would be 20\u202f000 toys: 55% were saved" in page.text
    (spent,) = [image for image in page.all("img") if "number of toys" in str(image["alt"])]
    assert str(spent["src"]).startswith("data:image/svg+xml,")
    assert {"href": "staus/hypotest/figures/number_of_toys.csv"} in page.all("a")


def test_report_has_upper_limits_from_toys_beside_the_asymptotic_ones() -> None:
    scan = with_toys(scan_of(3), 2000.0, 2000.0)
    assert "Upper limits on μ" not in Page(page_of(scan)).text
    limits: dict[str, list[float]] = {}
    for column, toys in (("mu_up_obs", 1.234), ("mu_up_exp_0", 2.345)):
        limits |= {column: [toys, 9.0, 9.0], f"{column}_err": [0.056, np.nan, np.nan]}
        limits[f"{column}_asymptotic"] = [1.0, 9.0, 9.0]
    page = Page(page_of(replace(scan, results=scan.results.assign(**limits))))
    assert "Upper limits on μ" in page.text
    assert "1.234\u202f±\u202f0.056" in page.text
    assert "2.345\u202f±\u202f0.056" in page.text


def test_report_of_a_scan_whose_points_got_no_toys_says_so_and_shows_none() -> None:
    page = Page(page_of(with_toys(scan_of(5))))
    assert "No point has toys: all have the asymptotic CLs." in page.text
    assert "All were fitted" not in page.text
    assert not [image for image in page.all("img") if "toys" in str(image["alt"])]


def test_report_of_scans_without_toys_says_nothing_of_them() -> None:
    assert 'id="toys"' not in page_of(scan_of(3))


def test_report_has_both_limits_of_points_at_which_they_differ() -> None:
    scan = with_lowest(scan_of(4), gap=0.5, CLs=0.2)
    limits = {"mu_up_obs": 2.0, "mu_up_exp_0": 3.0, "mu_up_exp_0_lowest": 3.0}
    other = [2.0, 2.5, 2.0, 2.0]
    results = scan.results.assign(**limits, mu_up_obs_lowest=other)
    page = Page(page_of(replace(scan, results=results)))
    assert "Upper limits on μ that differ at the lowest minima." in page.text
    assert "default initial values" in page.text
    assert page.data[0]["columns"]["mu_up_obs_lowest"] == [None, 2.5, None, None]
    same = results.assign(mu_up_obs_lowest=2.0)
    page = Page(page_of(replace(scan, results=same)))
    assert "Upper limits on μ that differ" not in page.text
