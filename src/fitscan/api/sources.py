"""Whatever holds a workspace, a patchset or a signal, as what the rest of fitscan reads.

Takes paths, open files, documents, and the objects of pyhf and jsonpatch, by what they have and not
by their class, so that neither has to be imported. Documents are copied: whoever changes one
afterwards changes nothing here.
"""

import glob
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import orjson

from fitscan import strictjson
from fitscan.errors import ConfigError, FileMissing, LikelihoodError
from fitscan.likelihood.archive_limits import ArchiveLimits, Budget
from fitscan.likelihood.complete import complete_workspace
from fitscan.likelihood.compressed import decompressed
from fitscan.likelihood.patch_files import (
    as_glob,
    is_pattern,
    named_patches,
    patch_name,
    read_patch_files,
)
from fitscan.likelihood.patches import Patch, Patches, read_patchset
from fitscan.likelihood.patching import Operation
from fitscan.likelihood.signals import JsonPatch
from fitscan.likelihood.workspace import Workspace, check_workspace, measurement_name, poi_of
from fitscan.likelihood.yields import SignalYields

__all__ = ["Source", "read_patches", "read_workspace", "signal_patch"]

_PART = 2**20  # bytes that are read at once

Source = str | os.PathLike[str] | IO[bytes] | Mapping[str, Any]


def read_workspace(source: Source) -> Workspace:
    """Read a workspace and check it.

    Args:
        source: A path (.json, also compressed by gzip, bzip2 or xz), a file open for reading bytes,
            a document, or a ``pyhf.Workspace``.

    Raises:
        ConfigError: The source is nothing of this kind.
        FileMissing: The file does not exist.
        LikelihoodError: It is no workspace.
    """
    document, where = _document(source, what="workspace")
    return check_workspace(document, where=where)


def read_patches(
    source: Any,
    workspace: Workspace,
    *,
    measurement: str | None = None,
    known: Mapping[str, Patch] | None = None,
    verify_digest: bool = True,
) -> Patches:
    """Read the signal hypotheses of a workspace.

    Args:
        source: A patchset: a path, an open file, a document, or a ``pyhf.PatchSet``. Or a pattern
            of files with a patch each, with labels in braces (``patch_{mass}.json``). Or a list of
            such files, by their paths or open, or one. Or signals by name, each as
            ``signal_patch`` takes it; or one patch of a patchset, with its metadata.
        workspace: The background-only workspace.
        measurement: See ``signal_patch``.
        known: See ``signal_patch``.
        verify_digest: Whether the digests of a patchset have to be those of the workspace.

    Raises:
        ConfigError: The source, or one of the signals by name, is nothing of this kind; or two of
            these have one name.
        FileMissing: The file does not exist.
        LikelihoodError: It is no patchset, or that of another workspace; or no file matches.
    """
    if isinstance(source, str) and is_pattern(source) and not os.path.exists(source):
        return read_patch_files(source, _contents(glob.glob(as_glob(source))))
    if not isinstance(source, str) and _are_files(source):
        files = _contents(source)
        return Patches((), named_patches(dict.fromkeys(files, ()), files))
    if not isinstance(source, Mapping) and hasattr(source, "patches"):  # pyhf.PatchSet
        patches = [{"metadata": one.metadata, "patch": one.patch} for one in source.patches]
        source = {"version": source.version, "metadata": source.metadata, "patches": patches}
    if isinstance(source, Mapping) and source.keys() == {"metadata", "patch"}:  # of a patchset
        own = source["metadata"]
        source = {own["name"] if isinstance(own, Mapping) and "name" in own else "signal": source}
    if isinstance(source, Mapping) and "patches" not in source:
        signals = {str(name): one for name, one in source.items()}
        if len(signals) < len(source):
            raise ConfigError("two signals have the same name", value=[*source])
        options = {"measurement": measurement, "known": known}
        return Patches(
            (), tuple(_or_refused(one, workspace, name, **options) for name, one in signals.items())
        )
    document, where = _document(source, what="patchset")
    if isinstance(document, list) or (isinstance(document, Mapping) and "patch" in document):
        return Patches((), (_patch_of(document, where, name=patch_name(where)),))
    return read_patchset(document, workspace, where=where, verify=verify_digest)


def _or_refused(signal: Any, workspace: Workspace, name: str, **options: Any) -> Patch:
    """Return one of several signals by its name, or why it is none; see ``signal_patch``."""
    try:
        found = signal_patch(signal, workspace, name=name, **options)
        return replace(found, name=name, values=())
    except LikelihoodError as error:
        return Patch(name, (), [], error)


def _are_files(source: Any) -> bool:
    """Tell whether a source is a list of files, by their paths or open with a name."""
    return isinstance(source, Sequence) and all(
        isinstance(one, str | os.PathLike) or (hasattr(one, "read") and hasattr(one, "name"))
        for one in source
    )


def _contents(files: Iterable[Any]) -> dict[str, bytes]:
    """Return what files hold, by their names."""
    read = (_content(file, what="patch") for file in files)
    return {where: _decompressed(content, where) for content, where in read}


def signal_patch(
    signal: Any,
    workspace: Workspace,
    *,
    measurement: str | None = None,
    known: Mapping[str, Patch] | None = None,
    name: str = "signal",
) -> Patch:
    """Return a signal as a patch of a workspace.

    Args:
        signal: The operations of a JSON patch (a list, or an object of jsonpatch or pyhf that has
            them as ``patch``); a file that holds them, open or by its path; the name of one of the
            known ones; yields by channel, or ``SignalYields``. None where the workspace has its
            signal in it.
        workspace: The workspace.
        measurement: Whose parameter of interest is the signal strength; None takes the first.
        known: Signals by name.
        name: What messages call it.

    Raises:
        ConfigError: It is nothing of this kind.
        FileMissing: There is no known signal and no file of this name.
        LikelihoodError: It does not fit the workspace.
    """
    if signal is None:
        own = measurement_name(workspace, measurement, where="the workspace")
        return complete_workspace(workspace, measurement=own, where="the workspace").patches[0]
    if isinstance(signal, str | os.PathLike):
        if known and isinstance(signal, str) and signal in known:
            return known[signal]
        return _patch_of_file(Path(signal), known)
    if hasattr(signal, "read"):
        return _patch_of(*_document(signal, what="patch"), name=name)
    if isinstance(signal, Mapping) and "patch" not in signal:
        signal = SignalYields(signal)
    if isinstance(signal, SignalYields):
        own = measurement_name(workspace, measurement, where="the workspace")
        return Patch(name, (), signal.operations(workspace, poi=poi_of(workspace, own)))
    given = signal["patch"] if isinstance(signal, Mapping) else signal
    operations = getattr(given, "patch", given)
    if not isinstance(operations, Sequence):
        raise ConfigError(
            "this is no signal",
            value=type(signal).__name__,
            hint="give a JSON patch, a file that holds one, the name of one in the patchset, or "
            "yields by channel",
        )
    return Patch(name, (), JsonPatch.of(_copied(list(operations), where=name)).operations)


def _patch_of_file(path: Path, known: Mapping[str, Patch] | None) -> Patch:
    """Read a file that holds one JSON patch."""
    if not os.path.exists(path):  # also where the name is too long for one of a file
        names = ", ".join(list(known or ())[:3])
        raise FileMissing(
            "there is no signal and no file of this name",
            value=str(path),
            hint=f"the patchset has {names}, ..." if names else "no patchset was given",
        )
    return _patch_of(*_document(path, what="patch"), name=patch_name(str(path)))


def _patch_of(document: Any, where: str, *, name: str) -> Patch:
    """Return what a file holds as a patch."""
    if isinstance(document, Mapping) and "patches" in document:
        raise LikelihoodError(f"{where} is a patchset", hint="name one of its signals")
    if isinstance(document, Mapping) and "patch" in document:
        document = document["patch"]
    try:
        operations: list[Operation] = JsonPatch.of(document).operations
    except LikelihoodError:
        raise LikelihoodError(
            f"{where} is not a JSON patch",
            value=type(document).__name__,
            hint="a JSON patch is a list of operations (RFC 6902)",
        ) from None
    return Patch(name, (), operations)


def _document(source: Any, *, what: str) -> tuple[Any, str]:
    """Return what a source holds, and what messages call it."""
    if isinstance(source, str | os.PathLike) or hasattr(source, "read"):
        content, where = _content(source, what=what)
        return _parsed(content, where), where
    if isinstance(source, Mapping):
        return _copied(dict(source), where=f"the {what}"), f"the {what}"
    raise ConfigError(
        f"this is no {what}",
        value=type(source).__name__,
        hint="give the path of a JSON file, or what it holds",
    )


def _content(source: Any, *, what: str) -> tuple[bytes, str]:
    """Read a file, open or by its path; return what it holds, and what messages call it."""
    if hasattr(source, "read"):
        where = str(getattr(source, "name", f"the {what}"))
        return _read(source, where), where
    where = os.fspath(source)
    # Not `isfile`, since a pipe has what a file has: `<(xz -dc patch.json.xz)` in a shell.
    if os.path.isdir(where):
        raise LikelihoodError(f"the {what} is a folder, and has to be a file", value=where)
    if not os.path.exists(where):  # also where a text is too long for the name of one
        raise FileMissing(
            f"the file of the {what} does not exist",
            value=where,
            hint=f"paths are relative to {Path.cwd()}",
        )
    with open(where, "rb") as file:
        return _read(file, where), where


def _read(file: Any, where: str) -> bytes:
    """Read an open file that may have no end."""
    most = ArchiveLimits().member_bytes
    content = bytearray()
    while part := file.read(_PART):  # Python has room for all that it is asked to read
        content += part.encode() if isinstance(part, str) else part
        if len(content) > most:
            raise LikelihoodError(
                f"{where} is too large for a likelihood", value=f"over {most / 2**20:.0f} MiB"
            )
    return bytes(content)


def _parsed(content: bytes, where: str) -> Any:
    """Return what a file holds."""
    if not content:
        raise LikelihoodError(f"{where} is empty", hint="it has to be JSON")
    return strictjson.parse(_decompressed(content, where), where=where)


def _decompressed(content: bytes, where: str) -> bytes:
    return decompressed(content, where=where, budget=Budget(ArchiveLimits()))


def _copied(document: Any, *, where: str) -> Any:
    """Return a copy as JSON has it: arrays of NumPy become lists."""
    try:
        content = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise LikelihoodError(f"{where} is not JSON", value=str(error)) from None
    return strictjson.parse(content, where=where)
