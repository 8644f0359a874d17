"""Which likelihoods files hold: workspaces, and the patchset or pattern of patches of each.

Takes an archive, a folder or a workspace; gives what a configuration would name. Nothing is checked
beyond what tells one kind of file from another.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from fitscan import strictjson
from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive import Archive, open_archive, open_inner
from fitscan.likelihood.archive_limits import Budget
from fitscan.likelihood.compressed import decompressed, without_suffix
from fitscan.likelihood.nested import MAX_DEPTH, SUFFIXES
from fitscan.likelihood.patch_files import NUMBER

__all__ = ["Found", "survey"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """A likelihood that a configuration can name.

    Attributes:
        workspace: The file with the workspace.
        patches: The patchset, or a pattern of patches with ``{m1}``, ``{m2}``, ... for what differs
            in their names; None if there are none.
        labels: Names of the dimensions of the grid.
        points: Number of signal hypotheses.
        measurements: Names of the measurements of the workspace.
    """

    workspace: str
    patches: str | None
    labels: tuple[str, ...]
    points: int
    measurements: tuple[str, ...]


def survey(source: Path, *, label: str = "") -> list[Found]:
    """List the likelihoods in an archive or a folder, or that of a workspace, largest first.

    Args:
        source: An archive, a folder, or a file with a workspace, whose patches are in its folder.
        label: What messages call it; the path by default.

    Raises:
        LikelihoodError: It does not exist, cannot be read, or holds no workspace.
    """
    label = label or str(source)
    refused: list[LikelihoodError] = []
    if source.is_dir():
        documents = _read(source.rglob("*"))
    elif _is_json(source.name):
        own = _parsed(str(source), source.read_bytes(), Budget())
        documents = {**_read(source.parent.glob("*")), **own}
    else:
        with open_archive(source, label=label) as archive:
            documents = dict(_in_archive(archive, refused, way="", depth=0))
    workspaces = {n: d for n, d in documents.items() if _is_workspace(d)}
    if _is_json(source.name):
        workspaces = {n: d for n, d in workspaces.items() if n == str(source)}
    if not workspaces and refused:
        raise refused[0]
    if not workspaces:
        raise LikelihoodError(
            f"{label} holds no HistFactory workspace",
            value=sorted(documents)[:3] or None,
            hint="a workspace is JSON with the keys channels, measurements, observations, version",
        )
    for error in refused:
        log.warning("passed over: %s", error)
    digests = {n: strictjson.digest(d) for n, d in documents.items() if _is_workspace(d)}
    found = [_likelihood(name, documents, digests) for name in workspaces]
    return sorted(found, key=lambda each: (-each.points, each.workspace))


def _is_json(name: str) -> bool:
    return without_suffix(name).endswith(".json")


def _read(paths: Iterable[Path]) -> dict[str, Any]:
    """Read the JSON files among paths."""
    budget = Budget()
    documents: dict[str, Any] = {}
    for path in sorted(paths):
        if path.is_file() and _is_json(path.name):
            documents |= _parsed(str(path), path.read_bytes(), budget)
    return documents


def _in_archive(
    archive: Archive, refused: list[LikelihoodError], *, way: str, depth: int
) -> Iterator[tuple[str, Any]]:
    """Yield the JSON files of an archive and of those inside it, by their full names.

    Args:
        archive: The archive.
        refused: Gets the errors of archives inside it that cannot be opened; others may be.
        way: What begins full names.
        depth: In how many archives it is.
    """
    names = [name for name in archive.names() if _is_json(name)]
    for name, content in archive.read_many(names).items():
        yield from _parsed(f"{way}{name}", content, archive.budget).items()
    for name in archive.names() if depth < MAX_DEPTH else ():
        if name.endswith(SUFFIXES):
            try:
                inner = open_inner(archive, name)
            except LikelihoodError as error:
                refused.append(error)
                continue
            with inner:
                yield from _in_archive(inner, refused, way=f"{way}{name}/", depth=depth + 1)


def _parsed(name: str, content: bytes, budget: Budget) -> dict[str, Any]:
    """Return what a file holds by its name; nothing if it is not JSON."""
    try:
        return {
            name: strictjson.parse(decompressed(content, where=name, budget=budget), where=name)
        }
    except LikelihoodError:
        return {}


def _likelihood(name: str, documents: Mapping[str, Any], digests: Mapping[str, str]) -> Found:
    """Find the patches of a workspace: a patchset with its digest, else those in its folder.

    Args:
        name: The workspace.
        documents: All that there is, by name.
        digests: Those of the workspaces among it.
    """
    listed = documents[name].get("measurements", ())
    measurements = tuple(str(each.get("name")) for each in listed)
    folder = PurePosixPath(name).parent
    beside = {n: d for n, d in documents.items() if PurePosixPath(n).parent == folder}
    sets = [n for n, d in documents.items() if digests[name] in _digests(d)]
    # One beside it may lack a digest that fits, as those of simplified likelihoods do.
    known = {*digests.values()}
    sets += [n for n, d in beside.items() if _digests(d) and known.isdisjoint(_digests(d))]
    pattern = max(_patterns(_patch_names(beside)), key=lambda each: each[2], default=None)
    if sets:
        patchset = documents[sets[0]]
        labels = tuple(map(str, patchset["metadata"].get("labels", ())))
        return Found(name, sets[0], labels, len(patchset["patches"]), measurements)
    patches, labels, points = pattern or (None, (), 0)
    return Found(name, patches, labels, points, measurements)


def _is_workspace(document: Any) -> bool:
    return isinstance(document, dict) and "channels" in document


def _digests(document: Any) -> Sequence[str]:
    """Return the digests of the workspace of a patchset; of anything else there are none."""
    try:
        return list(document["metadata"]["digests"].values()) if document["patches"] else []
    except (KeyError, TypeError, AttributeError):
        return []


def _patch_names(documents: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of files that hold one JSON patch each."""
    for name, document in documents.items():
        operations = document.get("patch") if isinstance(document, dict) else document
        if isinstance(operations, list) and operations and all(map(_is_operation, operations)):
            yield name


def _is_operation(part: Any) -> bool:
    return isinstance(part, dict) and "op" in part


def _patterns(names: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield patterns of names that differ in numbers only, their labels, and how many fit."""
    alike: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for name in names:
        folder, _, file = name.rpartition("/")
        pieces = re.split(f"({NUMBER})", file)
        alike[folder, *pieces[::2]].append(pieces[1::2])
    for (folder, *texts), numbers in alike.items():
        columns = list(zip(*numbers, strict=True))
        if not columns:  # a pattern has a label
            continue
        varies = [len(set(column)) > 1 for column in columns]
        if not any(varies):
            varies[0] = True
        labels = [f"m{sum(varies[: n + 1])}" if vary else "" for n, vary in enumerate(varies)]
        filled = [
            f"{{{label}}}" if label else column[0]
            for label, column in zip(labels, columns, strict=True)
        ]
        file = texts[0] + "".join(f + text for f, text in zip(filled, texts[1:], strict=True))
        path = f"{folder}/{file}" if folder else file
        yield path, tuple(filter(None, labels)), len(numbers)
