"""What differs between two runs of the same: software, inputs, files, numbers.

Takes the records of both; gives lines to print, and whether the difference matters.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fitscan.files import file_sha256
from fitscan.tables.results import read_table

__all__ = ["Found", "compare_inputs", "compare_outputs", "compare_results", "compare_software"]

Record = Mapping[str, Any]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# They name the code and the versions, which are compared as software.
NOT_COMPARED = ("engine", "key", "message")


class Found(NamedTuple):
    """What a comparison found.

    Attributes:
        same: Whether what was compared is the same, as far as it matters.
        lines: What differs, for people.
    """

    same: bool
    lines: list[str]


def compare_software(old: Record, new: Record) -> list[str]:
    """Say which versions differ."""
    lines = []
    for name, what in (("version", "fitscan"), ("revision", "revision of fitscan")):
        before, now = old["fitscan"].get(name), new["fitscan"].get(name)
        if before != now:
            lines.append(f"{what} {before or 'unknown'}, now {now or 'unknown'}")
    lines += [
        f"fitscan was edited since its revision, {when}"
        for when, one in (("then", old), ("now", new))
        if one["fitscan"].get("dirty")
    ]
    if old["python"] != new["python"]:
        lines.append(f"python {old['python']}, now {new['python']}")
    for name in sorted(old["packages"].keys() | new["packages"].keys()):
        before, now = old["packages"].get(name), new["packages"].get(name)
        if before != now:
            lines.append(f"{name} {before or 'absent'}, now {now or 'absent'}")
    if (old["lock"] or {}).get("sha256") != (new["lock"] or {}).get("sha256"):
        lines.append("another lock file")
    return lines


def compare_inputs(old: Record, new: Record) -> Found:
    """Say which likelihoods differ; another archive with the same content is a remark."""
    same, lines = True, []
    for name, before in old["inputs"].items():
        now = new["inputs"][name]
        for key, what in (("workspace_digest", "workspace"), ("patchset_sha256", "patches")):
            if before[key] != now[key]:
                same = False
                lines.append(f"{name}: other {what} ({before[key][:12]}, now {now[key][:12]})")
        if before["archive_sha256"] != now["archive_sha256"]:
            lines.append(f"{name}: another archive")
    return Found(same, lines)


def compare_outputs(old: Record, new: Record) -> list[str]:
    """Say which files have other bytes, results.csv left out."""
    before, now = old["outputs"], new["outputs"]
    kept = [path for path in before if not _holds_results(path)]
    lines = [f"{path} is no longer written" for path in kept if path not in now]
    return lines + [
        f"{path} has other bytes"
        for path in kept
        if path in now and before[path]["sha256"] != now[path]["sha256"]
    ]


def compare_results(
    old: Record, new: Record, *, beside: Path, reproduced: Path, tolerance: float
) -> Found:
    """Compare results.csv of all scans, and of the best expected of combinations.

    Args:
        old: The record that was reproduced.
        new: That of the reproduction.
        beside: The results beside the first, which may be gone.
        reproduced: Those beside the second.
        tolerance: See ``compare_tables``.
    """
    same, lines = True, []
    for path in filter(_holds_results, old["outputs"]):
        inside = PurePosixPath(path).relative_to("results")
        before, now = old["outputs"][path]["sha256"], new["outputs"][path]["sha256"]
        if not (beside / inside).is_file():
            if before != now:
                same = False
                lines.append(
                    f"{path} has other bytes, and the old file is not there to compare with"
                )
            continue
        if file_sha256(beside / inside) != before:
            same = False
            lines.append(
                f"{path} does not have the digest of its record: one of the two was changed"
            )
        elif before == now:
            continue
        tables = (read_table(beside / inside), read_table(reproduced / inside))
        found = compare_tables(*tables, tolerance=tolerance)
        same &= found.same
        lines += [f"{path}: {line}" for line in found.lines or ["the same numbers"]]
    return Found(same, lines)


def _holds_results(path: str) -> bool:
    return PurePosixPath(path).name == "results.csv"


def compare_tables(old: pd.DataFrame, new: pd.DataFrame, *, tolerance: float) -> Found:
    """Compare two tables of results: the largest difference of each column, and at which point.

    Args:
        old: See ``fitscan.tables.results.results_table``.
        new: The same.
        tolerance: Two numbers are the same if they differ by no more than this, or than this share
            of the old one where that is larger than 1.
    """
    if old["name"].tolist() != new["name"].tolist():
        changed = sorted(set(old["name"]) ^ set(new["name"])) or ["in another order"]
        return Found(False, [f"other points: {', '.join(changed[:5])}"])
    same, lines = True, []
    for column in old.columns:
        if column in NOT_COMPARED:
            continue
        if column not in new:
            same = False
            lines.append(f"{column} is missing")
            continue
        by, within = _differences(old[column], new[column], tolerance=tolerance)
        if by.any():
            same &= bool(within.all())
            worst = int(by.argmax())
            lines.append(
                f"{column} differs at {np.count_nonzero(by)} of {len(by)} points, most at"
                f" {old['name'].iloc[worst]}: {old[column].iloc[worst]}, now"
                f" {new[column].iloc[worst]} ({'within' if within.all() else 'outside'} tolerance)"
            )
    return Found(same, lines)


def _differences(
    old: "pd.Series[Any]", new: "pd.Series[Any]", *, tolerance: float
) -> tuple[FloatArray, BoolArray]:
    """Return by how much each row differs, and whether that is within the tolerance.

    A text that changed, and a number that came or went, is as different as can be.
    """
    equal = ((old == new) | (old.isna() & new.isna())).to_numpy(dtype=bool)
    by = np.where(equal, 0.0, np.inf)
    if not (pd.api.types.is_numeric_dtype(old) and pd.api.types.is_numeric_dtype(new)):
        return by, equal
    before, now = old.to_numpy(dtype=float), new.to_numpy(dtype=float)
    both = np.isfinite(before) & np.isfinite(now)
    by[both] = np.abs(now - before)[both]
    scale = np.maximum(1.0, np.abs(np.where(both, before, 0.0)))
    return by, by <= tolerance * scale
