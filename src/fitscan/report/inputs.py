"""What the report is about: the scans with their tables and figures, and what made them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from fitscan.likelihood.regions import SignalByRegion
from fitscan.tables.results import grid_labels

__all__ = ["Made", "ReportedScan"]


@dataclass(frozen=True)
class ReportedScan:
    """One scan of one analysis, as it enters the report.

    Attributes:
        analysis: Name of the analysis.
        scan: Name of the scan.
        settings: The part of the checked configuration about the analysis.
        results: See ``fitscan.tables.results.results_table``.
        timings: See ``fitscan.tables.results.timings_table``.
        audit: See ``fitscan.report.audit``.
        method: How the main numbers were found: ``test_stat`` and ``minima``; see
            ``fitscan.config.wanted.Wanted.method_of``.
        files: All files of the scan that the report may show, by their path in the folder of the
            scan: ``figures/minima.png``, ``fit/yields.csv``. A section takes those that it knows.
        regions: The signal of all points of the likelihood by region; None if it is not known.
    """

    analysis: str
    scan: str
    settings: Mapping[str, Any]
    results: pd.DataFrame
    timings: pd.DataFrame
    audit: pd.DataFrame
    method: Mapping[str, str] = field(
        default_factory=lambda: {"test_stat": "qtilde", "minima": "default"}
    )
    files: Mapping[str, bytes] = field(default_factory=dict)
    regions: SignalByRegion | None = None

    @property
    def labels(self) -> list[str]:
        """Names of the dimensions of the grid."""
        return grid_labels(self.results)


@dataclass(frozen=True)
class Made:
    """What made the page.

    Attributes:
        at: When, in UTC.
        command: The command that was given.
        machine: A few words about the machine.
        versions: Versions by package.
    """

    at: datetime
    command: str
    machine: str
    versions: Mapping[str, str]
