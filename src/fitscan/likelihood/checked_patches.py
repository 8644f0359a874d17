"""Which signal hypotheses can be fitted, and with which measurement."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from fitscan.errors import LikelihoodError
from fitscan.likelihood.patches import Patch, Patches
from fitscan.likelihood.patching import apply_patch
from fitscan.likelihood.refusals import refuse_all
from fitscan.likelihood.regions import RegionCounter
from fitscan.likelihood.workspace import Workspace, check_hypothesis

__all__ = ["bring_measurements", "checked_patches"]


def checked_patches(
    patches: Patches,
    background: Workspace,
    *,
    measurement: str,
    counter: RegionCounter | None = None,
) -> tuple[Patches, str | None]:
    """Check that patches apply to the workspace and leave usable ones behind.

    Args:
        patches: The signal hypotheses.
        background: The workspace.
        measurement: Name of its measurement that is wanted.
        counter: Counts the signal of each by region, if that is wanted.

    Returns:
        The patches, those that cannot be fitted with the reason; and the name of the measurement
        that all others are fitted with, see ``_common_measurement``.

    Raises:
        LikelihoodError: No patch can be fitted.
    """
    checked: list[Patch] = []
    found: dict[str, _Measured] = {}
    for patch in patches.patches:
        refused = patch.refused
        if refused is None:
            try:
                found[patch.name] = _checked(
                    patch, background, measurement=measurement, counter=counter
                )
            except LikelihoodError as error:
                refused = error
        checked.append(replace(patch, refused=refused))
    refuse_all([patch.refused for patch in checked])
    chosen = _common_measurement(found.values(), measurement)
    for number, patch in enumerate(checked):
        own = found.get(patch.name)
        if own is not None and chosen not in {None, own.name}:
            other = LikelihoodError(
                f"patch {patch.name!r} contains a measurement, and other patches do not",
                value=own.name,
                hint=f"they are fitted with {chosen!r}; fit it as an analysis of its own",
            )
            checked[number] = replace(patch, refused=other)
    return replace(patches, patches=tuple(checked)), chosen


def bring_measurements(patches: Patches) -> bool:
    """Tell whether any patch changes measurements."""
    paths = (str(o.get("path")) for patch in patches.patches for o in patch.operations)
    return any(path.startswith("/measurements") or not path for path in paths)


@dataclass(frozen=True)
class _Measured:
    """The measurement of a patched workspace that is fitted, and whether it is the first there."""

    name: str
    first: bool


def _checked(
    patch: Patch, background: Workspace, *, measurement: str, counter: RegionCounter | None = None
) -> _Measured:
    """Apply and check one patch."""
    where = f"patch {patch.name!r}"
    hypothesis = apply_patch(background, patch.operations, where=where)
    name = check_hypothesis(hypothesis, background, measurement=measurement, where=where)
    if counter is not None:
        counter.count(patch.name, hypothesis, measurement=name)
    return _Measured(name, first=hypothesis["measurements"][0]["name"] == name)


def _common_measurement(found: Collection[_Measured], wanted: str) -> str | None:
    """Return the measurement that patched workspaces are fitted with, as pyhf would.

    It is the one of all; where patches bring measurements of different names, None for the first
    of each if that is right for all, else the one that is wanted.
    """
    names = {each.name for each in found}
    if len(names) == 1:
        return names.pop()
    return None if all(each.first for each in found) else wanted
