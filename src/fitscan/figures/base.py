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
        has_table: Whether ``draw`` returns a table.
    """

    name: str
    label: str
    draw: "Callable[[Inputs], Drawn]"
    applies: Callable[[WantedScan], bool] = lambda scan: scan.is_fitted
    needs: tuple[str, ...] = ("results",)
    has_table: bool = True
