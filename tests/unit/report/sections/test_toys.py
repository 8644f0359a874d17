"""The section of toys."""

from dataclasses import replace

import numpy as np
from reported import Page, page_of, scan_of, with_toys


def test_report_says_how_many_toys_were_thrown_and_saved_and_shows_where() -> None:
    page = Page(page_of(with_toys(scan_of(5), 2000.0, 2000.0, 500.0)))
    assert "9\u202f000 toys at 3 points; 2 other points have the asymptotic CLs" in page.text
    assert "at every point would be 20\u202f000 toys: 55% were saved" in page.text
    (spent,) = [image for image in page.all("img") if "number of toys" in str(image["alt"])]
    assert str(spent["src"]).startswith("data:image/svg+xml,")
    assert {"href": "staus/hypotest/figures/number_of_toys.csv"} in page.all("a")


def test_report_says_which_points_have_too_few_toys_and_what_to_do() -> None:
    text = Page(page_of(with_toys(scan_of(5), 2000.0, 500.0, 100.0))).text
    assert "Too few toys at 2 points: point_1, point_2." in text
    assert "Raise precision.maximum" in text
    assert "Too few toys" not in page_of(with_toys(scan_of(5), 2000.0, 2000.0))


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
