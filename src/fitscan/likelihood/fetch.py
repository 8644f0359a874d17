"""From the configuration's description of a likelihood to its verified folder."""

import difflib
import glob
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fitscan.columns import RESERVED
from fitscan.errors import LikelihoodError
from fitscan.likelihood import strictjson
from fitscan.likelihood.archive import open_archive
from fitscan.likelihood.complete import complete_workspace
from fitscan.likelihood.download import fetch_archive, file_sha256, is_remote
from fitscan.likelihood.folder import Index, write_folder
from fitscan.likelihood.patches import (
    Patches,
    as_glob,
    is_pattern,
    match_pattern,
    read_patch_files,
    read_patchset,
)
from fitscan.likelihood.patching import apply_patch
from fitscan.likelihood.workspace import (
    Workspace,
    check_hypothesis,
    check_workspace,
    measurement_name,
)

__all__ = ["fetch_likelihood", "local_files"]

Analysis = Mapping[str, Any]


def local_files(analysis: Analysis) -> list[str]:
    """List the files on this machine that a likelihood is read from, none for a download.

    Args:
        analysis: The part of the checked configuration about one analysis.

    Raises:
        LikelihoodError: A file does not exist, or is a folder and not an archive.
    """
    if analysis["archive"] is None:
        sources = [analysis["workspace"], *_patch_paths(analysis)]
    else:
        sources = [] if is_remote(analysis["archive"]) else [analysis["archive"]]
    absent = [source for source in sources if not Path(source).is_file()]
    if absent:
        raise LikelihoodError(
            "there is no such file",
            value=absent[0],
            hint="paths are relative to the folder that snakemake runs in",
        )
    return sources


def fetch_likelihood(analysis: Analysis, *, folder: Path, cache: Path) -> Index:
    """Get a likelihood, check all of it, and write its folder.

    Args:
        analysis: The part of the checked configuration about one analysis.
        folder: Where the verified likelihood goes.
        cache: Where downloaded archives are kept.

    Raises:
        DownloadError: The archive could not be downloaded.
        LikelihoodError: Something about the archive, the workspace or a patch is wrong, or no patch
            has the modifier ``theory`` if one is named. Nothing is written then.
    """
    source = {name: analysis[name] for name in ("archive", "workspace", "patches")}
    local = local_files(analysis)
    if analysis["archive"] is None:
        files = {path: Path(path).read_bytes() for path in local}
    else:
        archive = Path(analysis["archive"])
        if is_remote(analysis["archive"]):
            archive = fetch_archive(analysis["archive"], cache=cache, sha256=analysis["sha256"])
        elif analysis["sha256"]:
            _check_digest(archive, analysis["sha256"])
        source["sha256"] = file_sha256(archive)
        with open_archive(archive, label=analysis["archive"]) as opened:
            wanted = [analysis["patches"]] if analysis["patches"] is not None else []
            if is_pattern(analysis["patches"]):
                wanted = list(match_pattern(analysis["patches"], opened.names()))
            files = opened.read_many([analysis["workspace"], *wanted])

    content = files[analysis["workspace"]]
    where = analysis["workspace"]
    background = check_workspace(strictjson.parse(content, where=where), where=where)
    measurement = measurement_name(background, analysis["measurement"], where=where)
    if analysis["patches"] is None:
        patches = complete_workspace(background, measurement=measurement, where=where)
    elif is_pattern(analysis["patches"]):
        patches = read_patch_files(analysis["patches"], files)
    else:
        patchset = files[analysis["patches"]]
        patches = read_patchset(patchset, background, where=analysis["patches"])
    _check_patches(patches, background, measurement=measurement)
    if analysis.get("theory") is not None:
        _check_theory(patches, analysis["theory"])
    return write_folder(
        folder, workspace=content, patches=patches, measurement=measurement, source=source
    )


def _check_patches(patches: Patches, background: Workspace, *, measurement: str) -> None:
    """Check that every patch applies to the workspace and leaves a usable one behind."""
    for label in patches.labels:
        if patches.labels.count(label) > 1:
            raise LikelihoodError(
                "the grid has two labels of one name",
                value=label,
                hint="rename one of them in the patchset",
            )
        if label in RESERVED:
            raise LikelihoodError(
                "a label of the grid has the name of a column of the tables",
                value=label,
                hint="rename the label in the patchset or in the pattern of patches",
            )
    for label, *values in zip(patches.labels, *(p.values for p in patches.patches), strict=True):
        if len({isinstance(value, str) for value in values}) > 1:
            raise LikelihoodError(
                "a label of the grid has numbers for some points and text for others", value=label
            )
    for patch in patches.patches:
        where = f"patch {patch.name!r}"
        hypothesis = apply_patch(background, patch.operations, where=where)
        check_hypothesis(hypothesis, background, measurement=measurement, where=where)


def _check_theory(patches: Patches, name: str) -> None:
    """Check that a modifier of the cross-section is there, and is one with a standard deviation."""
    found: dict[str, set[str]] = {}
    for patch in patches.patches:
        for modifier in _modifiers(patch.operations):
            found.setdefault(modifier["name"], set()).add(modifier["type"])
    variations = {"normsys", "histosys"}
    if not found.get(name, set()) & variations:
        known = sorted(other for other, types in found.items() if types & variations)
        close = difflib.get_close_matches(name, known, n=1) or known[:3]
        raise LikelihoodError(
            "no patch has a normsys or histosys of the name in `theory`",
            value=name,
            hint=f"set `theory` to one that patches have, such as {' or '.join(map(repr, close))}"
            if close
            else "leave `theory` out: no patch has any",
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


def _patch_paths(analysis: Analysis) -> list[str]:
    """List the files with patches when the likelihood is in no archive."""
    if analysis["patches"] is None:
        return []
    if not is_pattern(analysis["patches"]):
        return [analysis["patches"]]
    return list(match_pattern(analysis["patches"], glob.glob(as_glob(analysis["patches"]))))


def _check_digest(path: Path, sha256: str) -> None:
    found = file_sha256(path)
    if found != sha256:
        raise LikelihoodError(
            f"{path} is not the archive that the configuration names by its sha256",
            value=found,
            hint=f"expected {sha256}",
        )
