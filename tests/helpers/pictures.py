"""Figures that are compared with a picture, in the folder ``baseline`` beside their test.

A test that is marked so returns a figure in the colours ``NEUTRAL``, whose style has the letters
that matplotlib brings: they look the same on every machine. `make baselines` renews the pictures.
"""

import pytest

from fitscan.plots import Colors
from fitscan.plots.style import STYLES

__all__ = ["NEUTRAL", "is_the_picture"]

NEUTRAL = Colors.chosen({"style": "neutral"})

# Root mean square of the difference to a picture, of 255.
TOLERANCE = 0.5


def is_the_picture(name: str) -> pytest.MarkDecorator:
    """Mark a test whose figure is a picture."""
    return pytest.mark.mpl_image_compare(
        filename=f"{name}.png",
        style=STYLES[NEUTRAL.style],
        savefig_kwargs={"dpi": 60},
        tolerance=TOLERANCE,
    )
