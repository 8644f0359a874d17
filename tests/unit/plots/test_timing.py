import numpy as np
import pandas as pd
import pytest

from fitscan.plots.timing import Bar, draw_timing, draw_workers


def test_bars_are_as_tall_as_their_times_and_published_ones_stand_apart():
    bars = [
        Bar("1Lbb", "published", 156.2, 9.5, published=True),
        Bar("1Lbb", "fitscan", 1.5, 0.1),
        Bar("1Lbb", "pyhf", 40.0),
    ]
    (ax,) = draw_timing(bars, title="Times").axes
    boxes = [patch for patch in ax.patches if patch.get_height()]
    centres = {box.get_height(): box.get_x() + box.get_width() / 2.0 for box in boxes}
    assert sorted(centres, key=centres.get) == [1.5, 40.0, 156.2]
    assert np.diff(sorted(centres.values())) == pytest.approx([1.0, 1.5])
    assert {box.get_height() for box in boxes if box.get_hatch()} == {156.2}
    assert {text.get_text() for text in ax.texts} == {"1.5", "40", "156"}


def test_ideal_scaling_is_the_time_of_the_fewest_workers_over_their_number():
    table = pd.DataFrame(
        {
            "label": "1Lbb",
            "kind": ["measured", "model", "measured"],
            "workers": [4, 8, 2],
            "wall_s": [30.0, 20.0, 48.0],
            "wall_sd_s": [1.0, np.nan, 2.0],
            "fit_s": [25.0, 13.0, 44.0],
        }
    )
    (ax,) = draw_workers(table, title="Workers").axes
    ideal, fits, *_ = ax.get_lines()
    np.testing.assert_allclose(ideal.get_ydata(), 48.0 * 2.0 / ideal.get_xdata())
    np.testing.assert_array_equal(fits.get_xydata(), [[2, 44.0], [4, 25.0], [8, 13.0]])
