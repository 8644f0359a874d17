"""The section of the fits of one point."""

from dataclasses import replace

from reported import Page, figures, page_of, scan_of


def test_figures_of_the_fits_of_a_point_are_in_the_report() -> None:
    page = Page(page_of(replace(scan_of(3), files=figures("pulls", "yields"))))
    shown = [
        image for image in page.all("img") if "of the background-only fit" in str(image["alt"])
    ]
    assert len(shown) == 2
