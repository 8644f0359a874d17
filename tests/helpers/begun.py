"""A run begun in this process, as the Snakefile begins it, up to its first fit."""

import functools
import importlib.util
from pathlib import Path
from typing import Any

from fitscan.check.user_input import check_user_input
from fitscan.config.check import check_config
from fitscan.config.wanted import Wanted
from fitscan.executors import open_executor
from fitscan.figures import FIGURES
from fitscan.rules import Planner, run_name

__all__ = ["begin", "fetch_and_plan"]

PROJECT = Path(__file__).parents[2]
LIKELIHOODS = Path("resources/likelihoods")


def begin(document: dict[str, Any]) -> Wanted:
    """Do what Snakemake does at its start, before any job, see ``workflow/rules/common.smk``."""
    check_config(document, expand=False)
    config = check_config(document)
    config["run"] = run_name(config["run"], ["config.yaml"])
    wanted = Wanted(config, FIGURES)
    check_user_input(wanted)
    open_executor(config["executor"], folder=PROJECT / "config" / "executors")
    return wanted


def fetch_and_plan(wanted: Wanted) -> None:
    """Do what comes between the start and the first fit: fetch, combine and plan, one by one."""
    planner = Planner(
        wanted,
        has_workers=False,
        cores=1,
        is_dry_run=lambda: False,
        is_used=lambda _: False,
        is_main=True,
    )
    for name in wanted.analyses:
        if name in wanted.config["analyses"]:
            _fetch(wanted, name)
        else:
            _combine(wanted, name)
        for analysis, scan in wanted.pairs:
            if analysis == name:
                planner.plan(analysis, scan)


def _fetch(wanted: Wanted, name: str) -> None:
    analysis = wanted.config["analyses"][name]
    _script("fetch_likelihood").main(
        likelihood=analysis,
        archive_limits=wanted.config["archive_limits"],
        path_to_points=str(LIKELIHOODS / name / "points.json"),
        must_compile=wanted.must_compile,
        interpolation=wanted.config["interpolation"],
        detail_point=analysis["detail_point"],
    )


def _combine(wanted: Wanted, name: str) -> None:
    combination = wanted.config["combinations"][name]
    keys = ("match", "decorrelate", "signal_xsec_uncertainty", "detail_point")
    _script("combine_likelihoods").main(
        parts=combination["of"],
        paths_to_points=wanted.likelihoods_of_parts(name, "points.json"),
        path_to_points=str(LIKELIHOODS / name / "points.json"),
        must_compile=wanted.must_compile,
        interpolation=wanted.config["interpolation"],
        **{key: combination[key] for key in keys},
    )


@functools.cache
def _script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, PROJECT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
