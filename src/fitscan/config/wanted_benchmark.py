"""What a benchmark times, and the names of its files; where none is configured these are none."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fitscan.config.wanted_scan import WantedScan, picture_formats, report_format

__all__ = ["BENCHMARK_FIGURES", "WantedBenchmark"]

# Of all that is timed; each scan has one of its own beside them.
BENCHMARK_FIGURES = ("timing", "workers", "phases")


@dataclass(frozen=True)
class WantedBenchmark:
    """What a benchmark times.

    Attributes:
        config: The checked configuration.
        scans: All scans whose points are fitted.
    """

    config: Mapping[str, Any]
    scans: Sequence[WantedScan]

    @property
    def timed(self) -> list[WantedScan]:
        """The scans that are repeated; a combination has no archive to begin with."""
        if self.config["benchmark"] is None:
            return []
        known = self.config["analyses"]
        return [s for s in self.scans if s.kind == "asymptotic" and s.analysis in known]

    def tables(self) -> list[str]:
        """Name the tables of the scans."""
        return [f"{s.folder}/{name}.csv" for s in self.timed for name in ("results", "timings")]

    def trials(self, numbers: Sequence[int] | None = None) -> list[str]:
        """Name the trials with these numbers, by default all, of all scans and workers."""
        benchmark = self.config["benchmark"] or {"trials": 0, "workers": []}
        return [
            f"results/benchmark/{each.analysis}/{each.scan}/workers_{workers}/trial_{trial}.json"
            for trial in (numbers or range(1, benchmark["trials"] + 1))
            for each in self.timed
            for workers in benchmark["workers"]
        ]

    def rounds(self) -> str:
        """Name the folder of the rounds of trials: each way to run has rounds of its own."""
        # What changes times and is not in the keys of the points.
        how = repr([self.config["executor"], self.config["shards"]])
        return f"results/benchmark/rounds/{hashlib.sha256(how.encode()).hexdigest()[:12]}"

    def round_before(self, trial: int) -> list[str]:
        """Name the end of the round before a trial: changing load then meets all trials alike."""
        return [f"{self.rounds()}/{trial - 1}.txt"] if trial > 1 else []

    def times_of_pyhf(self) -> list[str]:
        """Name the records of pyhf's times, one for each scan."""
        if not self.timed or not self.config["benchmark"]["pyhf_points"]:
            return []
        return [f"results/benchmark/{each.analysis}/{each.scan}/pyhf.json" for each in self.timed]

    def figures(self, *suffixes: str) -> list[str]:
        """Name the figures and their tables, by default in all formats."""
        wanted = suffixes or (*picture_formats(self.config["figures"]), "csv")
        stems = [*BENCHMARK_FIGURES, *(f"{each.analysis}/{each.scan}/times" for each in self.timed)]
        return [f"results/benchmark/{stem}.{suffix}" for stem in stems for suffix in wanted]

    def files(self) -> list[str]:
        """Name all files that a run makes, if there is a benchmark."""
        tables = [f"results/benchmark.{suffix}" for suffix in ("csv", "md", "tex")]
        return [*tables, *self.figures()] if self.timed else []

    def reported(self) -> list[str]:
        """Name the files that the report shows, if there is a benchmark."""
        shown = self.figures(report_format(self.config["figures"]), "csv")
        return ["results/benchmark.csv", *shown] if self.timed else []
