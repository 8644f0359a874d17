"""What the rules of the Snakefile ask beside ``fitscan.config.wanted``: plans, code, and errors.

Here are the answers that need files: which points a likelihood has, and so which shards a scan has.
"""

import functools
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from fitscan.config.axes import drawn_axes
from fitscan.config.points import check_point_name
from fitscan.config.wanted import Pair, Wanted
from fitscan.digests import source_digest
from fitscan.errors import FitscanError, NotDrawable
from fitscan.likelihood import Index, read_index
from fitscan.likelihood.download import file_sha256
from fitscan.plan.scan import make_scan, plan_scan

__all__ = ["Planner", "code_of", "contents", "one_of", "showing_user_errors"]

Args = ParamSpec("Args")
Result = TypeVar("Result")


def showing_user_errors(function: Callable[Args, Result]) -> Callable[Args, Result]:
    """Show a user's error as its message, without the way to it through the workflow."""

    @functools.wraps(function)
    def shown(*args: Args.args, **kwargs: Args.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except FitscanError as error:
            raise WorkflowError(f"{type(error).__name__}: {error}") from None

    return shown


def code_of(script: Path) -> Callable[[object], str]:
    """Digest a script and all that it imports, when a job asks: an edit reruns its rule."""
    return lambda _wildcards: source_digest(script)


def one_of(names: Iterable[str]) -> str:
    r"""Return an expression that matches these names and nothing else.

    >>> one_of(["a.b", "c"]), one_of([])
    ('a\\.b|c', '(?!)')
    """
    return "|".join(map(re.escape, names)) or "(?!)"


def analysis_of(pairs: Iterable[Pair]) -> str:
    """Return an expression for an analysis that matches these pairs of an analysis and a scan.

    In paths the scan is the folder after that of its analysis.

    >>> bool(re.match(f"({analysis_of([('a', 'x')])})/(.*)", "a/xy"))
    False
    """
    found = [f"{re.escape(analysis)}(?=/{re.escape(scan)}/)" for analysis, scan in pairs]
    return "|".join(found) or "(?!)"


def contents(files: Iterable[str]) -> list[str]:
    """Digest files that are there: another content counts, whatever its time."""
    return [file_sha256(Path(file)) for file in files if Path(file).is_file()]


@dataclass(frozen=True)
class Planner:
    """Plans each scan once per start of Snakemake, so that shards keep their names during a run.

    Attributes:
        wanted: What the configuration asks for.
        has_workers: Whether the executor has workers of its own, which live as long as a job.
        cores: Cores that Snakemake has.
        dry_run: Whether plans are left alone on disk.
        is_main: Whether this is the process that the user started, which says what he has to know.
    """

    wanted: Wanted
    has_workers: bool
    cores: int
    dry_run: bool
    is_main: bool

    __hash__ = object.__hash__  # there is one, and what it has planned is kept

    @functools.cache  # noqa: B019  (see above)
    def index(self, analysis: str) -> Index:
        """Read which points an analysis has."""
        return read_index(Path(f"resources/likelihoods/{analysis}/points.json"))

    @functools.cache  # noqa: B019
    def axes(self, analysis: str) -> list[str]:
        """Choose the axes of figures; where there are none, notes take the place of figures."""
        index, settings = self.index(analysis), self.wanted.settings[analysis]
        values = {point.name: point.values for point in index.points}
        try:
            return drawn_axes(index.labels, values, settings["axes"], settings["slice"])
        except NotDrawable as error:
            if self.is_main:
                logger.warning(f"{analysis} has notes in the place of figures: {error}")
            return []

    def check(self, analysis: str, scan: str) -> None:
        """Refuse tables and names of points that a user gives and that do not fit the likelihood.

        Raises:
            ConfigError: There is such a table or name.
        """
        settings = self.wanted.settings[analysis]
        axes = self.axes(analysis)
        if self.is_main and self.wanted.given_files(analysis):
            # pandas and SciPy, else not needed here
            from fitscan.tables.check import check_tables  # noqa: PLC0415

            size = self.wanted.config["figures"]["test_size"]
            check_tables(settings, axes=axes, test_size=size)
        options, where = self.wanted.config["scans"][scan], f"scans.{scan}"
        limits = options["toys"]["limits"] or {}
        names = [point.name for point in self.index(analysis).points]
        for key, given in (
            ("show_point", [settings["show_point"]]),
            (f"{where}.toys.limits.points", limits.get("points") or []),
            (f"{where}.coverage.points", options["coverage"]["points"] or []),
        ):
            for name in given:
                check_point_name(names, name, key=key)

    @functools.cache  # noqa: B019
    @showing_user_errors
    def plan(self, analysis: str, scan: str) -> tuple[list[str], str]:
        """Plan a scan; return the files of its shards, and a digest of the points it wants."""
        self.check(analysis, scan)
        theory = self.wanted.settings[analysis]["theory"]
        wanted = make_scan(self.index(analysis), self.wanted.config, scan, theory=theory)
        folder = f"results/{analysis}/{scan}"
        size = self._shard_size()
        shards = plan_scan(Path(folder), wanted, size=size, cores=self.cores, dry_run=self.dry_run)
        return [f"{folder}/shards/{shard}.json" for shard in shards], wanted.digest

    def _shard_size(self) -> int | None:
        """Return the number of points in a shard as the user wants it; None leaves it open."""
        shards = self.wanted.config["shards"]
        if shards != "auto":
            return int(shards["size"])
        # Workers that live as long as the job are started once for all points.
        return sys.maxsize if self.has_workers else None
