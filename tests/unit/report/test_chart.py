"""The chart has the points where they belong, and the lines that the figure has."""

import re
from dataclasses import replace

import numpy as np
import pytest
from reported import SETTINGS, Page, figures, page_of, scan_of

from fitscan.contour import LOG_CLS, SIGNIFICANCE, crossings
from fitscan.report.chart import BOTTOM, LEFT, RIGHT, TOP, Axis, Chart, chart_of
from fitscan.report.inputs import ReportedScan
from fitscan.report.run import Part

CSV = b"""curve,segment,m1,m2,method
observed,0,101.0,0.5,any
observed,0,102.0,1.5,any
observed,1,103.0,1.0,any
observed,1,104.0,2.0,any
expected_m1,0,100.0,0.0,any
expected_m1,0,105.0,2.5,any
"""


def chart(scan: ReportedScan) -> Chart:
    found = chart_of(Part("scan-1", scan, 0.05))
    assert found is not None
    return found


def line_of(points: int) -> ReportedScan:
    """A scan of one label, whose CLs grows with it."""
    scan = scan_of(points)
    results = scan.results.drop(columns="m2")
    results["CLs_obs"] = np.geomspace(0.001, 0.5, points)
    return replace(scan, results=results)


def test_lines_are_those_of_the_table_beside_the_figure_and_begin_anew_with_each_segment() -> None:
    found = chart(replace(scan_of(6), files=figures() | {"figures/exclusion.csv": CSV}))
    assert set(found.lines) == {"observed", "expected_m1"}
    (x, y) = found.x.place([101, 102, 103, 104]), found.y.place([0.5, 1.5, 1.0, 2.0])
    expected = [f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)]
    assert re.split("[ML]", found.lines["observed"])[1:] == expected
    assert found.lines["observed"].count("M") == 2


def test_points_are_within_the_box_and_known_by_what_they_are() -> None:
    scan = scan_of(6, failed=1)
    found = chart(scan)
    for places, ends in zip(found.places, ((LEFT, RIGHT), (TOP, BOTTOM)), strict=True):
        assert all(min(ends) < place < max(ends) for place in places)
    assert found.kinds == "mkekek"
    assert found.kinds_drawn == {"missing", "kept", "excluded"}
    assert replace(found, kinds="k k", flagged=True).kinds_drawn == {"kept", "flagged"}


def test_a_grid_of_one_label_has_CLs_along_it_and_the_test_size() -> None:
    found = chart(line_of(8))
    assert found.titles[1] == "CLs"
    assert found.test_line == pytest.approx(float(found.y.place(0.05)))
    pairs = re.split("[ML]", found.lines["observed"])[1:]
    points = np.array([pair.split() for pair in pairs], dtype=float)
    below = points[points[:, 1] > found.test_line]
    (crossing,) = crossings(100 + np.arange(8), np.geomspace(0.001, 0.5, 8))
    assert below[:, 0].max() == pytest.approx(float(found.x.place(crossing)), abs=4.0)


@pytest.mark.parametrize("failed", [0, 4])
def test_a_line_of_points_and_a_scan_without_numbers_have_a_chart(failed: int) -> None:
    scan = scan_of(4, failed=failed)
    assert chart(replace(scan, results=scan.results.drop(columns="m2"))).places[0]
    assert chart(scan_of(1, failed=1)).places == ([260.0], [170.0])


def test_a_grid_that_has_no_plane_keeps_its_figure_and_its_table() -> None:
    scan = scan_of(4)
    scan.results.insert(3, "m3", [1.0, 2.0, 3.0, 4.0])
    assert chart_of(Part("scan-1", scan, 0.05)) is None
    page = Page(page_of(scan))
    assert page.data[0]["places"] is None
    assert [image.get("class") for image in page.all("img")] == [None]
    assert len(page.data[0]["columns"]["m3"]) == 4
    chosen = replace(scan, settings={**scan.settings, "axes": ["m3"]})
    assert chart(chosen).titles == ("m3", "CLs")


def test_a_slice_draws_its_points_and_no_other_has_a_place() -> None:
    scan = scan_of(4)
    scan.results.insert(3, "m3", [1.0, 2.0, 1.0, 2.0])
    found = chart(replace(scan, settings={**scan.settings, "slice": {"m3": 2.0}}))
    assert found.titles == (SETTINGS["axis_titles"]["m1"], "m2")
    assert [x is None for x in found.places[0]] == [True, False, True, False]
    assert [y is None for y in found.places[1]] == [True, False, True, False]
    assert found.kinds == " k k"


def test_between_the_points_of_a_line_it_is_linear_where_the_figures_are() -> None:
    line = line_of(4)
    significance, log_CLs = (
        chart_of(Part("scan-1", line, 0.05, space)) for space in (SIGNIFICANCE, LOG_CLS)
    )
    assert significance is not None
    assert log_CLs is not None
    # CLs grows by equal factors, so on its logarithmic axis the second is a straight line.
    points = np.array([p.split() for p in re.split("[ML]", log_CLs.lines["observed"])[1:]], float)
    assert np.polyfit(*points.T, 1, full=True)[1].item() < 1.0
    assert significance.lines["observed"] != log_CLs.lines["observed"]


@pytest.mark.parametrize(
    ("axis", "texts"),
    [
        (Axis(95.0, 1040.0, 0.0, 1.0), ["200", "400", "600", "800", "1000"]),
        (Axis(-0.1, 0.32, 0.0, 1.0), ["-0.1", "0", "0.1", "0.2", "0.3"]),
        (Axis(1e-3, 1.0, 0.0, 1.0, log=True), ["1", "0.1", "0.01", "0.001"]),
    ],
)
def test_ticks_are_round_values_where_they_belong(axis: Axis, texts: list[str]) -> None:
    assert [text for _, text in axis.ticks] == texts
    assert [place for place, _ in axis.ticks] == pytest.approx(
        [float(axis.place(float(text))) for text in texts]
    )


def test_thousands_of_points_are_drawn_behind_the_lines() -> None:
    assert not chart(scan_of(500)).dense
    assert chart(scan_of(5000)).dense
    page = Page(page_of(scan_of(5000)))
    assert "chart dense" in [box.get("class") for box in page.all("div")]
