"""What all rules share: the checked configuration, what it asks for, and code digests.

Reads   the configuration that Snakemake was given, and tables that it names
Writes  nothing
"""

import functools
import os
import re
from pathlib import Path

from snakemake.exceptions import WorkflowError

from fitscan.config.combinations import (
    combination_scans,
    combined_settings,
    fitted_analyses,
)
from fitscan.config.check import analysis_scans, check_config
from fitscan.digests import source_digest
from fitscan.errors import FitscanError
from fitscan.executors import open_executor
from fitscan.likelihood.download import file_sha256
from fitscan.likelihood.fetch import local_files

# Scripts run in processes of their own, also in conda environments: they find the package here.
os.environ.update(
    PYTHONPATH=os.pathsep.join(
        filter(None, [str(Path(workflow.basedir) / "src"), os.getenv("PYTHONPATH")])
    )
)


def showing_user_errors(function):
    """Show a user's error as its message, without the way to it through this workflow."""

    @functools.wraps(function)
    def shown(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except FitscanError as error:
            raise WorkflowError(f"{type(error).__name__}: {error}") from None

    return shown


def code(script):
    """Digest a script and all that it imports, when a job asks: an edit reruns its rule."""
    path = Path(workflow.basedir) / "scripts" / f"{script}.py"
    return lambda wildcards: source_digest(path)


# With environment variables as they were written, for the record: they may hold secrets.
WRITTEN = showing_user_errors(check_config)(config, expand=False)
config.update(showing_user_errors(check_config)(config))
# What the executor can do; jobs enter one of their own.
EXECUTOR = showing_user_errors(open_executor)(
    config["executor"], folder=Path(workflow.basedir) / "config" / "executors"
).capabilities
# Statistical combinations are analyses that are fitted like any other; the rest is put together
# from results.
ANALYSES = fitted_analyses(config)
SCANS = analysis_scans(config)
COMBINED = combination_scans(config)
CHOSEN = combination_scans(config, "best_expected")
# Of all that is drawn.
SETTINGS = ANALYSES | {
    name: combined_settings(config, name) for name in config["combinations"]
}
# Whether points are fitted by the compiled engine, which tells more of a fit.
COMPILED = config["engine"] == "compiled"


def scans_of_kind(*kinds):
    """Choose scans by what they compute."""
    return [pair for pair in SCANS if config["scans"][pair[1]]["kind"] in kinds]


THROWN, COVERED = scans_of_kind("toys"), scans_of_kind("coverage")
# Those that keep the values of their toys.
KEPT = [pair for pair in THROWN if config["scans"][pair[1]]["toys"]["keep"] == "values"]
# Those whose rows have a second answer, from the lowest minima.
SEARCHED = (
    scans_of_kind("asymptotic", "limits")
    if COMPILED and config["minima"] != "start"
    else []
)
# Keys of an analysis under which a user gives tables.
GIVEN = ("overlays", "compare", "cross_section")
# Those with upper limits.
LIMITED = [
    *scans_of_kind("limits"),
    *(
        pair
        for pair in THROWN
        if config["scans"][pair[1]]["toys"]["limits"] is not None
    ),
]
# Those with a reference to compare with.
COMPARED = [pair for pair in SCANS if SETTINGS[pair[0]]["compare"]]


def one_of(names):
    """Return an expression that matches these names and nothing else."""
    return "|".join(map(re.escape, names)) or "(?!)"


wildcard_constraints:
    analysis=one_of(ANALYSES),
    combination=one_of(config["combinations"]),
    scan=one_of(config["scans"]),
    shard="[0-9a-f]{12}",


def settings_of(wildcards):
    """Return what the configuration says of an analysis or a combination."""
    return SETTINGS[wildcards.get("analysis") or wildcards.combination]


def look_of(wildcards):
    """Choose what the figures of a scan look like."""
    settings = settings_of(wildcards)
    return {key: settings[key] for key in ("axes", "axis_titles", "slice", "title")}


def limit_size_of(wildcards):
    """Return the CLs at the upper limits of a scan, or where it has none at those of its figures."""
    scan = config["scans"][wildcards.scan]
    if scan["kind"] == "limits" or scan["toys"]["limits"] is not None:
        return round(1.0 - scan["level"], 12)
    return config["figures"]["test_size"]


def given_files(*keys):
    """Make a function that names the tables which a user gives under these keys of an analysis."""

    def files_of(wildcards):
        settings = settings_of(wildcards)
        tables = [settings[key] for key in keys]
        flat = [each for t in tables for each in (t if isinstance(t, list) else [t])]
        return ancient([table["path"] for table in flat if table is not None])

    return files_of


def given_content(*keys):
    """Make a function that digests these tables: another content redraws, whatever its time."""
    files_of = given_files(*keys)
    return lambda wildcards: [
        file_sha256(Path(file)) for file in files_of(wildcards) if Path(file).is_file()
    ]


def of_all_scans(*rules, suffix="", scans=SCANS):
    """Name the files that rules make for all scans, or for those given.

    ``suffix`` may also be a tuple of several.
    """
    return [
        str(file).format(analysis=analysis, combination=analysis, scan=scan)
        for analysis, scan in scans
        for rule in rules
        for file in rule.output
        if file.endswith(suffix)
    ]


def drawn(suffix=""):
    """Name the figures of all scans."""
    return [
        *of_all_scans(rules.draw_exclusion, rules.draw_maps, suffix=suffix),
        *of_all_scans(rules.draw_exclusion, suffix=suffix, scans=CHOSEN),
        *of_all_scans(rules.draw_combination, suffix=suffix, scans=COMBINED),
        *of_all_scans(rules.draw_minima, suffix=suffix, scans=SEARCHED),
        *of_all_scans(
            *(rules.draw_fit_results, rules.draw_mu_scan),
            suffix=suffix,
            scans=SCANS if COMPILED else [],
        ),
        *of_all_scans(
            rules.draw_toys, rules.draw_toys_spent, suffix=suffix, scans=THROWN
        ),
        *of_all_scans(rules.draw_limits, suffix=suffix, scans=LIMITED),
        *of_all_scans(rules.draw_coverage, suffix=suffix, scans=COVERED),
        *of_all_scans(rules.compare_scan, suffix=suffix, scans=COMPARED),
    ]
