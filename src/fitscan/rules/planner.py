"""Plans of scans, as rules ask for them: which points are wanted, and which shards hold them."""

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from snakemake.logging import logger

from fitscan.config.axes import drawn_axes
from fitscan.config.chosen import chosen_points
from fitscan.config.points import check_point_name
from fitscan.config.wanted import Wanted
from fitscan.errors import ConfigError, NotDrawable
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import Index, read_index
from fitscan.plan.write import plan_scan
from fitscan.rules.user_errors import showing_user_errors
from fitscan.tables.check import check_tables
from fitscan.tables.checksums import changed_tables, keep_table, kept_tables

__all__ = ["Planner"]


@dataclass(frozen=True)
class Planner:
    """Plans each scan once per start of Snakemake, so that shards keep their names during a run.

    Attributes:
        wanted: What the configuration asks for.
        has_workers: Whether the executor has workers of its own, which live as long as a job.
        cores: Cores that Snakemake has.
        is_dry_run: Tells whether plans are left alone on disk; Snakemake knows it only when it asks
            for jobs, and not yet when it reads the rules.
        is_main: Whether this is the process that the user started: only that one warns.
    """

    wanted: Wanted
    has_workers: bool
    cores: int
    is_dry_run: Callable[[], bool]
    is_main: bool

    __hash__ = object.__hash__  # there is one, and what it has planned is kept

    @functools.cache  # noqa: B019  (see above)
    def likelihood(self, analysis: str) -> Index:
        """Read which points the likelihood of an analysis has."""
        return read_index(Path(f"resources/likelihoods/{analysis}/points.json"))

    @functools.cache  # noqa: B019
    def index(self, analysis: str) -> Index:
        """Return its points that are fitted.

        Raises:
            ConfigError: `points` of the analysis chooses none, or what the grid does not have.
        """
        index = self.likelihood(analysis)
        values = {point.name: point.values for point in index.points}
        chosen = {*chosen_points(index.labels, values, self.wanted.settings[analysis]["points"])}
        return replace(index, points=tuple(p for p in index.points if p.name in chosen))

    @functools.cache  # noqa: B019
    def axes(self, analysis: str) -> list[str]:
        """Choose the axes of figures; where there are none, notes take the place of figures."""
        index, settings = self.index(analysis), self.wanted.settings[analysis]
        values = {point.name: point.values for point in index.points}
        try:
            return drawn_axes(index.labels, values, settings["axes"], settings["slice"])
        except NotDrawable as error:
            if self.is_main:
                logger.warning(f"{analysis} has notes instead of figures: {error}")
            return []

    def check(self, analysis: str, scan: str) -> None:
        """Check that tables and names of points in the configuration fit the likelihood.

        Raises:
            ConfigError: A table or a name does not fit, or is of a point that is not fitted.
        """
        settings = self.wanted.settings[analysis]
        axes = self.axes(analysis)
        self._check_labels(analysis)
        if self.is_main and self.wanted.user_files(analysis):
            size = self.wanted.config["figures"]["test_size"]
            check_tables(settings, axes=axes, test_size=size)
        options, where = self.wanted.config["scans"][scan], f"scans.{scan}"
        limits = options["toys"]["limits"] or {}
        names = [point.name for point in self.index(analysis).points]
        left_out = {point.name for point in self.likelihood(analysis).points} - {*names}
        for key, given in (
            ("detail_point", [settings["detail_point"]]),
            (f"{where}.toys.points", options["toys"]["points"] or []),
            (f"{where}.toys.limits.points", limits.get("points") or []),
            (f"{where}.coverage.points", options["coverage"]["points"] or []),
        ):
            for name in given:
                if name in left_out:
                    raise ConfigError(
                        f"`{key}` names a point that `points` of {analysis} leaves out",
                        value=name,
                        hint="add it there, or name another point",
                    )
                check_point_name(names, name, key=key)

    @functools.cache  # noqa: B019
    @showing_user_errors
    def plan(self, analysis: str, scan: str) -> tuple[list[str], str]:
        """Plan a scan; return the files of its shards, and a digest of the points it wants."""
        self.check(analysis, scan)
        signal_xsec_uncertainty = self.wanted.settings[analysis]["signal_xsec_uncertainty"]
        wanted = planned_scan(
            self.index(analysis),
            self.wanted.config,
            scan,
            signal_xsec_uncertainty=signal_xsec_uncertainty,
        )
        folder = f"results/{analysis}/{scan}"
        size = self._shard_size()
        shards = plan_scan(
            Path(folder), wanted, size=size, cores=self.cores, dry_run=self.is_dry_run()
        )
        return [f"{folder}/shards/{shard}.json" for shard in shards], wanted.digest

    @functools.cache  # noqa: B019
    @showing_user_errors
    def kept_tables(self, analysis: str, scan: str) -> list[str]:
        """Copy the tables of a scan that were changed since they were written; name all copies.

        As a parameter of the rule that writes the tables, the names make it write them again, once.
        """
        folder = Path(f"results/{analysis}/{scan}")
        names = kept_tables(folder)
        for table in changed_tables(folder) if self.is_main else ():
            name = keep_table(table, dry_run=self.is_dry_run())
            logger.warning(
                f"{table} was changed since it was written: it is written again, and what is there "
                f"now is kept as {name}"
            )
            names.append(name)
        return sorted(names)

    def _check_labels(self, analysis: str) -> None:
        """Refuse settings of an analysis for a label that its grid does not have."""
        labels = self.index(analysis).labels
        config = self.wanted.config
        settings = config["analyses"].get(analysis) or config["combinations"][analysis]
        for key, given in (
            ("axis_titles", settings["axis_titles"]),
            ("hepdata.units", settings.get("hepdata", {}).get("units", {})),
        ):
            for label in given:
                if label not in labels:
                    raise ConfigError(
                        f"{key} of {analysis} names a label that the grid does not have",
                        value=label,
                        hint=f"its labels are {', '.join(labels)}",
                    )

    def _shard_size(self) -> int | None:
        """Return the number of points in a shard as the user wants it; None leaves it open."""
        shards = self.wanted.config["shards"]
        if shards != "auto":
            return int(shards["size"])
        # Workers that live as long as the job are started once for all points.
        return sys.maxsize if self.has_workers else None
