"""What a configuration asks for: scans, the figures of each, and the files of a run.

Takes the checked configuration and the registered figures; gives scans and names of files. It
reads no file and writes none, so the Snakefile can ask before anything exists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fitscan.config.check import analysis_scans
from fitscan.config.combinations import combination_scans, combined_settings, fitted_analyses
from fitscan.config.wanted_benchmark import WantedBenchmark
from fitscan.config.wanted_scan import Drawable, WantedScan, picture_formats, report_format
from fitscan.errors import ConfigError

__all__ = ["USER_TABLES", "Pair", "Wanted"]

Config = Mapping[str, Any]
Pair = tuple[str, str]

USER_TABLES = ("overlays", "compare", "cross_section")
"""The keys of an analysis that name tables of the user."""

_LOOK = ("axes", "axis_titles", "slice", "title")
_FIT_TABLES = ("parameters", "correlations", "yields")


@dataclass(frozen=True)
class Wanted:
    """What a configuration asks for.

    Attributes:
        config: The checked configuration.
        registry: All figures; see ``fitscan.figures``.
    """

    config: Config
    registry: Sequence[Drawable] = ()

    def __post_init__(self) -> None:
        known = [figure.name for figure in self.registry]
        unknown = [name for name in self.config["figures"]["draw"] or [] if name not in known]
        if unknown and known:
            raise ConfigError(
                "figures.draw names a figure that does not exist",
                value=unknown[0],
                hint=f"the figures are {', '.join(known)}",
            )
        asked = set(self.config["figures"]["draw"] or []) & {*known}
        drawn = {f.name for scan in (*self.scans, *self.best_expected) for f in self._all_of(scan)}
        if asked - drawn:
            raise ConfigError(
                "figures.draw names a figure that none of the scans has",
                value=min(asked - drawn),
                hint=f"they have {', '.join(name for name in known if name in drawn)}",
            )

    @cached_property
    def analyses(self) -> dict[str, Any]:
        """The settings of what is fitted, by name: analyses and statistical combinations."""
        return fitted_analyses(self.config)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The settings of what is drawn, by name: analyses and combinations of both kinds."""
        combinations = self.config["combinations"]
        return self.analyses | {n: combined_settings(self.config, n) for n in combinations}

    @cached_property
    def scans(self) -> tuple[WantedScan, ...]:
        """All scans whose points are fitted, in the order of the configuration."""
        return tuple(self.scan(*pair) for pair in analysis_scans(self.config))

    @cached_property
    def best_expected(self) -> tuple[WantedScan, ...]:
        """All scans whose points are taken from results of several analyses, by best expected."""
        return tuple(self.scan(*pair) for pair in combination_scans(self.config, "best_expected"))

    @cached_property
    def pairs(self) -> list[Pair]:
        """Analysis and scan of each of ``scans``."""
        return [(each.analysis, each.scan) for each in self.scans]

    def scan(self, analysis: str, scan: str) -> WantedScan:
        """Return what the configuration says of a scan."""
        options = self.config["scans"][scan]
        settings = self.settings[analysis]
        fitted = settings.get("how") != "best_expected"
        compiled = self.config["engine"] == "compiled"
        searched = compiled and self.config["minima"] != "default"
        return WantedScan(
            analysis=analysis,
            scan=scan,
            settings=settings,
            options=options,
            is_fitted=fitted,
            is_compiled=compiled,
            has_lowest=searched and fitted and options["kind"] in {"asymptotic", "limits"},
            is_thrown_at_lowest=searched and options["kind"] in {"toys", "coverage"},
        )

    @cached_property
    def benchmark(self) -> WantedBenchmark:
        """What is timed."""
        return WantedBenchmark(self.config, self.scans)

    @property
    def must_compile(self) -> bool:
        """Whether the compiled engine has to take every likelihood."""
        return bool(self.config["engine"] == "compiled" and self.config["fallback"] == "none")

    @property
    def shard_size(self) -> int | None:
        """Points in a shard; None leaves it to fitscan."""
        shards = self.config["shards"]
        return None if shards == "auto" else int(shards["size"])

    # Figures.

    def figures(self, analysis: str, scan: str) -> list[Drawable]:
        """List the figures of a scan; the exclusion always, since the submission contains it."""
        asked = self.config["figures"]["draw"]
        return [
            figure
            for figure in self._all_of(self.scan(analysis, scan))
            if asked is None or figure.name in asked or figure.name == "exclusion"
        ]

    def _all_of(self, scan: WantedScan) -> list[Drawable]:
        """List the figures that a scan can have."""
        return [figure for figure in self.registry if figure.applies(scan)]

    @property
    def pictures(self) -> list[str]:
        """The formats in which every figure is drawn, in the order of their names."""
        return sorted(picture_formats(self.config["figures"]))

    def suffixes(self, figure: Drawable) -> tuple[str, ...]:
        """Name the suffixes of the files of a figure: those of its picture, and its table."""
        table = ("csv",) if figure.has_table else ()
        return (*picture_formats(self.config["figures"]), *table)

    def figure_files(self, analysis: str, scan: str, *suffixes: str) -> list[str]:
        """Name the files of the figures of a scan, of all formats or of some."""
        return [
            f"{self.scan(analysis, scan).folder}/figures/{figure.name}.{suffix}"
            for figure in self.figures(analysis, scan)
            for suffix in self.suffixes(figure)
            if not suffixes or suffix in suffixes
        ]

    @property
    def has_refits(self) -> bool:
        """Whether pyhf fits points itself, which takes longer than all figures."""
        return bool(self.config["audit"]["points"] and self.config["audit"]["refits"])

    def drawn_alike(self) -> dict[tuple[Drawable, ...], list[Pair]]:
        """Return the scans that have the same figures, by these figures.

        Those that show what the audit found are apart if it takes long: the others need not wait.
        """
        groups: dict[tuple[Drawable, ...], list[Pair]] = {}
        for each in (*self.scans, *self.best_expected):
            pair = (each.analysis, each.scan)
            for audited in (False, True):
                drawn = [f for f in self.figures(*pair) if self._waits(f) is audited]
                if drawn:
                    groups.setdefault(tuple(drawn), []).append(pair)
        return groups

    def _waits(self, figure: Drawable) -> bool:
        return self.has_refits and "flagged" in figure.needs

    def figure_inputs(
        self, analysis: str, scan: str, figures: Sequence[Drawable]
    ) -> dict[str, list[str]]:
        """Name the files that figures of a scan are drawn from, by what figures call them.

        Not ``shards`` and ``plan``: the rule adds them, once the scan is planned.
        """
        drawn = self.scan(analysis, scan)
        folder, fit = drawn.folder, f"{drawn.folder}/fit"
        files = {
            "results": [f"{folder}/results.csv"],
            "flagged": [f"{folder}/flagged.csv"],
            "comparison": [f"{folder}/comparison.csv"],
            "detail": [f"{fit}/detail.json"],
            "mu_scan": [f"{fit}/mu_scan.csv"],
            **{name: [f"{fit}/{name}.csv"] for name in _FIT_TABLES},
            "parts": self.results_of_parts(analysis, scan),
            **{key: self.user_files(analysis, key) for key in USER_TABLES},
        }
        needs = {need for figure in figures for need in figure.needs}
        return {need: paths for need, paths in files.items() if need in needs}

    def look_of(self, analysis: str) -> dict[str, Any]:
        """Return what figures take from the settings of an analysis, whatever they show."""
        return {key: self.settings[analysis][key] for key in _LOOK}

    def figure_settings(self, analysis: str, scan: str) -> dict[str, Any]:
        """Return the settings that decide what the figures of a scan show."""
        drawn = self.scan(analysis, scan)
        settings = {
            **self.look_of(analysis),
            **{key: drawn.settings[key] for key in ("overlays", "cross_section")},
            "limit_size": self.limit_size(scan),
            "mu_test": drawn.options["mu_test"],
            **self.method_of(analysis, scan),
            "thrown_at": "lowest" if drawn.is_thrown_at_lowest else "default",
        }
        if drawn.is_compared:
            settings["compare"] = drawn.settings["compare"]
        if drawn.is_combination:
            settings |= {
                "parts": self.scanned_parts(analysis, scan),
                **{key: drawn.settings[key] for key in ("how", "match")},
            }
        return settings

    def method_of(self, analysis: str, scan: str) -> dict[str, str]:
        """Return how the main numbers of a scan are found: the test statistic, and the minima."""
        drawn = self.scan(analysis, scan)
        return {
            "test_stat": drawn.options["test_stat"],
            "minima": "lowest" if drawn.is_at_lowest else "default",
        }

    def submission_settings(self, analysis: str) -> dict[str, Any]:
        """Return the settings that decide what a submission says beside the numbers.

        A combination also has ``how``, and the titles of its ``parts`` by name.
        """
        settings = self.settings[analysis]
        keys = ("title", "axis_titles", "slice", "cite", "hepdata")
        said = {key: settings[key] for key in keys}
        if parts := self.parts(analysis):
            titles = {part: self.settings[part]["title"] for part in parts}
            said |= {"how": settings["how"], "parts": titles}
        return said

    def limit_size(self, scan: str) -> float:
        """Return the CLs at the upper limits of a scan; without limits, the test size."""
        options = self.config["scans"][scan]
        if options["kind"] == "limits" or options["toys"]["limits"] is not None:
            return float(round(1.0 - options["level"], 12))
        return float(self.config["figures"]["test_size"])

    def detail_settings(self, analysis: str, scan: str) -> dict[str, Any]:
        """Return what decides the fits of the point that is shown in detail."""
        options = self.config["scans"][scan]
        return {
            "interpolation": self.config["interpolation"],
            **{key: options[key] for key in ("mu_test", "test_stat", "poi_bounds")},
            "limit_size": self.limit_size(scan),
            "test_size": self.config["figures"]["test_size"],
            "detail_point": self.settings[analysis]["detail_point"],
        }

    # What a user gives, and the parts of combinations.

    def user_files(self, analysis: str, *keys: str) -> list[str]:
        """Name the tables that a user gives under these keys of an analysis; by default all."""
        tables = [self.settings[analysis][key] for key in keys or USER_TABLES]
        flat = [each for t in tables for each in (t if isinstance(t, list) else [t])]
        return [table["path"] for table in flat if table is not None]

    def parts(self, combination: str) -> list[str]:
        """Name the parts of a combination; an analysis has none."""
        return list(self.config["combinations"].get(combination, {}).get("of", ()))

    def likelihoods_of_parts(self, combination: str, file: str) -> list[str]:
        """Name a file of the likelihood of each part of a combination."""
        return [f"resources/likelihoods/{part}/{file}" for part in self.parts(combination)]

    def scanned_parts(self, combination: str, scan: str) -> list[str]:
        """Name the parts of a combination that run the scan as well."""
        return [part for part in self.parts(combination) if (part, scan) in self.pairs]

    def results_of_parts(self, combination: str, scan: str) -> list[str]:
        """Name the results of the parts of a combination."""
        return [f"results/{p}/{scan}/results.csv" for p in self.scanned_parts(combination, scan)]

    # Files of the run.

    def page(self, name: str) -> str:
        """Name a file about the whole run, such as its report; runs of other names have others."""
        run = self.config["run"]
        return f"results/{run}-{name}" if run else f"results/{name}"

    def tables(self, *names: str) -> list[str]:
        """Name the tables that every fitted scan has, by default all of them."""
        names = names or (
            *("results.csv", "results.parquet", "timings.csv", "status.csv"),
            *("audit.csv", "flagged.csv"),
        )
        return [f"{scan.folder}/{name}" for scan in self.scans for name in names]

    def other_tables(self) -> list[str]:
        """Name the tables that only some scans have."""
        files = [f"{s.folder}/toys.parquet" for s in self.scans if s.keeps_toys]
        files += [f"{scan.folder}/results.csv" for scan in self.best_expected]
        for scan in self.scans:
            if scan.is_compared:
                files += [f"{scan.folder}/comparison.csv", f"{scan.folder}/comparison_summary.csv"]
            needs = {n for f in self.figures(scan.analysis, scan.scan) for n in f.needs}
            files += [f"{scan.folder}/fit/{name}.csv" for name in _FIT_TABLES if name in needs]
        return files

    def drawn(self, *suffixes: str) -> list[str]:
        """Name the files of the figures of all scans, of all formats or of some."""
        return [
            file
            for scan in (*self.scans, *self.best_expected)
            for file in self.figure_files(scan.analysis, scan.scan, *suffixes)
        ]

    def submissions(self) -> list[str]:
        """Name the HEPData submissions."""
        names = ("hepdata/submission.yaml", "hepdata.tar.gz")
        scans = (*self.scans, *self.best_expected)
        return [f"{scan.folder}/{name}" for scan in scans for name in names]

    def recorded(self) -> list[str]:
        """Name the files that the record of a run lists."""
        return [*self.tables(), *self.submissions(), *self.other_tables(), *self.drawn()]

    def reported(self) -> list[str]:
        """Name the files of scans that the report shows."""
        names = ("results.csv", "timings.csv", "status.csv", "audit.csv", "flagged.csv")
        tables = [file for file in self.other_tables() if file.endswith(".csv")]
        shown = report_format(self.config["figures"])
        return [*self.tables(*names), *tables, *self.drawn(shown, "csv")]

    def regions(self) -> list[str]:
        """Name the tables of the signal by region, of all likelihoods."""
        return self.likelihoods("regions.csv", "signal.csv")

    def likelihoods(self, *names: str) -> list[str]:
        """Name files of all verified likelihoods, by default all of them."""
        names = names or (
            *("workspace.json", "patchset.json", "points.json"),
            *("regions.csv", "signal.csv"),
        )
        return [f"resources/likelihoods/{each}/{name}" for each in self.analyses for name in names]

    def files(self) -> list[str]:
        """Name all files that a run makes of its scans."""
        pages = ("report.html", "provenance.json", "ro-crate-metadata.json")
        folders = [scan.folder for scan in (*self.scans, *self.best_expected)]
        sums = [f"{folder}/SHA256SUMS" for folder in folders]
        return [*map(self.page, pages), *self.recorded(), *sums]
