"""The signal by region in the folder of a likelihood, as two tables.

    regions.csv   a row for each channel: bins, background, observed, control_region
    signal.csv    a row for each point: its name, and its nominal events in each channel

A point that is refused has a row without numbers.
"""

import csv
import io
from pathlib import Path
from typing import Any

from fitscan.files import write_bytes
from fitscan.likelihood.regions import Region, SignalByRegion

__all__ = ["read_regions", "write_regions"]

_COLUMNS = ("channel", "bins", "background", "observed", "control_region")


def write_regions(folder: Path, found: SignalByRegion) -> None:
    """Write both tables; ``control_region`` says why a channel is one, and is empty elsewhere."""
    regions = [
        (r.name, r.bins, f"{r.background:.6g}", f"{r.observed:.12g}", r.control)
        for r in found.regions
    ]
    names = [region.name for region in found.regions]
    nothing = [""] * len(names)
    signal = [
        (point, *([f"{number:.6g}" for number in events] or nothing))
        for point, events in found.signal.items()
    ]
    _write(folder / "regions.csv", [_COLUMNS, *regions])
    # By place: a channel may be called as the first column is.
    _write(folder / "signal.csv", [("name", *names), *signal])


def read_regions(folder: Path) -> SignalByRegion:
    """Read what ``write_regions`` wrote."""
    return SignalByRegion(
        tuple(
            Region(name, int(bins), float(background), float(observed), control)
            for name, bins, background, observed, control in _read(folder / "regions.csv")
        ),
        {
            point: tuple(map(float, filter(None, events)))
            for point, *events in _read(folder / "signal.csv")
        },
    )


def _write(path: Path, rows: list[Any]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_bytes(path, text.getvalue().encode())


def _read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]
