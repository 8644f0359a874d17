"""A page shows notes where figures could not be drawn, and says what was not verified."""

from dataclasses import replace

import pytest
from reported import MADE, SVG, Page, page_of, scan_of, with_lowest, with_toys

from fitscan.report import render_page

NOTE = b'note\n"a grid of <many> dimensions. Hint: set `axes`"\n'


def noted(scan, *names):
    """Give a scan notes in the place of all figures, these among them."""
    files = {f"figures/{name}.{suffix}": SVG for name in names for suffix in ("svg",)}
    tables = {f"figures/{name}.csv": NOTE for name in names}
    return replace(scan, files={**scan.files, **files, **tables})


def test_a_figure_that_was_not_drawn_is_a_note_on_the_page():
    """Was a bug: without any figure there was no page."""
    page = Page(page_of(noted(scan_of(4), "exclusion", "CLs_map", "status_map", "limits")))
    assert page.all("img") == []
    assert (
        "Not drawn (exclusion, CLs_map, status_map, limits): a grid of <many> dimensions."
        in page.text
    )
    for missing in ("maps", "limits"):
        assert f'id="{missing}"' not in page_of(noted(scan_of(4), "exclusion", "CLs_map"))


@pytest.mark.parametrize(
    ("scan", "names"),
    [
        (with_lowest(scan_of(4), gap=0.5, CLs=0.9), ("exclusion", "minima")),
        (with_toys(scan_of(4), 100.0), ("exclusion", "toys", "number_of_toys")),
    ],
    ids=["minima", "toys"],
)
def test_sections_without_their_figures_are_whole(scan, names):
    page = Page(page_of(noted(scan, *names)))
    assert page.all("img") == []
    assert "Not drawn" in page.text


def test_a_scan_with_its_figures_has_no_note():
    assert "Not drawn" not in page_of(scan_of(4))


@pytest.mark.parametrize("verified", [True, False])
def test_a_digest_that_was_not_verified_is_said_above_everything(verified):
    page = Page(page_of(scan_of(4, verify_digest=verified)))
    assert ("the digest of the patchset was not verified" in page.text) != verified


def test_a_combination_without_a_figure_is_on_the_page():
    scan = replace(scan_of(4), analysis="both", settings={**scan_of().settings, "title": "Both"})
    settings = {"both": {"of": ["a", "b"], "title": "Both", "how": "statistical"}}
    made = {"test_size": 0.05, "made": MADE, "combinations": settings}
    page = Page(render_page([noted(scan, "exclusion", "combination")], **made))
    assert "Not drawn; the table of the figure says why." in page.text
