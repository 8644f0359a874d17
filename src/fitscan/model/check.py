"""Whether the compiled engine takes every hypothesis of a likelihood, asked before any fit."""

from collections.abc import Mapping
from pathlib import Path

from fitscan import strictjson
from fitscan.errors import LikelihoodError, ModelError
from fitscan.likelihood import Index, mark_refused, read_index, read_signals
from fitscan.likelihood.refusals import refuse_all
from fitscan.model.analysis import Analysis

__all__ = ["check_models"]


def check_models(folder: Path, *, interpolation: Mapping[str, str]) -> Index:
    """Build the model of every point of a likelihood, and note which are refused.

    Args:
        folder: See ``fitscan.likelihood.folder``; this process has written it. Points whose model
            the engine refuses are marked there.
        interpolation: Codes of ``histosys`` and ``normsys``.

    Returns:
        The list of points as it is now.

    Raises:
        ModelError: No point is left to fit; the message names the first and why.
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
    found: dict[str, LikelihoodError | None] = {}
    for point in index.points:
        if point.refused:
            continue
        where = f"patch {point.name!r}"
        (signal,) = read_signals(folder / "patchset.json", [point], verify=False)
        found[point.name] = None
        try:
            analysis.model(signal.apply(background, name=point.name))
        except ModelError as error:
            found[point.name] = ModelError(
                f"the engine compiled cannot fit {where}: {error.what}",
                value=error.value,
                # pyhf refuses most of the same, or answers NaN, or answers for another model.
                hint=f"{error.hint}; or set fallback: pyhf" if error.fallback else error.hint,
            )
    refuse_all(list(found.values()))
    refused = {name: str(error) for name, error in found.items() if error is not None}
    return mark_refused(folder, refused) if refused else index
