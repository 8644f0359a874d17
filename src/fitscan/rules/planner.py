"""Plans of scans, as rules ask for them: which points are wanted, and which shards hold them."""

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from snakemake.logging import logger

from fitscan.check.grid import check_best_expected, check_grid, chosen_index
from fitscan.check.standing import leaving_points, new_keys
from fitscan.config.axes import drawn_axes
from fitscan.config.wanted import Wanted
from fitscan.errors import NotDrawable, naming
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import Index, read_index
from fitscan.likelihood.combination.points import label_order
from fitscan.plan.write import plan_scan
from fitscan.rules.place import Place
from fitscan.rules.user_errors import showing_user_errors
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
        is_used: Tells whether another process of Snakemake works on the files of a folder. Its plan
            is left alone: Snakemake refuses to run beside it, but only after it has asked for jobs.
        is_main: Whether this is the process that the user started: only that one warns.
        place: Where the run puts its files.
        planned: The points of the analyses that were planned, by name.
    """

    wanted: Wanted
    has_workers: bool
    cores: int
    is_dry_run: Callable[[], bool]
    is_used: Callable[[str], bool]
    is_main: bool
    place: Place = field(default_factory=Place)
    planned: dict[str, Index] = field(default_factory=dict)

    __hash__ = object.__hash__  # there is one, and what it has planned is kept

    @functools.cache  # noqa: B019  (see above)
    def likelihood(self, analysis: str) -> Index:
        """Read which points the likelihood of an analysis has."""
        return read_index(self._on_disk(f"resources/likelihoods/{analysis}/points.json"))

    @functools.cache  # noqa: B019
    def index(self, analysis: str) -> Index:
        """Return its points that are fitted.

        Raises:
            ConfigError: See ``fitscan.check.grid.chosen_index``.
        """
        with naming(analysis):
            return chosen_index(self.wanted, analysis, self.likelihood(analysis))

    @functools.cache  # noqa: B019
    def axes(self, analysis: str) -> list[str]:
        """Choose the axes of figures; where there are none, notes take the place of figures."""
        index, settings = self.index(analysis), self.wanted.settings[analysis]
        values = {point.name: point.values for point in index.points}
        with naming(analysis):
            try:
                return drawn_axes(index.labels, values, settings["axes"], settings["slice"])
            except NotDrawable as error:
                if self.is_main:
                    logger.warning(f"{analysis} has notes instead of figures: {error}")
                return []

    def check(self, analysis: str, scan: str) -> None:
        """Check what the configuration says of a likelihood; only the user's own process does.

        Raises:
            FitscanError: See ``fitscan.check.grid``; or parts of a combination have other labels.
        """
        axes = self.axes(analysis)
        if self.is_main:
            likelihood = self.likelihood(analysis)
            with naming(analysis):
                check_grid(self.wanted, analysis, scan, likelihood=likelihood, axes=axes)
            self._check_parts(analysis)

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
        name = f"results/{analysis}/{scan}"
        folder = self._on_disk(name)
        if self.is_main and (leaving := leaving_points(wanted, folder)):
            logger.warning(f"{analysis}, {scan}: {leaving}")
        if self.is_main and self.is_dry_run():
            new = len(new_keys(wanted, folder))
            logger.info(f"{analysis}, {scan}: {new} of {len(wanted.points)} points are new")
        # Workers that live as long as the job are started once for all points.
        most = sys.maxsize if self.has_workers else None
        shards = plan_scan(
            folder,
            wanted,
            size=self.wanted.shard_size or most,
            cores=self.cores,
            dry_run=self.is_dry_run() or self.is_used(folder.as_posix()),
        )
        return [f"{name}/shards/{shard}.json" for shard in shards], wanted.digest

    @functools.cache  # noqa: B019
    @showing_user_errors
    def kept_tables(self, analysis: str, scan: str, *tables: str) -> list[str]:
        """Copy tables of a scan that were changed since they were written; name all copies.

        As a parameter of the rule that writes the tables, the names make it write them again, once.

        Args:
            analysis: Name of the analysis or combination.
            scan: Name of the scan.
            tables: The tables of a rule, as patterns of paths in the folder of the scan.
        """
        folder = self._on_disk(f"results/{analysis}/{scan}")
        names = kept_tables(folder, *tables)
        # What another process is writing has its checksum in a moment.
        looks = self.is_main and not self.is_used(str(folder))
        for table in changed_tables(folder, *tables) if looks else ():
            name = keep_table(folder, table, dry_run=self.is_dry_run())
            logger.warning(
                f"{table} was changed since it was written: it is written again, and what is there "
                f"now is kept as {name}"
            )
            names.append(name)
        return sorted({*names})

    def _check_parts(self, analysis: str) -> None:
        """Refuse combinations of an analysis whose parts have other labels than the first one.

        The last part to be planned is the one that finds it: what is on disk of those that were not
        may be of an earlier run, and is fetched again before they are.
        """
        self.planned[analysis] = self.index(analysis)
        for name, combination in self.wanted.config["combinations"].items():
            parts = combination["of"]
            if analysis in parts and self.planned.keys() >= set(parts):
                indexes = {part: self.planned[part] for part in parts}
                if combination["how"] == "best_expected":
                    check_best_expected(self.wanted, name, indexes)
                else:
                    labels = {part: index.labels for part, index in indexes.items()}
                    label_order(labels, combination["match"])

    def _on_disk(self, path: str) -> Path:
        return Path(self.place.on_disk(path))
