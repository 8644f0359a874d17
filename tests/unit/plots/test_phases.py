import pytest

from fitscan.plots.phases import draw_phases


def test_pieces_follow_one_another_and_long_ones_are_numbered():
    phases = {"start": [1.0, 2.0], "fits": [6.0, 0.1], "report": [3.0, 3.0]}
    (ax,) = draw_phases(phases, ["a", "b"], title="Phases").axes
    boxes = [(round(p.get_x(), 6), round(p.get_width(), 6)) for p in ax.patches]
    assert boxes == [(0.0, 1.0), (0.0, 2.0), (1.0, 6.0), (2.0, 0.1), (7.0, 3.0), (2.1, 3.0)]
    assert [text.get_text() for text in ax.texts] == ["1.0", "2.0", "6.0", "3.0", "3.0"]
    assert ax.get_xlim() == pytest.approx((0.0, 1.04 * 10.0))
