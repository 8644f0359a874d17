"""The modifier of patches that is the uncertainty of the cross-section of the signal."""

import difflib
from collections.abc import Iterator
from typing import Any

from fitscan.errors import LikelihoodError
from fitscan.likelihood.patches import Patches

__all__ = ["check_signal_xsec_uncertainty"]


def check_signal_xsec_uncertainty(patches: Patches, name: str | None) -> None:
    """Check that a modifier of the cross-section is there, and is one with a standard deviation.

    Args:
        patches: The signal hypotheses.
        name: Its name in the configuration; None asks for none.

    Raises:
        LikelihoodError: No patch has such a modifier.
    """
    if name is None:
        return
    found: dict[str, set[str]] = {}
    for patch in patches.patches:
        for modifier in _modifiers(patch.operations):
            found.setdefault(modifier["name"], set()).add(modifier["type"])
    variations = {"normsys", "histosys"}
    if not found.get(name, set()) & variations:
        known = sorted(other for other, types in found.items() if types & variations)
        close = difflib.get_close_matches(name, known, n=1) or known[:3]
        raise LikelihoodError(
            "no patch has a normsys or histosys of the name in `signal_xsec_uncertainty`",
            value=name,
            hint="set `signal_xsec_uncertainty` to one that patches have, such as "
            + " or ".join(map(repr, close))
            if close
            else "leave `signal_xsec_uncertainty` out: no patch has any",
        )


def _modifiers(part: Any) -> Iterator[dict[str, Any]]:
    """Find the modifiers in the operations of a patch, which may add any part of a workspace."""
    if isinstance(part, dict):
        if part.keys() >= {"name", "type", "data"} and isinstance(part["type"], str):
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _modifiers(inner)
