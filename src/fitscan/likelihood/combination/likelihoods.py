"""One likelihood of several, with one signal strength.

The density of the combination is the product of those of the channels of all parts and of the
constraints of all parameters, each of which stands once: pyhf's ``Workspace.combine``. The patches
of the parts are joined to patches of the combined workspace, where channels have other places.
"""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fitscan.errors import LikelihoodError
from fitscan.likelihood import apply_patch
from fitscan.likelihood.combination.checks import (
    check_channels,
    check_measurements,
    check_parameters,
)
from fitscan.likelihood.combination.parts import Part, decorrelated, with_one_signal_strength
from fitscan.likelihood.combination.points import label_order, match_points
from fitscan.likelihood.patches import Patch, Patches
from fitscan.likelihood.patching import Operation
from fitscan.likelihood.refusals import refuse_all
from fitscan.likelihood.regions import RegionCounter, SignalByRegion
from fitscan.likelihood.workspace import Workspace

__all__ = ["Combined", "combine", "combine_workspaces"]


@dataclass(frozen=True)
class Combined:
    """A combination.

    Attributes:
        background: The background-only workspace.
        patches: Its signal hypotheses, those that all parts have.
        shared: Names of the channels that several parts have.
        left_out: Number of hypotheses that some part does not have.
        signal_strengths: What each part calls the signal strength, which is called here as in the
            first part.
        regions: The signal of each hypothesis by region.
    """

    background: Workspace
    patches: Patches
    shared: list[str]
    left_out: int
    signal_strengths: dict[str, str]
    regions: SignalByRegion


def combine(
    parts: Sequence[Part],
    *,
    match: Mapping[str, Sequence[str]],
    decorrelate: Collection[str],
) -> Combined:
    """Combine likelihoods; their parameters of the same name are one parameter.

    So are their signal strengths, whatever they are called. A point that a part refuses, or about
    which parts disagree, is refused and stops no other.

    Args:
        parts: The likelihoods, at least two.
        match: See ``fitscan.likelihood.combination.points.label_order``.
        decorrelate: Names of parameters that are independent in each part.

    Raises:
        LikelihoodError: Parts disagree about labels, a channel, a parameter, or the signal
            strength; have no point in common; or none that can be combined, since patches do more
            than change samples, say.
    """
    signal_strengths = {part.name: part.poi for part in parts}
    parts = decorrelated(with_one_signal_strength(parts), decorrelate)
    backgrounds = {part.name: part.background for part in parts}
    check_measurements(backgrounds)
    shared = check_channels(backgrounds, where="without a signal")
    combined = combine_workspaces(list(backgrounds.values()))
    order = label_order({part.name: part.labels for part in parts}, match)
    matched = match_points({part.name: [p.values for p in part.patches] for part in parts}, order)
    common = [numbers for numbers in matched.values() if len(numbers) == len(parts)]
    if not common:
        raise LikelihoodError(
            "the parts have no point in common",
            value=[part.name for part in parts],
            hint="points are matched by the values of their labels; see `match`",
        )
    patches = []
    for numbers in common:
        chosen = [part.patches[numbers[part.name]] for part in parts]
        name, values = chosen[0].name, chosen[0].values
        try:
            patches.append(Patch(name, values, _joined_patches(parts, chosen, combined)))
        except LikelihoodError as error:
            patches.append(Patch(name, values, [], error))
    refuse_all([patch.refused for patch in patches])
    counter, measurement = RegionCounter(combined), combined["measurements"][0]["name"]
    for patch in patches:
        if patch.refused is None:
            hypothesis = apply_patch(combined, patch.operations, where=f"patch {patch.name!r}")
            counter.count(patch.name, hypothesis, measurement=measurement)
    return Combined(
        background=combined,
        patches=Patches(parts[0].labels, tuple(patches)),
        shared=sorted(shared),
        left_out=len(matched) - len(common),
        signal_strengths=signal_strengths,
        regions=counter.counted([patch.name for patch in patches]),
    )


def _joined_patches(
    parts: Sequence[Part], patches: Sequence[Patch], combined: Workspace
) -> list[Operation]:
    """Join the patches of one point.

    Raises:
        LikelihoodError: A part refuses the point, or parts disagree about it.
    """
    where = f"patch {patches[0].name!r}"
    for part, patch in zip(parts, patches, strict=True):
        if patch.refused is not None:
            error = patch.refused
            raise LikelihoodError(f"{part.name}: {error.what}", value=error.value, hint=error.hint)
    hypotheses = {
        part.name: apply_patch(part.background, patch.operations, where=where)
        for part, patch in zip(parts, patches, strict=True)
    }
    check_parameters(hypotheses, check_channels(hypotheses, where=where), where=where)
    return list(_joined(parts, patches, combined))


def combine_workspaces(workspaces: Sequence[Workspace]) -> Workspace:
    """Return pyhf's outer combination of workspaces, each with one measurement.

    Channels that are in several of them must be the same there. The measurement is called as that
    of the first.
    """
    # Imported here because it takes 1.5 CPU s, and only making a likelihood needs it.
    from pyhf import Workspace as PyhfWorkspace  # noqa: PLC0415

    name = workspaces[0]["measurements"][0]["name"]
    alike = [
        PyhfWorkspace({**w, "measurements": [{**w["measurements"][0], "name": name}]})
        for w in workspaces
    ]
    combine_two = functools.partial(PyhfWorkspace.combine, join="outer")
    return dict(functools.reduce(combine_two, alike))


def _joined(
    parts: Sequence[Part], patches: Sequence[Patch], combined: Workspace
) -> Iterator[Operation]:
    """Yield the operations of the patches of all parts, for the combined workspace.

    A channel that several parts have is patched by the first of them.
    """
    place = {channel["name"]: number for number, channel in enumerate(combined["channels"])}
    patched: set[str] = set()
    for part, patch in zip(parts, patches, strict=True):
        names = [channel["name"] for channel in part.background["channels"]]
        for operation in patch.operations:
            channel, rest = _patched(operation, names, where=f"{patch.name!r} of {part.name}")
            if channel not in patched:
                yield {**operation, "path": f"/channels/{place[channel]}/{rest}"}
        patched |= set(names)


def _patched(operation: Operation, names: Sequence[str], *, where: str) -> tuple[str, str]:
    """Return the name of the channel that an operation changes, and where in it."""
    match operation["path"].split("/", 3):
        case ["", "channels", number, rest] if number.isdecimal() and "from" not in operation:
            return names[int(number)], rest
    raise LikelihoodError(
        f"patch {where} does more than add, remove and replace parts of channels",
        value=f"{operation['op']} {operation['path']}",
        hint="only such patches can be combined; published likelihoods have no others",
    )
