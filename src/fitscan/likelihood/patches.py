"""Signal hypotheses, and the patchset of pyhf that has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fitscan import strictjson
from fitscan.errors import LikelihoodError
from fitscan.likelihood.patching import Operation
from fitscan.likelihood.schemas import check_schema
from fitscan.likelihood.workspace import Workspace

__all__ = ["Patch", "Patches", "check_values", "read_patchset"]

# Labels are drawn: of much larger numbers matplotlib cannot make an axis.
_LARGEST = 1e100


@dataclass(frozen=True)
class Patch:
    """One signal hypothesis.

    Attributes:
        name: Its name.
        values: One value for each label.
        operations: The JSON patch.
        refused: Why it cannot be fitted; None if it can.
    """

    name: str
    values: tuple[float | str, ...]
    operations: list[Operation]
    refused: LikelihoodError | None = None


@dataclass(frozen=True)
class Patches:
    """All signal hypotheses of an analysis, in order, and the names of their dimensions."""

    labels: tuple[str, ...]
    patches: tuple[Patch, ...]
    metadata: dict[str, Any] = field(default_factory=dict)  # of the patchset, as published


def read_patchset(
    document: Any, workspace: Workspace, *, where: str, verify: bool = True
) -> Patches:
    """Read a patchset and verify that it was made for ``workspace``.

    Args:
        document: What the file holds.
        workspace: The background-only workspace.
        where: Names the file in errors.
        verify: Whether its digests have to be those of the workspace.

    Raises:
        LikelihoodError: Not a patchset, empty, two patches of one name or of equal values, or the
            digests are those of another workspace.
    """
    if not isinstance(document, dict):
        raise LikelihoodError(
            f"{where} is JSON, but not a patchset",
            value=type(document).__name__,
            hint='a single patch is named by a pattern with labels, such as "patch_{mass}.json"',
        )
    if document.get("patches") == []:
        raise LikelihoodError(f"{where} has no patches", hint="name a patchset that has some")
    _refuse_doubles(document, where=where)
    check_schema(document, "patchset", where=where)
    metadata = document["metadata"]
    if verify:
        _verify(metadata["digests"], workspace, where=where)
    patches = tuple(
        Patch(patch["metadata"]["name"], tuple(patch["metadata"]["values"]), patch["patch"])
        for patch in document["patches"]
    )
    for patch in patches:
        if len(patch.values) != len(metadata["labels"]):
            raise LikelihoodError(
                f"{where} is not a valid patchset: {patch.name!r} needs one value for each label",
                value=list(patch.values),
                hint=f"the labels are {', '.join(metadata['labels'])}",
            )
        check_values(patch, where=where)
    return Patches(tuple(metadata["labels"]), patches, metadata)


def check_values(patch: Patch, *, where: str) -> None:
    """Refuse labels that are enormous."""
    for value in patch.values:
        if not isinstance(value, str) and abs(value) > _LARGEST:
            raise LikelihoodError(
                f"the labels of {patch.name!r} in {where} are not usable",
                value=list(patch.values),
                hint=f"labels are text, or numbers up to {_LARGEST:g}",
            )


def _verify(digests: Mapping[str, str], workspace: Workspace, *, where: str) -> None:
    """Check that a patchset was made for a workspace, by each digest that it has."""
    for algorithm, digest in digests.items():
        found = strictjson.digest(workspace, algorithm=algorithm)
        if found != digest:
            raise LikelihoodError(
                f"{where} was made for another workspace",
                value=f"{algorithm} {found}, expected {digest}",
                hint="take the workspace and the patchset of the same region; for a simplified"
                " likelihood with the patchset of the full one set `verify_digest: false`, or in a"
                " shell --no-verify-digest",
            )


def _refuse_doubles(document: Any, *, where: str) -> None:
    """Refuse two patches of one name or of equal values; pyhf's message would not say which."""
    seen: dict[Any, str] = {}
    try:
        patches = [patch["metadata"] for patch in document["patches"]]
        keys = [(m["name"], key) for m in patches for key in (m["name"], tuple(m["values"]))]
        for name, key in keys:
            if key in seen:
                what = "name" if isinstance(key, str) else "values"
                raise LikelihoodError(
                    f"{where} has two patches with equal {what}: {seen[key]!r} and {name!r}",
                    value=key,
                    hint="each point of the grid needs its own values and name",
                )
            seen[key] = name
    except (KeyError, TypeError):
        return  # pyhf's schema says what is wrong
