"""The tables that a user gives with an analysis, checked before anything is fitted."""

from collections.abc import Mapping, Sequence
from typing import Any

from fitscan.errors import ConfigError, naming
from fitscan.tables.reference import Points, check_reference, reference_columns
from fitscan.tables.user_table import GivenTable

__all__ = ["check_files", "check_tables"]


def check_files(analysis: Mapping[str, Any]) -> None:
    """Read all tables of an analysis, as far as this can be done before its labels are known.

    Args:
        analysis: The part of the checked configuration about one analysis.

    Raises:
        ConfigError: A file cannot be read, or is not a table with the columns that it needs.
    """
    for overlay in analysis["overlays"]:
        with naming("overlays.path"):
            GivenTable.read(overlay["path"])
    if analysis["compare"] is not None:
        with naming("compare.path"):
            check_reference(analysis["compare"]["path"])
    if analysis["cross_section"] is not None:
        with naming("cross_section.path"):
            GivenTable.read(analysis["cross_section"]["path"]).numbers("cross_section")


def check_tables(
    analysis: Mapping[str, Any], *, axes: Sequence[str], points: Points, test_size: float
) -> None:
    """Read all tables of an analysis, which also are read where they are drawn.

    Args:
        analysis: The part of the checked configuration about one analysis.
        axes: The labels of the grid that are drawn; none where it cannot be drawn, and then neither
            can tables that need them.
        points: The points of the analysis.
        test_size: A point is excluded when its CLs is below this number.

    Raises:
        ConfigError: A table cannot be used.
    """
    # pandas and SciPy are imported where tables need them: whoever starts Snakemake waits for it.
    if axes and analysis["overlays"]:
        from fitscan.tables.overlays import read_overlays  # noqa: PLC0415

        with naming("overlays.path"):
            part = analysis["slice"]
            read_overlays(analysis["overlays"], axes=axes, part=part, test_size=test_size)
    if analysis["compare"] is not None:
        with naming("compare.path"):
            reference_columns(analysis["compare"]["path"], points)
    if analysis["cross_section"] is not None and axes:
        if len(axes) > 1:
            raise ConfigError(
                "a cross_section needs figures with one axis, but there are more",
                value=list(axes),
                hint="choose one by `axes` and `slice`, or remove cross_section",
            )
        from fitscan.tables.cross_section import read_cross_section  # noqa: PLC0415

        with naming("cross_section.path"):
            read_cross_section(analysis["cross_section"]["path"], axes[0])
