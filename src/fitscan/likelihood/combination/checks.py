"""What parts must agree upon before they are one likelihood.

Takes workspaces by the name of the part, each with one measurement; raises errors that name the
parts and what they disagree about. A parameter of the same name is one parameter, as for pyhf.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from fitscan.errors import LikelihoodError
from fitscan.likelihood.workspace import Workspace

__all__ = ["check_channels", "check_measurements", "check_parameters"]

DECORRELATE = "list it under `decorrelate` if it is not one parameter"
# Of these there is one only, whatever the parts say.
SIGNAL_STRENGTH = "all parts share the signal strength: give it the same settings in all workspaces"
LUMINOSITY = "all parts share the luminosity: give it the same settings in all workspaces"

# Parameters of single bins: of the same name they would be one set, of the bins of both parts.
OF_BINS = {"staterror", "shapesys", "shapefactor"}


def check_measurements(parts: Mapping[str, Workspace]) -> None:
    """Check that parts have one version, and settings of parameters that do not conflict.

    Raises:
        LikelihoodError: They have not.
    """
    versions = {part: workspace["version"] for part, workspace in parts.items()}
    if len(set(versions.values())) > 1:
        raise LikelihoodError(
            "parts with different versions of the HistFactory JSON cannot be combined",
            value=versions,
            hint="convert them to one version; or use how: best_expected",
        )
    used = {part: {name for name, _, _ in _parameters(w)} for part, w in parts.items()}
    settings = {
        part: {setting["name"]: setting for setting in _config(w)["parameters"]}
        for part, w in parts.items()
    }
    for a, b in combinations(parts, 2):
        for name in {**settings[a], **settings[b]}:
            one, other = (settings[part].get(name) for part in (a, b))
            both = name in used[a] | settings[a].keys() and name in used[b] | settings[b].keys()
            fixed = [(setting or {}).get("fixed", False) for setting in (one, other)]
            if (one and other and one != other) or (both and fixed[0] != fixed[1]):
                raise LikelihoodError(
                    f"the measurements of {a} and {b} set a parameter differently",
                    value={"name": name, a: one, b: other},
                    hint=_way_out(name, parts),
                )


def check_channels(parts: Mapping[str, Workspace], *, where: str) -> set[str]:
    """Check that channels of one name are one channel; return the names that several parts have.

    A control region is often part of several likelihoods: it counts once if it is the same in all,
    its observation and its signal included.

    Raises:
        LikelihoodError: Channels of the same name differ.
    """
    shared = set()
    for a, b in combinations(parts, 2):
        one, other = _channels(parts[a]), _channels(parts[b])
        common = one.keys() & other.keys()
        differing = sorted(name for name in common if one[name] != other[name])
        if differing:
            raise LikelihoodError(
                f"{where}: {a} and {b} have different channels of the same name",
                value=differing,
                hint="channels must be disjoint or, as a common control region, the same in all"
                " parts; use how: best_expected for selections that overlap",
            )
        shared |= common
    return shared


def check_parameters(parts: Mapping[str, Workspace], shared: set[str], *, where: str) -> None:
    """Check that a parameter of the same name can be one parameter.

    Args:
        parts: The patched workspaces.
        shared: Names of the channels that several parts have.
        where: What is checked, for errors.

    Raises:
        LikelihoodError: Two parts constrain it differently, or it belongs to single bins that
            differ.
    """
    found: dict[str, dict[str, tuple[str, set[str]]]] = {part: {} for part in parts}
    for part, workspace in parts.items():
        for name, kind, channel in _parameters(workspace):
            found[part].setdefault(name, (kind, set()))[1].add(channel)
    for a, b in combinations(parts, 2):
        for name in found[a].keys() & found[b].keys():
            (kind, channels), (other, others) = found[a][name], found[b][name]
            if kind != other:
                raise LikelihoodError(
                    f"{where}: a parameter has the type {kind} in {a} and {other} in {b}",
                    value=name,
                    hint=_way_out(name, parts),
                )
            if kind in OF_BINS and not (channels == others and channels <= shared):
                raise LikelihoodError(
                    f"{where}: {a} and {b} have parameters per bin of the same name",
                    value=name,
                    hint=_way_out(name, parts),
                )


def _way_out(name: str, parts: Mapping[str, Workspace]) -> str:
    """Say what to do about a parameter that parts disagree about."""
    if name in {_config(workspace)["poi"] for workspace in parts.values()}:
        return SIGNAL_STRENGTH
    return LUMINOSITY if name == "lumi" else DECORRELATE


def _config(workspace: Workspace) -> dict[str, Any]:
    """Return what the only measurement of a workspace says."""
    config: dict[str, Any] = workspace["measurements"][0]["config"]
    return config


def _channels(workspace: Workspace) -> dict[str, Any]:
    """Return samples and observation of each channel."""
    observed = {o["name"]: o["data"] for o in workspace["observations"]}
    return {c["name"]: (c["samples"], observed[c["name"]]) for c in workspace["channels"]}


def _parameters(workspace: Workspace) -> Iterator[tuple[str, str, str]]:
    """Yield name, kind and channel of all modifiers; normsys and histosys share parameters."""
    for channel in workspace["channels"]:
        for sample in channel["samples"]:
            for modifier in sample["modifiers"]:
                kind = modifier["type"]
                yield (
                    modifier["name"],
                    "normsys or histosys" if kind in {"normsys", "histosys"} else kind,
                    channel["name"],
                )
