"""The section of minima."""

from dataclasses import replace

from reported import Page, page_of, scan_of, with_lowest

from fitscan.report import rows


def test_report_says_which_conclusions_change_with_the_lowest_minima() -> None:
    page = Page(page_of(with_lowest(scan_of(6), gap=0.25, CLs=0.2)))
    assert "At 6 of 6 points the search found a lower minimum, by up to 0.25 in NLL." in page.text
    assert "observed: 3, with the lowest minima 0" in page.text
    assert "The conclusion changes for 3 points." in page.text
    assert "Points whose exclusion changes" in page.text
    assert len([image for image in page.all("img") if "lowest minima" in str(image["alt"])]) == 1


def test_a_table_of_changes_that_is_cut_says_so(monkeypatch) -> None:
    """Was a bug: only the text above said that there are more."""
    scan = with_lowest(scan_of(6), gap=0.25, CLs=0.2)
    assert "the first" not in Page(page_of(scan)).text
    monkeypatch.setattr(rows, "MAX_ROWS", 2)
    assert "exclusion changes; the first 2 of 3 points" in Page(page_of(scan)).text


def test_report_is_short_where_there_is_no_lower_minimum() -> None:
    page = Page(page_of(with_lowest(scan_of(6))))
    assert "The search found no lower minimum at any of the 6 points." in page.text
    assert "Points whose exclusion changes" not in page.text


def test_report_of_a_scan_without_a_search_says_nothing_of_minima() -> None:
    assert 'id="minima"' not in page_of(scan_of(6))


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


def test_report_says_in_one_line_which_number_to_quote() -> None:
    page = Page(page_of(with_lowest(scan_of(6), gap=0.25)))
    assert page.text.count("Which number do I quote?") == 1
    assert {"href": "#minima"} in page.all("a")
    assert "For what the likelihood says quote the lowest ones where" in page.text
    assert "Which number" not in page_of(scan_of(6))


def test_report_counts_unphysical_minima() -> None:
    page = Page(page_of(with_lowest(scan_of(6), gap=0.25)))
    assert "At 6 points the lowest minimum is unphysical" in page.text


def test_report_names_unphysical_yields_where_the_exclusion_changes() -> None:
    scan = with_lowest(scan_of(6), gap=0.25, CLs=0.2)
    results = scan.results.assign(odd_yields_lowest=["negative: top (SR)", *[""] * 5])
    page = Page(page_of(replace(scan, results=results)))
    assert page.text.count("negative: top (SR)") == 1
    assert "At 1 point the lowest minimum is unphysical" in page.text
