"""How far a scan is: which of its points have their rows, in shards or in the journal."""

from collections.abc import Sequence
from pathlib import Path

from fitscan.columns import result_columns
from fitscan.kinds.registry import kind_of
from fitscan.plan.known_rows import Expected, known_rows
from fitscan.plan.scan import Scan
from fitscan.plan.write import finished_shards

__all__ = ["new_keys"]


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
