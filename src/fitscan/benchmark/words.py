"""The benchmark in words: the table as people read it, and how its numbers were measured.

Takes benchmark.csv; gives texts that are not yet escaped, for Markdown, TeX and the report alike.
"""

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from fitscan.benchmark.published import PUBLISHED
from fitscan.formats import counted

__all__ = [
    "how_measured",
    "labels",
    "published_words",
    "seconds",
    "times_words",
]

Row = Mapping[Hashable, Any]


def seconds(mean: float, deviation: float = math.nan) -> str:
    """Return a time in seconds, with its standard deviation if it has one.

    >>> seconds(156.24, 9.52), seconds(4.567), seconds(3842.4)
    ('156.2 ± 9.5', '4.57', '3842')
    """
    digits = 2 if mean < 10.0 else 1 if mean < 100.0 or not math.isnan(deviation) else 0
    texts = [f"{value:.{digits}f}" for value in (mean, deviation) if not math.isnan(value)]
    return " ± ".join(texts)


def labels(table: pd.DataFrame) -> "pd.Series[str]":
    """Return what to call the scan of each row: its analysis, and the scan where it has several."""
    several = table.groupby("analysis")["scan"].transform("nunique") > 1
    return table["analysis"].where(~several, table["analysis"] + ", " + table["scan"])


def times_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return the times that were measured here, a row for each number of workers of a scan."""
    rows = table.assign(label=labels(table)).to_dict("records")
    pyhf = {row["label"]: row for row in rows if row["what"] == "pyhf"}
    return pd.DataFrame(
        {
            "Analysis": row["label"],
            "Patches": str(row["patches"]),
            "Workers": str(row["workers"]),
            "Executor": row["executor"],
            "Trials": f"{row['trials']:.0f}",
            "Wall time [s]": seconds(row["wall_s"], row["wall_sd_s"]),
            "Fits [s]": seconds(row["fit_s"], row["fit_sd_s"]),
            **_pyhf_words(row, pyhf.get(row["label"])),
        }
        for row in rows
        if row["what"] == "fitscan"
    )


def _pyhf_words(row: Row, pyhf: Row | None) -> dict[str, str]:
    """Return pyhf's time, marked where it is not that of all points, and how many times ours."""
    if pyhf is None:
        return {"pyhf, one core [s]": "not timed", "Ratio": ""}
    text = seconds(pyhf["wall_s"])
    if pyhf["kind"] == "extrapolated":
        points = len(pyhf["sample"].split())
        err = pyhf["sample_err_s"]
        error = "" if math.isnan(err) else f", ± {err:{'.0f' if err >= 10.0 else '.2g'}}"
        text += f" (extrapolated from {counted(points, 'point')}{error})"
    alike = all(row[part] == pyhf[part] for part in ("cpu", "cores"))
    ratio = pyhf["wall_s"] / row["wall_s"]
    said = f"{ratio:.0f}" if ratio >= 10.0 else f"{ratio:.2g}"
    return {"pyhf, one core [s]": text, "Ratio": said if alike else "other machine"}


def published_words(published: pd.DataFrame) -> pd.DataFrame:
    """Return the published times as a table of their own."""
    return pd.DataFrame(
        {
            "Analysis": row["analysis"],
            "Patches": str(row["patches"]),
            "Distributed wall time [s]": seconds(row["distributed_s"], row["distributed_sd_s"]),
            "Single node [s]": seconds(row["single_node_s"]),
            "Reference": row["reference"],
        }
        for row in published.to_dict("records")
    )


def how_measured(table: pd.DataFrame, published: pd.DataFrame) -> list[str]:
    """Return sentences that say what was timed, how often, where and when."""
    ours, pyhf = table[table["what"] == "fitscan"], table[table["what"] == "pyhf"]
    said = [
        "Wall time is from the command, snakemake with a core for each worker, to the end of its"
        " process, in an empty folder: start of Snakemake, check of the archive and all patches,"
        " plan, fits, tables and contour, without an audit. Archives had been downloaded and"
        " kernels compiled before. All trials gave the same results, byte for byte, and no other"
        " job of the run ran at the same time.",
        "The time of the fits is from the first task submitted to the last row received.",
        "Numbers are means over trials with standard deviations (n - 1); one trial has none.",
    ]
    if (ours["minima"] != "default").any():
        said.append("Fits include the search for lower minima, which pyhf does not do.")
    if len(pyhf):
        said.append(
            f"pyhf is {', '.join(sorted(set(pyhf['engine'])))} in one process with one thread. It"
            " reads and validates the workspace once; for each point it applies the patch, builds"
            " the model and tests the hypothesis. The start of Python is not included."
        )
    samples = [
        f"{row['analysis']} {row['sample']} ({row['sample_s']} s)"
        for row in pyhf.to_dict("records")
        if row["kind"] == "extrapolated"
    ]
    if samples:
        said[-1] += (
            " Extrapolated times are the mean over a sample of points, spread over the grid, times"
            f" the number of patches, with the standard error of the mean: {'; '.join(samples)}."
        )
    for (cpu, cores, memory, system), part in table.groupby(
        ["cpu", "cores", "memory_GB", "system"], sort=False
    ):
        said.append(
            f"Machine: {cpu}, {cores} cores, {memory:g} GB, {system}; threads"
            f" {', '.join(dict.fromkeys(part['threads']))}; load before"
            f" {part['load_least'].min():g} to {part['load_most'].max():g};"
            f" {part['first'].min()} to {part['last'].max()};"
            f" {'; '.join(dict.fromkeys(part['versions']))}."
        )
    if len(published):
        references = ", ".join(dict.fromkeys(published["reference"]))
        said.append(f"Published: {references}, table 1: {PUBLISHED}.")
    return said
