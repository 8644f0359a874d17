"""The section of the signal by region, what is above the page, and how many points are left out."""

from dataclasses import replace
from typing import Any

from reported import HOSTILE, Page, page_of, scan_of

from fitscan.likelihood.regions import Region, SignalByRegion
from fitscan.report import ReportedScan

REGIONS = (Region("SR", 2, 12.0, 13.0), Region("CR", 1, 640.0, 651.0, f"reason {HOSTILE}"))


def scan_with(signal: dict[str, tuple[float, ...]], **settings: Any) -> ReportedScan:
    return replace(scan_of(3, **settings), regions=SignalByRegion(REGIONS, signal))


def cells(page: Page) -> list[str]:
    return [text.strip() for text in page.text.split("\n") if text.strip()]


def test_the_signal_of_the_detailed_point_and_its_share_over_the_grid_are_shown() -> None:
    signal = {"point_0": (3.0, 1.0), "point_1": (9.0, 1.0), "point_2": (2.0, 0.0)}
    page = Page(page_of(scan_with(signal, detail_point="point_1")))
    assert "Signal of point_1" in page.text
    assert "its share over 3 points" in page.text
    rows = cells(page)
    assert "SR12.00139.00090.0%90.0%75.0% to 100.0%" in "".join(rows).replace("\u2007", "")
    assert "CR640.06511.00010.0%10.0%0.0% to 25.0%" in "".join(rows).replace("\u2007", "")
    assert HOSTILE in page.text
    assert "attention" not in {element.get("class") for _, element in page.elements}


def test_a_signal_in_a_control_region_is_above_the_page_and_in_the_section() -> None:
    page = Page(page_of(scan_with(dict.fromkeys(("point_0", "point_1", "point_2"), (0.5, 1.0)))))
    assert "Staus, 139 fb−1: most of the signal is in control regions." in page.text
    assert "at 3 of 3 points (point_0, point_1, point_2) most of the signal is in control" in (
        page.text
    )
    assert f"regions: 'CR' (reason {HOSTILE})." in page.text


def test_a_point_without_events_or_that_is_refused_has_no_share() -> None:
    signal = {"point_0": (), "point_1": (0.0, 0.0)}
    for point in signal:
        page = Page(page_of(scan_with(signal, detail_point=point)))
        assert "its share over 0 points" in page.text


def test_points_that_are_left_out_are_counted_and_do_not_count() -> None:
    names = [f"point_{number}" for number in range(5)]
    page = Page(page_of(scan_with(dict.fromkeys(names, (1.0, 0.0)) | {"point_4": (0.0, 1.0)})))
    assert "of 5 points of the likelihood, all ok" in page.text
    assert "its share over 3 points" in page.text
    assert "most of the signal is in" not in page.text
    whole = Page(page_of(scan_with(dict.fromkeys(names[:3], (1.0, 0.0)))))
    assert "points of the likelihood" not in whole.text


def test_a_scan_of_which_nothing_is_known_has_no_section() -> None:
    assert "Signal by region" not in page_of(scan_of(3))
