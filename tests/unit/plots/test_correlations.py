"""Correlations of the parameters of one point."""

import numpy as np
from fit_tables import (
    assert_all_inside_and_apart,
    correlations,
    names_of,
    titles,
    words,
)

from fitscan.plots import draw_correlations
from fitscan.plots.correlations import PIXELS


def cells(ax):
    """The matrix of an image, one value a cell."""
    (image,) = ax.images
    return image.get_array()[::PIXELS, ::PIXELS]


def test_correlations_show_only_those_above_the_threshold():
    matrix = np.eye(5)
    matrix[1, 3] = matrix[3, 1] = -0.7
    matrix[0, 1] = matrix[1, 0] = 0.25
    matrix[2, 4] = matrix[4, 2] = 0.1
    figure = draw_correlations(correlations(matrix), title="1Lbb", threshold=0.2)
    left = figure.axes[0]
    assert names_of(left) == ["p1", "p3", "p0"]
    np.testing.assert_allclose(cells(left)[0], [100.0, -70.0, 25.0])
    assert {text.get_text() for text in left.texts} == {"-70", "25"}
    assert [t for t in titles(figure) if t] == [
        r"Background-only fit ($\mu = 0$)",
        r"Signal + background fit (free $\mu$)",
    ]
    assert "3 of 5 parameters have a correlation of 20% or more" in words(figure)
    assert_all_inside_and_apart(figure)


def test_of_many_correlations_the_largest_are_shown():
    matrix = np.full((40, 40), 0.5) + 0.5 * np.eye(40)
    matrix[:3, :3] = 0.9
    figure = draw_correlations(correlations(matrix), most=10)
    assert names_of(figure.axes[0])[:3] == ["p0", "p1", "p2"]
    assert len(names_of(figure.axes[0])) == 10
    assert "40 of 40 parameters have a correlation of 20% or more; the 10" in words(figure)
    assert_all_inside_and_apart(figure)


def test_a_parameter_without_correlations_is_grey():
    matrix = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    table = correlations(matrix)
    held = (table["fit"] == "background") & (table["parameter"] == "p2")
    table.loc[held, ["p0", "p1", "p2"]] = np.nan
    table.loc[table["fit"] == "background", "p2"] = np.nan
    figure = draw_correlations(table)
    assert np.ma.getmaskarray(cells(figure.axes[0])).sum() == 5
    assert "grey" in words(figure)
