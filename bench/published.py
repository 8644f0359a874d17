"""Read the published likelihoods that the benchmarks of the engine fit."""

import os
import tarfile
from pathlib import Path
from typing import Any

from fitscan.strictjson import parse

__all__ = ["ANALYSES", "load", "require_one_thread"]

ANALYSES = ("1Lbb", "staus", "3L-RJ")


def load(name: str) -> tuple[Any, list[tuple[str, list[Any]]]]:
    """Return the background-only workspace of an analysis, and name and operations of each patch.

    Their archives lie in the folder FITSCAN_DATA, as for ``make published``.
    """
    data = Path(os.environ.get("FITSCAN_DATA", "../shared/data"))
    prefix = "Region-combined/" if name == "staus" else ""
    with tarfile.open(data / "pallets" / f"{name}.tar.gz") as archive:
        texts = {
            member.name: parse(archive.extractfile(member).read(), where=member.name)  # type: ignore[union-attr]
            for member in archive
            if member.isfile() and member.name.endswith(".json") and member.name.startswith(prefix)
        }
    background = texts[f"{prefix}BkgOnly.json"]
    if "patchset.json" in texts:
        patches = texts["patchset.json"]["patches"]
        return background, [(patch["metadata"]["name"], patch["patch"]) for patch in patches]
    return background, [
        (path.removeprefix(f"{prefix}patch.").removesuffix(".json"), texts[path])
        for path in sorted(texts)
        if path.startswith(f"{prefix}patch.")
    ]


def require_one_thread() -> None:
    """Refuse to measure where NumPy has a thread for each core: waiting threads take CPU time.

    On two cores pyhf takes 23 CPU seconds for a point of 1Lbb, and 12 with one thread.
    """
    if os.environ.get("OMP_NUM_THREADS") != "1":
        raise SystemExit("set OMP_NUM_THREADS=1: CPU seconds are of one thread")
