"""How far a scan is: which points have their rows in shards or the journal, and which leave it."""

import csv
from collections.abc import Sequence
from pathlib import Path

from fitscan.columns import result_columns
from fitscan.formats import counted
from fitscan.kinds.registry import kind_of
from fitscan.plan.known_rows import Expected, known_rows
from fitscan.plan.scan import Scan
from fitscan.plan.write import finished_shards

__all__ = ["leaving_points", "new_keys"]

_MOST_NAMED = 3


def new_keys(scan: Scan, folder: Path) -> Sequence[str]:
    """Return the keys of the points that a run would fit, each once.

    Args:
        scan: The plan of the scan.
        folder: The folder of its results.
    """
    finished = {key for keys in finished_shards(folder / "shards").values() for key in keys}
    missing = [key for key in dict.fromkeys(scan.fitted_keys) if key not in finished]
    if not missing or kind_of(scan).has_blocks:  # a point with some of its toys is not finished
        return missing
    columns = result_columns(scan.settings)
    first_key = dict(zip(scan.keys, scan.first_keys, strict=True))
    expected = {
        name: Expected(key, key, columns) for key in missing for name in (first_key[key], key)
    }
    known = {row["key"] for row in known_rows(folder / "journal", expected, warn=lambda _: None)}
    return [key for key in missing if key not in known]


def leaving_points(scan: Scan, folder: Path) -> str:
    """Say which points results.csv has that are not wanted any more; nothing if it has none.

    Args:
        scan: The plan of the scan.
        folder: The folder of its results.
    """
    path = folder / "results.csv"
    if not path.is_file():
        return ""
    # Not by pandas, which takes a second to load at every start.
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        try:
            names = [row.get("name") for row in csv.DictReader(file)]
        except csv.Error:  # somebody has changed it, which is told elsewhere
            return ""
    wanted = {point.name for point in scan.points}
    leaving = [name for name in names if name is not None and name not in wanted]
    if not leaving:
        return ""
    some = ", ".join(leaving[:_MOST_NAMED]) + ", ..." * (len(leaving) > _MOST_NAMED)
    return (
        f"results.csv has {counted(len(leaving), 'point')} that this configuration leaves out "
        f"({some}): it is written again without, and their rows stay in shards"
    )
