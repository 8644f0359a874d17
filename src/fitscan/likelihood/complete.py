"""A workspace that has its signal in it, as a background and one signal hypothesis.

Takes the workspace; gives a patch that puts the samples of the signal in the place of themselves.
What a patch touches is the hypothesis' own and all else is the background, so the numbers are those
of the same model by a patch on a background-only workspace.
"""

from fitscan.errors import LikelihoodError
from fitscan.likelihood.patches import Patch, Patches
from fitscan.likelihood.workspace import Workspace, carries, poi_of

__all__ = ["complete_workspace"]


def complete_workspace(workspace: Workspace, *, measurement: str, where: str) -> Patches:
    """Return the only signal hypothesis, called like the measurement, without labels.

    Args:
        workspace: The workspace, checked.
        measurement: Name of the measurement that is fitted; its parameter of interest says which
            samples are the signal.
        where: Names the workspace in errors.

    Raises:
        LikelihoodError: No sample carries the parameter of interest.
    """
    poi = poi_of(workspace, measurement)
    operations = [
        {"op": "replace", "path": f"/channels/{c}/samples/{s}", "value": sample}
        for c, channel in enumerate(workspace["channels"])
        for s, sample in enumerate(channel["samples"])
        if carries(sample, poi)
    ]
    if not operations:
        raise LikelihoodError(
            f"{where} has no signal: no sample carries the parameter of interest of measurement"
            f" {measurement!r}",
            value=poi,
            hint="give its signal hypotheses as patches; or choose another measurement",
        )
    return Patches((), (Patch(measurement, (), operations),))
