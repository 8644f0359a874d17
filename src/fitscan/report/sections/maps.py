"""Maps of CLs, and of the status of the fits at each point."""

from dataclasses import dataclass

from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Maps"

FIGURES = {
    "CLs_map": "observed and expected CLs of each point, with their limits",
    "status_map": "status of the fits at each point, and what they found",
}


@dataclass(frozen=True)
class Mapped:
    """A scan with maps: name, what it shows and address of each image."""

    part: Part
    images: list[tuple[str, str, str]]


def show(run: Run) -> list[Mapped]:
    """Return the scans with maps."""
    mapped = [
        Mapped(
            part,
            [(name, text, image) for name, text in FIGURES.items() if (image := part.figure(name))],
        )
        for part in run.parts
    ]
    return [each for each in mapped if each.images]
