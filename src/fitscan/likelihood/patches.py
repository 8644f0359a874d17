"""Read the signal hypotheses: a pyhf patchset, or a pattern of single patch files."""

import glob
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from fitscan import strictjson
from fitscan.errors import LikelihoodError
from fitscan.likelihood.compressed import without_suffix
from fitscan.likelihood.patching import Operation
from fitscan.likelihood.schemas import check_schema
from fitscan.likelihood.workspace import Workspace

__all__ = [
    "NUMBER",
    "Patch",
    "Patches",
    "as_glob",
    "is_pattern",
    "match_pattern",
    "named_patches",
    "patch_name",
    "read_patch_files",
    "read_patchset",
]

_FIELD = re.compile(r"\{(\w+)\}")
# Masses in file names: 100, 12.5, 12p5 (the dot of a file name avoided), -1.
NUMBER = r"-?\d+(?:[.p]\d+)?"

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
        _check_values(patch, where=where)
    return Patches(tuple(metadata["labels"]), patches, metadata)


def _check_values(patch: Patch, *, where: str) -> None:
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


def is_pattern(patches: str | None) -> bool:
    """Tell whether the configuration's ``patches`` is a pattern with labels in braces."""
    return patches is not None and _FIELD.search(patches) is not None


def as_glob(pattern: str) -> str:
    """Turn a pattern with labels into one for ``glob``, which finds at least the same files."""
    pieces = _FIELD.split(pattern)
    return "".join("*" if i % 2 else glob.escape(piece) for i, piece in enumerate(pieces))


def match_pattern(pattern: str, names: Iterable[str]) -> dict[str, tuple[float, ...]]:
    """Find the files that ``pattern`` names and the value of each of its labels.

    Args:
        pattern: A path with labels in braces, ``patch.DS_{m_stau}_{m_lsp}_Staus.json``.
        names: The paths to choose from.

    Returns:
        Values by path, in ascending order of the values.

    Raises:
        LikelihoodError: A label stands twice, nothing matches, or two files have equal values.
    """
    labels = _FIELD.findall(pattern)
    if len(set(labels)) < len(labels):
        raise LikelihoodError(
            "a label occurs twice in the pattern of patches",
            value=pattern,
            hint="give each label its own name",
        )
    pieces = _FIELD.split(str(PurePosixPath(pattern)))
    expression = re.compile(
        "".join(f"({NUMBER})" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
    )
    names = list(names)
    found: dict[str, tuple[float, ...]] = {}
    for name in names:
        match = expression.fullmatch(str(PurePosixPath(name)))
        if match:
            found[name] = tuple(_number(text) for text in match.groups())
    if not found:
        raise LikelihoodError(
            "no file matches the pattern of patches",
            value=pattern,
            hint=f"labels in braces stand for numbers; there are {', '.join(names[:3]) or 'none'}",
        )
    by_values: dict[tuple[float, ...], str] = {}
    for name, values in found.items():
        if values in by_values:
            raise LikelihoodError(
                f"two patch files have equal values {values}",
                value=[by_values[values], name],
                hint="write the pattern so that it matches one of them only",
            )
        by_values[values] = name
        _check_values(Patch(name, values, []), where=pattern)
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


def read_patch_files(pattern: str, files: Mapping[str, bytes]) -> Patches:
    """Read the single patch files that ``pattern`` names.

    A patch is called by its file's stem, or by its path where stems are equal. A file that is not a
    JSON patch is a patch that is refused.

    Args:
        pattern: See ``match_pattern``.
        files: Content of the files by path.

    Raises:
        LikelihoodError: See ``match_pattern``.
    """
    patches = named_patches(match_pattern(pattern, files), files)
    return Patches(tuple(_FIELD.findall(pattern)), patches)


def named_patches(
    paths: Mapping[str, tuple[float, ...]], files: Mapping[str, bytes]
) -> tuple[Patch, ...]:
    """Read single patch files; see ``read_patch_files``.

    Args:
        paths: Values of labels by path.
        files: Content of the files by path.
    """
    patches = []
    for name, values in paths.items():
        try:
            patches.append(Patch(patch_name(name), values, _operations(files[name], where=name)))
        except LikelihoodError as error:
            patches.append(Patch(patch_name(name), values, [], error))
    if len({patch.name for patch in patches}) < len(patches):  # what differs is in folders
        patches = [
            replace(patch, name=without_suffix(path).removesuffix(".json"))
            for patch, path in zip(patches, paths, strict=True)
        ]
    return tuple(patches)


def _operations(content: bytes, *, where: str) -> list[Operation]:
    """Read the operations of a file that holds one patch."""
    operations = strictjson.parse(content, where=where)
    if isinstance(operations, dict) and "patch" in operations:
        operations = operations["patch"]
    if not isinstance(operations, list) or not all(isinstance(o, dict) for o in operations):
        raise LikelihoodError(
            f"{where} is not a JSON patch",
            value=type(operations).__name__,
            hint="a JSON patch is a list of operations (RFC 6902)",
        )
    return operations


def patch_name(path: str) -> str:
    """Name a patch by its file, without suffixes and a leading "patch."."""
    name = without_suffix(PurePosixPath(path).name)
    return name.removesuffix(".json").removeprefix("patch.")


def _number(text: str) -> float:
    value = float(text.replace("p", "."))
    return int(value) if value.is_integer() else value


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
