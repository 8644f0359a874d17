"""What is written of the point that is shown in detail, and read to draw it.

``fitscan.detail`` makes it; here nothing fits, so that drawing needs no engine.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import pandas as pd

from fitscan.columns import CLS, CURVES
from fitscan.errors import FitscanError
from fitscan.files import write_text
from fitscan.tables.method import DEFAULT, STATISTICS
from fitscan.tables.notes import note_of

__all__ = [
    "PARAMETERS",
    "YIELDS",
    "Detail",
    "mu_scan_table",
    "read_correlations",
    "read_mu_scan",
    "read_parameters",
    "read_yields",
    "typed",
]

PARAMETERS = {
    "fit": str,
    "parameter": str,
    "kind": str,
    "initial": float,
    "fitted": float,
    "uncertainty": float,
    "prefit_uncertainty": float,
    "pull": float,
    "constraint": float,
    "status": str,
}
YIELDS = {
    "fit": str,
    "channel": str,
    "bin": int,
    "sample": str,
    "prefit": float,
    "prefit_uncertainty": float,
    "postfit": float,
    "uncertainty": float,
    "observed": float,
}
"""The columns of parameters.csv and of yields.csv, and their types."""

_CURVES = {curve: column for curve, column in CURVES.items() if column in CLS}


@dataclass(frozen=True)
class Detail:
    """Which point is shown in detail, and what a reader has to know before he trusts it.

    Attributes:
        point: Name of the point.
        fits: Notes on its fits.
        mu_scan: Notes on its CLs along the signal strength.
    """

    point: str
    fits: Sequence[str] = ()
    mu_scan: Sequence[str] = ()

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write it as JSON, whole or not at all."""
        write_text(path, json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read what ``write`` wrote."""
        return cls(**json.loads(Path(path).read_text("utf-8")))

    def about_fits(self, test_stat: str) -> list[str]:
        """Return the lines of figures of the fits, from the default initial values."""
        said = f"Fits to the data for {STATISTICS[test_stat]}, from the {DEFAULT}"
        return [f"Point {self.point}", said, *self.fits]

    def about_mu_scan(self, test_stat: str) -> list[str]:
        """Return the lines of the figure of CLs along the signal strength."""
        said = f"Asymptotic formulae, {STATISTICS[test_stat]}; {DEFAULT}"
        return [f"Point {self.point}", said, *self.mu_scan]


def typed(columns: Mapping[str, Any] | Sequence[Any], types: Mapping[str, type]) -> pd.DataFrame:
    """Return a table with these columns, also where it has no rows."""
    return pd.DataFrame(columns, columns=list(types)).astype(types)


def read_parameters(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read parameters.csv; names stay text whatever they look like."""
    return _read(path, PARAMETERS)


def read_yields(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read yields.csv; names stay text whatever they look like."""
    return _read(path, YIELDS)


def read_correlations(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read correlations.csv, which has a column for each parameter."""
    columns = pd.read_csv(path, nrows=0).columns
    return _read(path, {**dict.fromkeys(columns, float), "fit": str, "parameter": str})


def _read(path: str | os.PathLike[str], types: Mapping[str, type]) -> pd.DataFrame:
    """Read a table; a gap is a number that is not known, and elsewhere it is text."""
    gaps = {column: [""] for column, kind in types.items() if kind is float}
    return pd.read_csv(
        path,
        dtype=dict(types),
        keep_default_na=False,
        na_values=gaps,
    )


def mu_scan_table(
    table: pd.DataFrame, limits: Mapping[str, float], *, name: str, test_size: float
) -> pd.DataFrame:
    """Return mu_scan.csv: the points of each curve, and its upper limit.

    Args:
        table: ``mu``, and CLs by column of the results.
        limits: Upper limits by the same columns.
        name: Name of the point.
        test_size: CLs at the limits.
    """
    rows: list[tuple[Any, ...]] = []
    for curve, column in _CURVES.items():
        points = zip(table["mu"].tolist(), table[column].tolist(), strict=True)
        rows += [(name, curve, "point", *point) for point in points]
        rows.append((name, curve, "upper limit", limits[column], test_size))
    return pd.DataFrame(rows, columns=["name", "curve", "kind", "mu", "CLs"])


def read_mu_scan(
    path: str | os.PathLike[str],
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, float]]:
    """Read mu_scan.csv; give also its curves, CLs by column of the results, and its limits.

    Raises:
        FitscanError: There is a note instead.
    """
    if note := note_of(Path(path).read_bytes()):
        raise FitscanError(note.removesuffix("."))
    table = _read(path, {"name": str, "curve": str, "kind": str, "mu": float, "CLs": float})
    curves: dict[str, Any] = {}
    limits: dict[str, float] = {}
    for curve, column in _CURVES.items():
        part = table[table["curve"] == curve]
        points = part[part["kind"] == "point"]
        curves["mu"], curves[column] = points["mu"].to_numpy(), points["CLs"].to_numpy()
        (limits[column],) = part.loc[part["kind"] == "upper limit", "mu"].tolist()
    return table, pd.DataFrame(curves, dtype=float), limits
