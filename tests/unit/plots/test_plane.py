"""Figures as objects: what they show, say and leave free, and the files they become."""

import logging

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import same_color, to_rgba
from matplotlib.patches import PathPatch
from scipy.stats import norm

from fitscan.errors import FitscanError
from fitscan.plots import Colors, draw_exclusion_plane, draw_parameter_scan, save
from fitscan.plots.style import style

LEVEL = norm.isf(0.05)
SHIFTS = {"obs": 0.0, "exp_m2": 2.0, "exp_m1": 1.0, "exp_0": 0.2, "exp_p1": -1.0, "exp_p2": -2.0}
TITLES = {
    "x_title": r"$m(\tilde{\chi}_1^{\pm})$ [GeV]",
    "title": "1Lbb",
    "method": "CLs, asymptotic",
}


def grid(shift=0.0):
    """A plane of 48 points, of which those left of 400 are excluded."""
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(100.0, 800.0, 8), np.linspace(0, 250.0, 6)))
    Z = LEVEL + (390.0 - x) / 150.0 + shift
    return x, y, {f"CLs_{name}": norm.sf(Z + by) for name, by in SHIFTS.items()}


def plane(x, y, CLs, **options):
    return draw_exclusion_plane(x, y, CLs, **(TITLES | {"y_title": "$m$ [GeV]"} | options))


def scan(x, CLs, **options):
    return draw_parameter_scan(x, CLs, **(TITLES | options))


def one_row(shift=0.0, points=8):
    x, y, CLs = grid(shift)
    chosen = np.flatnonzero(y == 0.0)[:points]
    return x[chosen], {name: values[chosen] for name, values in CLs.items()}


def lines(figure, *, color, style):
    drawn = figure.axes[0].get_lines()
    return [a for a in drawn if same_color(a.get_color(), color) and a.get_linestyle() == style]


def markers(figure, shape, face=None):
    """How many points a figure marks with one shape, of one colour inside."""
    drawn = [a for a in figure.axes[0].get_lines() if a.get_marker() == shape]
    chosen = [a for a in drawn if face is None or same_color(a.get_markerfacecolor(), face)]
    return sum(len(a.get_xdata()) for a in chosen)


def bands(figure):
    return [a for a in figure.axes[0].patches if isinstance(a, PathPatch)]


def texts(figure):
    return [a.get_text() for a in figure.axes[0].texts]


def legend(figure):
    return [a.get_text() for a in figure.axes[0].get_legend().get_texts()]


def assert_nothing_covers_the_data(figure, top):
    """Texts and legend lie inside the frame, clear of each other and above the highest datum."""
    ax = figure.axes[0]
    with style():
        figure.draw_without_rendering()
        boxes = [artist.get_window_extent() for artist in [*ax.texts, ax.get_legend()]]
    floor = ax.transData.transform((0.0, top))[1]
    frame = ax.get_window_extent()
    for i, box in enumerate(boxes):
        assert box.y0 > floor
        assert frame.x0 < box.x0 < box.x1 < frame.x1
        assert box.y1 < frame.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_plane_shows_both_contours_the_band_and_the_points():
    figure = plane(*grid())
    (observed,) = lines(figure, color=Colors().observed, style="-")
    (expected,) = lines(figure, color=Colors().expected, style="--")
    np.testing.assert_allclose(observed.get_xdata(), 390.0)
    np.testing.assert_allclose(expected.get_xdata(), 420.0)
    (band,) = bands(figure)
    assert same_color(band.get_facecolor(), Colors().band)
    extent = band.get_path().get_extents()
    assert extent.bounds == pytest.approx((240.0, 0.0, 300.0, 250.0))
    assert markers(figure, "o", face=Colors().points) == 18
    assert markers(figure, "o", face="white") == 30
    assert legend(figure) == [
        "Observed limit",
        r"Expected limit ($\pm1\,\sigma$)",
        "Excluded",
        "Not excluded",
    ]


def test_plane_says_what_it_shows():
    figure = plane(*grid())
    ax = figure.axes[0]
    assert ax.get_xlabel() == TITLES["x_title"]
    assert ax.get_ylabel() == "$m$ [GeV]"
    assert texts(figure) == ["1Lbb", "All limits at 95% CL", "CLs, asymptotic"]


def test_lines_lie_over_points_and_points_over_the_band():
    figure = plane(*grid())
    (observed,) = lines(figure, color=Colors().observed, style="-")
    (expected,) = lines(figure, color=Colors().expected, style="--")
    (point, *_) = lines(figure, color=Colors().points, style="None")
    (band,) = bands(figure)
    order = [a.get_zorder() for a in (band, point, expected, observed)]
    assert order == sorted(set(order))


@pytest.mark.parametrize("title", ["", "1Lbb", "A search " * 12, r"$\sqrt{s}=13$ TeV, " * 9])
def test_header_of_the_plane_covers_nothing(title):
    x, y, CLs = grid()
    CLs["CLs_obs"][7] = np.nan
    figure = plane(
        x, y, CLs, title=title, method=r"CL$_s$, 2000 + 2000 toys a point, seed 20210520"
    )
    assert_nothing_covers_the_data(figure, top=250.0)
    assert figure.axes[0].get_ylim()[0] < 0.0


def test_colours_and_test_size_are_the_callers():
    colors = Colors(observed="blue", expected="green", band="cyan", points="black")
    figure = plane(*grid(), colors=colors, test_size=0.32)
    (observed,) = lines(figure, color="blue", style="-")
    np.testing.assert_allclose(observed.get_xdata(), 390.0 + 150.0 * (LEVEL - norm.isf(0.32)))
    assert len(lines(figure, color="green", style="--")) == 1
    assert same_color(bands(figure)[0].get_facecolor(), "cyan")
    assert markers(figure, "o", face="black") == 30
    assert "All limits at 68% CL" in texts(figure)


def test_failed_points_are_crosses():
    x, y, CLs = grid()
    for values in CLs.values():
        values[[0, 9]] = np.nan
    figure = plane(x, y, CLs)
    assert markers(figure, "x") == 2
    assert markers(figure, "o") == 46
    assert "Failed" in legend(figure)


@pytest.mark.parametrize(
    ("shift", "words"), [(-9.0, "no point excluded"), (9.0, "all points excluded")]
)
def test_plane_without_contour_says_why(shift, words):
    figure = plane(*grid(shift))
    assert lines(figure, color=Colors().observed, style="-") == []
    assert bands(figure) == []
    assert f"Observed and expected: {words} at 95% CL" in " ".join(texts(figure))
    assert markers(figure, "o") == 48
    assert_nothing_covers_the_data(figure, top=250.0)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (slice(0, 1), "no contour. Fewer than three points have a CLs"),
        (slice(0, 8), "no contour. All points with a CLs lie on one line"),
        (slice(0, 0), "no contour. Fewer than three points have a CLs"),
        ([0, 1, 8, 8], "no contour. Several points share one place in the plane"),
    ],
    ids=["one", "row", "none", "shared"],
)
def test_points_that_span_no_plane_are_shown_with_the_reason(chosen, words):
    x, y, CLs = grid()
    figure = plane(x[chosen], y[chosen], {name: values[chosen] for name, values in CLs.items()})
    assert f"Observed and expected: {words}" in " ".join(texts(figure))
    assert markers(figure, "o") == len(x[chosen])
    figure.draw_without_rendering()


def test_observed_alone_needs_no_expected_columns():
    x, y, CLs = grid()
    figure = plane(x, y, {"CLs_obs": CLs["CLs_obs"]})
    assert legend(figure) == ["Observed limit", "Excluded", "Not excluded"]


def test_expected_without_band_promises_none():
    x, y, CLs = grid()
    figure = plane(x, y, {name: CLs[name] for name in ("CLs_obs", "CLs_exp_0")})
    assert "Expected limit" in legend(figure)


@pytest.mark.parametrize(("count", "expected"), [(2000, False), (2001, True)])
def test_many_points_are_rasterised(count, expected):
    x, y = np.random.default_rng(1).uniform(0.0, 1000.0, (2, count))
    figure = plane(x, y, {"CLs_obs": norm.sf(LEVEL + (500.0 - x) / 100.0)})
    points = lines(figure, color=Colors().points, style="None")
    assert {bool(a.get_rasterized()) for a in points} == {expected}
    (observed,) = lines(figure, color=Colors().observed, style="-")
    assert not observed.get_rasterized()


def test_scan_shows_points_curves_bands_and_crossings():
    x, CLs = one_row()
    figure = scan(x, CLs)
    ax = figure.axes[0]
    assert ax.get_yscale() == "log"
    (observed,) = lines(figure, color=Colors().observed, style="-")
    np.testing.assert_allclose(
        norm.isf(observed.get_ydata()), LEVEL + (390 - observed.get_xdata()) / 150
    )
    (points,) = [a for a in ax.get_lines() if a.get_marker() == "o"]
    np.testing.assert_array_equal(points.get_ydata(), CLs["CLs_obs"])
    assert len(lines(figure, color=Colors().expected, style="--")) == 1
    fills = [tuple(a.get_facecolor()[0]) for a in ax.collections[:2]]
    assert fills == [to_rgba(Colors().band), to_rgba(Colors().wide_band)]
    crossings = [a for a in ax.get_lines() if a.get_marker() == "D"]
    assert [a.get_xdata().tolist() for a in crossings] == [
        pytest.approx([390]),
        pytest.approx([420]),
    ]
    assert [a.get_ydata().tolist() for a in crossings] == [[0.05], [0.05]]
    (level,) = lines(figure, color=Colors().points, style="-")
    assert set(level.get_ydata()) == {0.05}
    assert texts(figure)[-2:] == ["Observed limit: 390", "Expected limit: 420"]


def test_scan_does_not_depend_on_the_order_of_points():
    x, CLs = one_row()
    shuffled = scan(x[::-1], {name: values[::-1] for name, values in CLs.items()})
    (one,) = lines(scan(x, CLs), color=Colors().observed, style="-")
    (other,) = lines(shuffled, color=Colors().observed, style="-")
    np.testing.assert_array_equal(one.get_xydata(), other.get_xydata())


def test_header_of_the_scan_covers_nothing_and_has_no_ticks():
    figure = scan(*one_row())
    assert_nothing_covers_the_data(figure, top=1.0)
    ax = figure.axes[0]
    assert max(*ax.get_yticks(), *ax.get_yticks(minor=True)) == 1.0


def test_scan_marks_failed_points_and_those_below_the_axis():
    x, CLs = one_row()
    CLs["CLs_obs"][:3] = [0.0, 1e-30, np.nan]
    CLs["CLs_exp_m1"][4] = np.nan
    x[4] += 7.0
    figure = scan(x, CLs)
    assert figure.axes[0].get_ylim()[0] == pytest.approx(1e-7)
    assert markers(figure, "v") == 2
    assert markers(figure, "x") == 1
    assert {r"Observed < 10$^{-7}$", "Failed point"} <= set(legend(figure))


def test_scan_of_one_point_shows_its_bands():
    x, CLs = one_row(points=1)
    figure = scan(x, CLs)
    ax = figure.axes[0]
    assert markers(figure, "o") == 1
    low, high = ax.get_xlim()
    assert low < x[0] < high
    for band in ax.collections[:2]:
        extent = band.get_datalim(ax.transData)
        assert extent.width > 0.0
        assert extent.height > 0.0
    assert "Observed and expected: all points excluded at 95% CL" in " ".join(texts(figure))


@pytest.mark.parametrize(
    ("shift", "words"), [(-9.0, "no point excluded at 95% CL"), (np.nan, "no point has a CLs")]
)
def test_scan_without_crossing_says_why(shift, words):
    figure = scan(*one_row(shift))
    assert markers(figure, "D") == 0
    assert f"Observed and expected: {words}" in " ".join(texts(figure))
    figure.draw_without_rendering()


@pytest.mark.parametrize("where", ["x_title", "title", "method"])
def test_faulty_math_text_is_refused(where):
    with pytest.raises(FitscanError, match="math that cannot be read"):
        plane(*grid(), **{where: r"$m_{\tilde{\chi}$ [GeV]"})


def test_dollar_sign_alone_is_text():
    assert texts(plane(*grid(), title="5 $ a point"))[0] == "5 $ a point"


@pytest.mark.parametrize(
    "draw", [lambda: plane(*grid()), lambda: scan(*one_row())], ids=["plane", "scan"]
)
def test_files_are_the_same_bytes_on_repetition(draw, tmp_path):
    first, second = (save(draw(), tmp_path / name / "contour.v1") for name in ("one", "two"))
    assert [path.name for path in first] == ["contour.v1.pdf", "contour.v1.png", "contour.v1.svg"]
    starts = [path.read_bytes()[:5] for path in first]
    assert starts == [b"%PDF-", b"\x89PNG\r", b"<?xml"]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()
    assert len(list((tmp_path / "one").iterdir())) == 3


def test_svg_holds_letters_as_shapes_and_no_date(tmp_path):
    *_, svg = save(plane(*grid()), tmp_path / "contour")
    text = svg.read_text()
    assert "<text" not in text
    assert "<dc:date" not in text


def test_save_that_fails_leaves_the_old_file(tmp_path):
    (tmp_path / "contour.pdf").write_bytes(b"old")
    figure = plane(*grid())
    figure.axes[0].set_title(r"$\nonsense$")
    with pytest.raises(ValueError, match="nonsense"):
        save(figure, tmp_path / "contour")
    assert [path.name for path in tmp_path.iterdir()] == ["contour.pdf"]
    assert (tmp_path / "contour.pdf").read_bytes() == b"old"


def test_drawing_leaves_no_global_state_and_finds_its_fonts(tmp_path, caplog):
    before = mpl.rcParams.copy()
    with caplog.at_level(logging.WARNING):
        save(plane(*grid(), title=r"$\sqrt{s}=13$ TeV, 139 fb$^{-1}$"), tmp_path / "contour")
    assert mpl.rcParams.copy() == before
    assert [record.getMessage() for record in caplog.records] == []
    assert pyplot.get_fignums() == []
