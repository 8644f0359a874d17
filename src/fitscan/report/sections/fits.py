"""The fits of one point of each scan in detail."""

from dataclasses import dataclass

from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Fits of a point"

FIGURES = ("pulls", "correlations", "yields")


@dataclass(frozen=True)
class Fits:
    """A scan whose fits of one point were drawn: figures by name."""

    part: Part
    figures: dict[str, str]


def show(run: Run) -> list[Fits]:
    """Return the scans with figures of the fits of a point."""
    drawn = [
        Fits(part, {name: image for name in FIGURES if (image := part.figure(name))})
        for part in run.parts
    ]
    return [fits for fits in drawn if fits.figures]
