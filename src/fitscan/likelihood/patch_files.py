"""Signal hypotheses in files of their own, named by a pattern that has their labels."""

import glob
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from fitscan import strictjson
from fitscan.errors import LikelihoodError
from fitscan.likelihood.compressed import without_suffix
from fitscan.likelihood.patches import Patch, Patches, check_values
from fitscan.likelihood.patching import Operation

__all__ = [
    "NUMBER",
    "as_glob",
    "is_pattern",
    "match_pattern",
    "named_patches",
    "patch_name",
    "read_patch_files",
]

_FIELD = re.compile(r"\{(\w+)\}")
# Masses in file names: 100, 12.5, 12p5 (the dot of a file name avoided), -1.
NUMBER = r"-?\d+(?:[.p]\d+)?"


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
        check_values(Patch(name, values, []), where=pattern)
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
