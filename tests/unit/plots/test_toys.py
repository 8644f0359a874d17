"""The figure of the toys of one point."""

import numpy as np
import pytest
from pictures import NEUTRAL, is_the_picture
from scipy.stats import norm

from fitscan.plots import draw_toys

DISTRIBUTIONS = {
    "sqrt_q_edges": [0.0, 1.0, 2.0, 3.0],
    "mu_hat_edges": [0.0, 1.0, 2.0],
    "signal": {"at_zero": 50, "sqrt_q": [30, 19, 1], "mu_hat": [40, 60]},
    "background": {"at_zero": 0, "sqrt_q": [10, 30, 60], "mu_hat": [95, 5]},
}


def draw(distributions=DISTRIBUTIONS, **options):
    settings = {"q_obs": 4.0, "sqrt_q_asimov": 2.0, "mu_test": 1.0, "test_stat": "qtilde"}
    return draw_toys(distributions, **(settings | options))


@is_the_picture("toys")
def test_toys_are_their_picture():
    edges = np.linspace(0.0, 4.0, 17)
    x = (edges[:-1] + edges[1:]) / 2.0
    mu_edges = np.linspace(0.0, 3.0, 13)
    mu = (mu_edges[:-1] + mu_edges[1:]) / 2.0
    toys = {
        hypothesis: {
            "at_zero": at_zero,
            "sqrt_q": np.round(500.0 * norm.pdf(x - centre)).tolist(),
            "mu_hat": np.round(500.0 * norm.pdf(2.0 * (mu - strength))).tolist(),
        }
        for hypothesis, at_zero, centre, strength in (
            ("signal", 1000, 0.0, 1.0),
            ("background", 50, 2.0, 0.0),
        )
    }
    edges = {"sqrt_q_edges": edges.tolist(), "mu_hat_edges": mu_edges.tolist()}
    return draw(edges | toys, title="1Lbb", lines=["Point p"], colors=NEUTRAL)


def test_histograms_are_densities_that_count_toys_at_zero():
    left, right = draw().axes
    heights = [tuple(patch.get_data().values) for patch in left.patches[::2]]
    np.testing.assert_allclose(heights, [(0.3, 0.19, 0.01), (0.1, 0.3, 0.6)])
    np.testing.assert_allclose(right.patches[0].get_data().values, [0.4, 0.6])


def test_scale_begins_below_a_bin_with_one_toy_however_small_the_curves_are():
    left, _ = draw(sqrt_q_asimov=9.0).axes
    assert 1e-3 < left.get_ylim()[0] < 0.01
    assert min(np.min(line.get_ydata()) for line in left.get_lines()) < 1e-6


def test_data_are_a_line_at_the_root_of_their_test_statistic():
    left, right = draw().axes
    assert [list(a.get_xdata()) for a in left.get_lines() if a.get_linestyle() == "--"] == [[2, 2]]
    assert [list(a.get_xdata()) for a in right.get_lines()] == [[1, 1]]


def test_signal_that_does_nothing_has_no_curves():
    left, _ = draw(sqrt_q_asimov=0.0).axes
    assert len(left.get_lines()) == 1


@pytest.mark.parametrize("test_stat", ["qtilde", "q"])
def test_curves_hold_the_share_of_toys_above_0(test_stat):
    """Half of the signal toys, and of background toys those fitted below mu_test."""
    edges = [0.0, 4.0, 8.0, 12.0]
    left, _ = draw(DISTRIBUTIONS | {"sqrt_q_edges": edges}, test_stat=test_stat).axes
    signal, background = (np.trapezoid(*line.get_data()[::-1]) for line in left.get_lines()[:2])
    assert (signal, background) == pytest.approx((0.5, norm.cdf(2.0)), abs=1e-3)
