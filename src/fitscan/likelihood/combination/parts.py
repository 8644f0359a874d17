"""The likelihoods that are combined, as they were fetched.

Takes folders of ``fitscan.likelihood.folder``; gives workspaces and patches in which parameters
that shall not be shared have names of their own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fitscan import strictjson
from fitscan.errors import LikelihoodError
from fitscan.likelihood import read_index, read_signals
from fitscan.likelihood.patches import Patch
from fitscan.likelihood.workspace import Workspace

__all__ = ["Part", "decorrelated", "read_part", "with_one_signal_strength"]


@dataclass(frozen=True)
class Part:
    """One of the likelihoods that are combined.

    Attributes:
        name: Name of the analysis.
        background: The background-only workspace, with the measurement that is fitted only.
        labels: Names of the dimensions of the grid.
        patches: The signal hypotheses.
    """

    name: str
    background: Workspace
    labels: tuple[str, ...]
    patches: tuple[Patch, ...]

    @property
    def poi(self) -> str:
        """Name of the parameter of interest."""
        return str(self.background["measurements"][0]["config"]["poi"])


def read_part(name: str, folder: Path) -> Part:
    """Read a likelihood that was fetched.

    Raises:
        LikelihoodError: Its patches bring their measurement, which a combination cannot take.
    """
    index = read_index(folder / "points.json")
    path = folder / "workspace.json"
    workspace = strictjson.parse(path.read_bytes(), where=str(path))
    chosen = [m for m in workspace["measurements"] if m["name"] == index.measurement]
    if not chosen:
        raise LikelihoodError(
            f"the patches of {name} contain a measurement, so they cannot be combined",
            value=index.measurement,
            hint="put the measurement into the workspace; or use how: best_expected",
        )
    signals = zip(index.points, read_signals(folder / "patchset.json", index.points), strict=True)
    return Part(
        name=name,
        background={**workspace, "measurements": chosen},
        labels=index.labels,
        patches=tuple(
            Patch(point.name, point.values, signal.operations, _refusal(point.refused))
            for point, signal in signals
        ),
    )


def _refusal(text: str) -> LikelihoodError | None:
    return LikelihoodError(text.removesuffix(".")) if text else None


def with_one_signal_strength(parts: Sequence[Part]) -> list[Part]:
    """Give the parameters of interest of all parts the name that it has in the first one.

    A combination has one signal strength, whatever parts call theirs.

    Raises:
        LikelihoodError: A part has no parameter of interest, or another parameter of that name.
    """
    poi = parts[0].poi
    renamed = []
    for part in parts:
        if not part.poi:
            raise LikelihoodError(
                f"the measurement of {part.name} names no parameter of interest",
                value=part.background["measurements"][0]["name"],
                hint="set `measurement` of the analysis to one that does",
            )
        if part.poi != poi and poi in _parameter_names([part.background, part.patches]):
            raise LikelihoodError(
                f"the signal strength is {part.poi!r} in {part.name} and {poi!r} in"
                f" {parts[0].name}, and {part.name} has another parameter of that name",
                value=poi,
                hint=f"rename it in the workspace and the patches of {part.name}; or name"
                f" {part.name} first under `of`",
            )
        renamed.append(_renamed_part(part, {part.poi: poi} if part.poi != poi else {}))
    return renamed


def decorrelated(parts: Collection[Part], names: Collection[str]) -> list[Part]:
    """Give each part a parameter of its own, ``name_part``, for each of ``names``.

    Raises:
        LikelihoodError: Fewer than two parts have a parameter of that name, it is the signal
            strength, or a new name is taken.
    """
    used = {part.name: _parameter_names([part.background, part.patches]) for part in parts}
    pois = {part.poi for part in parts}
    for name in names:
        if name in pois or sum(name in own for own in used.values()) < 2:
            raise LikelihoodError(
                "`decorrelate` names the signal strength, or no parameter of two parts",
                value=name,
                hint="name nuisance parameters that several parts have",
            )
        taken = [f"{name}_{part.name}" for part in parts]
        if any(new in own for own in used.values() for new in taken):
            raise LikelihoodError(
                "the new name of a decorrelated parameter is taken",
                value=taken,
                hint="rename one of the analyses",
            )
    return [_renamed_part(part, {name: f"{name}_{part.name}" for name in names}) for part in parts]


def _renamed_part(part: Part, new: Mapping[str, str]) -> Part:
    if not new:
        return part
    patches = tuple(
        replace(patch, operations=_renamed(patch.operations, new)) for patch in part.patches
    )
    return Part(part.name, _renamed(part.background, new), part.labels, patches)


def _renamed(document: Any, new: Mapping[str, str]) -> Any:
    """Return a document with other names of parameters: of modifiers, settings and the POI."""
    if isinstance(document, list):
        return [_renamed(item, new) for item in document]
    if not isinstance(document, dict):
        return document
    renamed = {key: _renamed(value, new) for key, value in document.items()}
    if "poi" in renamed:  # the configuration of a measurement
        renamed["poi"] = new.get(document["poi"], document["poi"])
    if _is_parameter(document):
        renamed["name"] = new.get(document["name"], document["name"])
    return renamed


def _parameter_names(document: Any) -> set[str]:
    """Name all parameters in a document."""
    if isinstance(document, Patch):
        return _parameter_names(document.operations)
    if isinstance(document, list | tuple):
        return set().union(*map(_parameter_names, document))
    if not isinstance(document, dict):
        return set()
    own = {document["name"]} if _is_parameter(document) else set()
    return own.union(*map(_parameter_names, document.values()))


def _is_parameter(item: Mapping[str, Any]) -> bool:
    """Tell whether this is a modifier, or the settings of a parameter in a measurement.

    Channels, samples, observations and measurements have names too, but one of these keys.
    """
    return (
        "name" in item
        and not item.keys() & {"samples", "modifiers", "config"}
        and ("type" in item or "data" not in item)
    )
