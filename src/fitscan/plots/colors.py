"""The colours of figures: those of a style, or the user's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from matplotlib.colors import is_color_like

from fitscan.errors import FitscanError

__all__ = ["COLORS", "PALETTES", "Colors"]


@dataclass(frozen=True)
class Colors:
    """Colours of a figure, and its style; they stay apart for colour-blind eyes and in grey.

    Attributes:
        style: The style that they belong to, in which the figure is drawn; one of
            ``fitscan.plots.style.STYLES``.
        observed: The observed line.
        expected: The expected line.
        band: The band of one standard deviation around the expected line.
        wide_band: The band of two standard deviations.
        points: The points of the grid.
        other: What is compared with the observed line.
    """

    style: str = "atlas"
    observed: str = "#a50f33"
    expected: str = "#20242c"
    band: str = "#ffd84d"
    wide_band: str = "#fff2b8"
    points: str = "#8a8f98"
    other: str = "#2b6cb0"

    def __post_init__(self) -> None:
        for name, color in asdict(self).items():
            if name != "style" and not is_color_like(color):
                raise FitscanError(
                    f"figures.{name} is not a colour that matplotlib knows",
                    value=color,
                    hint="a name such as navy, or #rrggbb",
                )

    @classmethod
    def chosen(cls, figures: Mapping[str, Any]) -> Self:
        """Return the colours of the style, or those in ``figures`` of the configuration.

        Args:
            figures: It may have ``style`` and, by the names of the attributes, colours; None stands
                for that of the style. What else it has is left alone.
        """
        own = {
            part.name: figures[part.name]
            for part in fields(cls)
            if figures.get(part.name) is not None
        }
        return cls(**PALETTES.get(figures.get("style", ""), {}) | own)


PALETTES: dict[str, dict[str, str]] = {
    "neutral": {
        "observed": "#0b4f8a",
        "expected": "#33373d",
        "band": "#c3ccd5",
        "wide_band": "#e4e9ed",
        "other": "#d55e00",
    }
}
"""By style, the colours that are not the defaults."""

COLORS = Colors()
