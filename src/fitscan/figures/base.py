"""The contract of every figure: inputs in, a picture and its table out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from fitscan.config.wanted_scan import WantedScan

if TYPE_CHECKING:  # see fitscan.figures
    import pandas as pd
    from matplotlib.figure import Figure as Picture

    from fitscan.figures.inputs import Inputs

__all__ = ["Drawn", "Figure"]

Drawn: TypeAlias = "tuple[Picture, pd.DataFrame | None]"
"""A picture, and the numbers that it shows; None where these are a table of the scan already."""


@dataclass(frozen=True)
class Figure:
    """A figure that scans may have.

    Attributes:
        name: What its files are called.
        label: What it is called in Snakemake's report.
        draw: Makes the picture and its table.
        applies: Whether a scan has it.
        needs: What ``draw`` takes from ``Inputs.files``; see ``Wanted.figure_inputs``.
        in_report: Whether ``fitscan.report`` shows it.
        has_table: Whether ``draw`` returns a table.
    """

    name: str
    label: str
    draw: "Callable[[Inputs], Drawn]"
    applies: Callable[[WantedScan], bool] = lambda scan: scan.is_fitted
    needs: tuple[str, ...] = ("results",)
    in_report: bool = False
    has_table: bool = True

    @property
    def pictures(self) -> tuple[str, ...]:
        """The formats of its picture: for papers, for slides, and for the report."""
        return ("png", "pdf", "svg") if self.in_report else ("png", "pdf")

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The suffixes of all its files."""
        return (*self.pictures, "csv") if self.has_table else self.pictures
