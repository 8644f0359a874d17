"""Where a run puts its files, and whether it is all that Snakemake runs or a module of a parent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Place", "place_of"]


@dataclass(frozen=True)
class Place:
    """What the rules ask about the place of their run.

    Snakemake puts the ``prefix:`` of a module before the inputs and outputs of its rules. What is
    read or written beside these, such as plans, is found by ``on_disk``.

    Attributes:
        is_module: Whether a parent workflow uses the rules. It has targets, a configuration and a
            screen of its own, and other rules that may make what the configuration names.
        on_disk: Takes a path as the rules have it; gives the path that Snakemake makes of it.
    """

    is_module: bool = False
    on_disk: Callable[[str], str] = str


def place_of(workflow: Any) -> Place:
    """Return the place of the rules that Snakemake reads now.

    Args:
        workflow: What a Snakefile knows by this name.
    """
    modifier = workflow.modifier
    return Place(
        is_module=modifier.namespace is not None, on_disk=modifier.path_modifier.replace_prefix
    )
