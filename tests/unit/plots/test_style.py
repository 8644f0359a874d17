"""Styles: each its own look and colours, kept until the files are written; and the files."""

import logging
import re

import matplotlib as mpl
import numpy as np
import pytest
from drawn import grid, one_row, plane, scan
from matplotlib import pyplot
from matplotlib.colors import to_rgb
from odd_grids import CASES, DRAWERS, odd_scan

from fitscan.errors import FitscanError
from fitscan.plots import Colors, save
from fitscan.plots.style import STYLES, new_figure, style, verdict

every_style = pytest.mark.parametrize("name", STYLES)


def luminance(color):
    """The lightness of a colour to the eye, and so in grey print; from 0 to 1."""
    return float(np.dot(to_rgb(color), [0.2126, 0.7152, 0.0722]))


def test_styles_set_the_same_things():
    """Or else one would depend on what was set before."""
    atlas, neutral = STYLES.values()
    assert atlas.keys() == neutral.keys()
    assert atlas["font.sans-serif"] != neutral["font.sans-serif"]


@every_style
def test_colours_of_a_style_can_be_told_apart_in_grey(name):
    colors = Colors.chosen({"style": name})
    assert colors.style == name
    lines = luminance(colors.observed), luminance(colors.expected)
    assert max(lines) < 0.35
    assert luminance(colors.band) > 0.55
    assert luminance(colors.wide_band) > luminance(colors.band) + 0.1
    assert abs(luminance(colors.other) - lines[0]) > 0.1


def test_colours_of_the_user_go_before_those_of_the_style():
    colors = Colors.chosen({"style": "neutral", "observed": "black", "band": None, "test_size": 1})
    assert colors.observed == "black"
    assert colors.band == Colors.chosen({"style": "neutral"}).band != Colors().band
    with pytest.raises(FitscanError, match=r"figures\.band is not a colour"):
        Colors.chosen({"style": "neutral", "band": "no colour"})


@every_style
@pytest.mark.parametrize("drawer", DRAWERS)
def test_figures_are_drawn_in_the_style_of_their_colours(drawer, name):
    figure = DRAWERS[drawer](odd_scan(CASES["plain"](2), name))
    assert figure.look["font.sans-serif"] == STYLES[name]["font.sans-serif"]
    assert figure.axes[0].xaxis.majorTicks[0].get_tickdir() == STYLES[name]["xtick.direction"]


def test_every_figure_of_the_package_takes_its_style_from_its_colours(project_folder):
    for path in sorted((project_folder / "src/fitscan/plots").glob("*.py")):
        # A note has words and no colours.
        if path.name not in {"look.py", "note.py"}:
            styles = re.findall(r"\bstyle\((.*?)\):", path.read_text())
            assert set(styles) <= {"colors.style"}, path.name


@every_style
def test_files_are_written_in_the_style_in_which_they_were_drawn(name, tmp_path):
    with style(name):
        figure, ax = new_figure("$x$", "$y$")
        ax.set_title("Title")
    before = mpl.rcParams.copy()
    _, png, _ = save(figure, tmp_path / "one")
    assert mpl.rcParams.copy() == before
    with style(name):
        figure.savefig(tmp_path / "two.png", dpi=160, pil_kwargs={"compress_level": 3})
    assert png.read_bytes() == (tmp_path / "two.png").read_bytes()
    with mpl.rc_context(figure.look):
        assert ax.title.get_fontname() == STYLES[name]["font.sans-serif"][0]


@every_style
def test_fonts_are_found(name, tmp_path, caplog):
    figure = DRAWERS["CLs_map"](odd_scan(CASES["plain"](2), name))
    with caplog.at_level(logging.WARNING):
        save(figure, tmp_path / "map")
    assert [record.getMessage() for record in caplog.records] == []


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


def test_a_verdict_counts_one_point_as_one():
    """Was a bug: 1 points excluded."""
    assert verdict(np.array([0.01, 0.5, np.nan]), 0.05) == "1 point excluded at 95% CL"
