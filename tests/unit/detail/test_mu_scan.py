"""CLs along the signal strength is that of tests at each of them, and the limits lie on it."""

import numpy as np
import pytest
from scan_settings import COMPILED

from fitscan.columns import CLS, MU_UP
from fitscan.detail.mu_scan import mu_scan, no_mu_scan
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.likelihood import JsonPatch, apply_patch
from fitscan.plots import draw_mu_scan


@pytest.fixture
def scanned(tiny):
    def scan(**changes):
        settings = COMPILED | changes
        return mu_scan(
            tiny.workspace(),
            JsonPatch(tiny.patch(10.0)),
            name="p",
            settings=settings,
            test_size=0.05,
        )

    return scan


def fitted(tiny, **changes):
    workspace = tiny.workspace()
    engine = CompiledEngine(workspace, COMPILED | changes)
    return engine.fit_point(apply_patch(workspace, tiny.patch(10.0), where="p"))


def test_limits_are_those_of_a_scan_of_limits(scanned, tiny):
    row = fitted(tiny, kind="limits", level=0.95)
    limits = scanned().limits
    assert [limits[column] for column in CLS] == pytest.approx([row[c] for c in MU_UP], rel=2e-6)


def test_CLs_is_that_of_a_test_at_each_strength(scanned, tiny):
    table = scanned().table
    for place in (3, 20, -1):
        found = table.iloc[place]
        row = fitted(tiny, mu_test=float(found["mu"]))
        assert [found[column] for column in CLS] == pytest.approx(
            [row[column] for column in CLS], abs=1e-6
        )


def test_curves_fall_and_cross_the_test_size_at_the_limits(scanned):
    found = scanned()
    strengths = found.table["mu"].to_numpy()
    assert (np.diff(strengths) > 0.0).all()
    assert 41 <= len(strengths) <= 46  # a limit may be at one of the forty
    for column in CLS:
        assert found.table[column].is_monotonic_decreasing
        at_limit = found.table[column][np.isclose(strengths, found.limits[column])]
        assert at_limit.tolist() == pytest.approx([0.05], abs=1e-5)


def test_limits_beyond_the_bounds_are_said_to_be_missing(scanned):
    found = scanned(poi_bounds=[0.0, 0.1])
    assert np.isnan(found.limits["CLs_obs"])
    assert found.notes
    assert found.table["mu"].max() == 0.1
    figure = draw_mu_scan(found.table["mu"], dict(found.table[list(CLS)]), found.limits)
    texts = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert "no upper limit" in texts


def test_figure_shows_both_limits(scanned):
    found = scanned()
    figure = draw_mu_scan(
        found.table["mu"], dict(found.table[list(CLS)]), found.limits, title="A", lines=["Point p"]
    )
    ax = figure.axes[0]
    marks = [line for line in ax.get_lines() if line.get_marker() == "D"]
    assert [float(line.get_xdata()[0]) for line in marks] == [
        found.limits["CLs_obs"],
        found.limits["CLs_exp_0"],
    ]
    texts = [text.get_text() for text in ax.texts]
    assert rf"Observed limit: $\mu$ < {found.limits['CLs_obs']:.3g}" in texts


def test_point_that_the_engine_refuses_gets_a_figure_that_says_so():
    found = no_mu_scan("cannot be fitted")
    figure = draw_mu_scan(
        found.table["mu"], dict(found.table[list(CLS)]), found.limits, lines=found.notes
    )
    assert "cannot be fitted" in [text.get_text() for text in figure.axes[0].texts]
