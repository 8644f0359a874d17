"""Whether the compiled engine takes every hypothesis of a likelihood, asked before any fit."""

from collections.abc import Mapping
from pathlib import Path

from fitscan.errors import ModelError
from fitscan.likelihood import apply_patch, read_index, read_operations, strictjson
from fitscan.model.analysis import Analysis

__all__ = ["check_models"]


def check_models(folder: Path, *, interpolation: Mapping[str, str]) -> None:
    """Build the model of every point of a fetched likelihood.

    Args:
        folder: See ``fitscan.likelihood.folder``.
        interpolation: Codes of ``histosys`` and ``normsys``.

    Raises:
        ModelError: A point has a model that the engine refuses; the message names both.
    """
    index = read_index(folder / "points.json")
    path = folder / "workspace.json"
    background = strictjson.parse(path.read_bytes(), where=str(path))
    analysis = Analysis(
        background,
        measurement=index.measurement,
        histosys=interpolation["histosys"],
        normsys=interpolation["normsys"],
    )
    for point in index.points:
        where = f"patch {point.name!r}"
        (operations,) = read_operations(folder / "patchset.json", [point])
        try:
            analysis.model(apply_patch(background, operations, where=where))
        except ModelError as error:
            raise ModelError(
                f"the engine compiled cannot fit {where}: {error.what}",
                value=error.value,
                # pyhf refuses most of the same, or answers NaN, or answers for another model.
                hint="; or ".join([error.hint] + ["set fallback: pyhf"] * error.fallback),
            ) from error
