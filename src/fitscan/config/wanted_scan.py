"""What the configuration says of one scan, and what it has to know of a figure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Drawable", "WantedScan", "picture_formats", "report_format"]

Config = Mapping[str, Any]


@dataclass(frozen=True)
class WantedScan:
    """What the configuration says of a scan of an analysis or of a combination.

    Attributes:
        analysis: Name of the analysis or combination.
        scan: Name of the scan.
        settings: The part of the checked configuration about the analysis.
        options: The part about the scan.
        is_fitted: Whether its points are fitted, and not taken from the results of others.
        is_compiled: Whether the compiled engine fits them.
        has_lowest: Whether its rows have a second result, from the lowest minima found.
        is_thrown_at_lowest: Whether its toys or experiments are thrown and compared at these.
    """

    analysis: str
    scan: str
    settings: Config
    options: Config
    is_fitted: bool
    is_compiled: bool
    has_lowest: bool
    is_thrown_at_lowest: bool

    @property
    def kind(self) -> str:
        """Its kind: what is computed for each point."""
        return str(self.options["kind"])

    @property
    def is_at_lowest(self) -> bool:
        """Whether the main columns are at the lowest minima: then they are the only ones."""
        return self.is_thrown_at_lowest and self.kind == "toys"

    @property
    def has_limits(self) -> bool:
        """Whether its rows have upper limits."""
        toys = self.kind == "toys" and self.options["toys"]["limits"] is not None
        return self.is_fitted and (self.kind == "limits" or toys)

    @property
    def has_detail(self) -> bool:
        """Whether one of its points is shown in detail."""
        return self.is_fitted and self.is_compiled

    @property
    def keeps_toys(self) -> bool:
        """Whether the values of its toys are kept."""
        return self.kind == "toys" and bool(self.options["toys"]["keep"] == "values")

    @property
    def toys_thrown(self) -> str:
        """How many toys it throws, in words; nothing if it throws none."""
        if self.kind != "toys":
            return ""
        toys = self.options["toys"]
        said = f"{toys['signal']} toys under the signal and {toys['background']} under the"
        said += " background hypothesis"
        if toys["precision"] is not None:
            said += f", and more until they are precise enough, {toys['precision']['maximum']} of"
            said += " each at most"
        return said

    @property
    def is_combination(self) -> bool:
        """Whether it puts several analyses together."""
        return "how" in self.settings

    @property
    def is_compared(self) -> bool:
        """Whether the user gives a reference to compare it with."""
        return self.is_fitted and self.settings["compare"] is not None

    @property
    def folder(self) -> str:
        """The folder of its files."""
        return f"results/{self.analysis}/{self.scan}"


def picture_formats(figures: Config) -> tuple[str, ...]:
    """Return the formats of pictures by the part of the configuration about figures.

    PNG is always one: the submission contains the exclusion as PNG, Snakemake's report shows all.

    >>> picture_formats({"formats": ["pdf", "svg"]})
    ('png', 'pdf', 'svg')
    """
    return tuple(dict.fromkeys(("png", *figures["formats"])))


def report_format(figures: Config) -> str:
    """Return the format that the report shows: SVG, smaller and sharp at any size, if asked for."""
    return "svg" if "svg" in figures["formats"] else "png"


class Drawable(Protocol):
    """What has to be known of a figure to name its files; see ``fitscan.figures.base``."""

    @property
    def name(self) -> str:
        """What its files are called."""

    @property
    def label(self) -> str:
        """What it is called in Snakemake's report."""

    @property
    def needs(self) -> tuple[str, ...]:
        """What it is drawn from, see ``Wanted.figure_inputs``."""

    @property
    def has_table(self) -> bool:
        """Whether it has a table of the numbers that it shows."""

    @property
    def applies(self) -> Callable[[WantedScan], bool]:
        """Whether a scan has it."""
