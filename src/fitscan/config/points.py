"""Points that a configuration names: checked before a fit is made; which one is shown in detail."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fitscan.errors import ConfigError

if TYPE_CHECKING:  # Snakemake checks names whenever it starts
    import pandas as pd

__all__ = ["check_point_name", "named_points", "shown_point"]


def check_point_name(names: Sequence[str], wanted: str | None, *, key: str) -> None:
    """Refuse a point that the grid does not have.

    Args:
        names: Names of all points.
        wanted: The name in the configuration; None leaves the choice to fitscan.
        key: Where it is in the configuration.

    Raises:
        ConfigError: There is no point of that name.
    """
    if wanted is not None and wanted not in names:
        close = difflib.get_close_matches(wanted, names, n=1) or list(names[:1])
        raise ConfigError(
            f"`{key}` does not name a point of the analysis",
            value=wanted,
            hint=f"set `{key}` to the name of a patch, such as {' or '.join(close)!r}",
        )


def named_points(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the points that the options of a scan name, each behind its key.

    Args:
        options: The part of the checked configuration about the scan.
    """
    toys, coverage = options["toys"], options["coverage"]
    for key, names in (
        ("toys.points", toys["points"]),
        ("toys.limits.points", (toys["limits"] or {}).get("points")),
        ("coverage.points", coverage["points"]),
    ):
        for name in names or ():
            yield key, name


def shown_point(results: "pd.DataFrame", wanted: str | None, *, test_size: float) -> str:
    """Return the name of the point that is shown.

    It is the one that is wanted, or else of those that are ok the one whose expected CLs is nearest
    to the test size, so nearest to the expected contour; the first of equals, and the first of all
    where none is ok.

    Args:
        results: ``results.csv``.
        wanted: The name in the configuration.
        test_size: The CLs of the contour.

    Raises:
        ConfigError: There is no point of that name.
    """
    names = [str(name) for name in results["name"]]
    check_point_name(names, wanted, key="detail_point")
    if wanted is not None:
        return wanted
    CLs = results["CLs_exp_0"].where(results["status"] == "ok").to_numpy(dtype=float)
    distance = np.abs(CLs - test_size)
    return names[int(np.argmin(np.where(np.isfinite(distance), distance, np.inf)))]
