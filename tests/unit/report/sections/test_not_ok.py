"""The section of points without results: what their messages mean, and what to do."""

from reported import Page, page_of, scan_of


def test_messages_that_occur_are_explained_and_no_others() -> None:
    scan = scan_of(4, failed=1)
    scan.results.loc[0, "message"] = "signal: the minimiser took too many steps"
    scan.results.loc[1, "message"] = "flat in 2 directions; mu_hat is at its upper bound, 5"
    page = Page(page_of(scan))
    assert "What the messages mean" in page.text
    assert "did not reach a minimum, even with 100 000 more steps." in page.text
    assert "Some combination of parameters changes nothing" in page.text
    assert "Extend poi_bounds of the scan, if a larger strength has a meaning." in page.text
    assert "Set poi_bounds of the scan." not in page.text


def test_nothing_is_explained_where_no_message_is_known() -> None:
    assert "What the messages mean" not in Page(page_of(scan_of(3))).text
