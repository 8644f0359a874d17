"""Apply a JSON patch without copying what it leaves alone.

A workspace of 1 MB takes 0.1 s to copy and a patchset has a hundred patches, so only the
containers on the way to a change are copied; everything else is shared with the original, which
stays as it was.
"""

import copy
import re
from typing import Any

import jsonpatch
import jsonpointer

from fitscan.errors import LikelihoodError

__all__ = ["Operation", "apply_patch"]

Operation = dict[str, Any]

_INDEX = re.compile("0|[1-9][0-9]*", re.ASCII)  # as RFC 6901 has it

# A copy that is copied again doubles: a patch of some kilobytes could ask for all memory.
_MOST_COPIED = 5_000_000  # values


def apply_patch(document: Any, operations: list[Operation], *, where: str) -> Any:
    """Return ``document`` with ``operations`` applied (RFC 6902); ``where`` names the patch.

    The result shares every container that no operation changes with ``document`` and with
    ``operations``, so none of them must be modified afterwards.

    Raises:
        LikelihoodError: An operation is malformed or does not apply.
    """
    patched = {"document": document}
    copied = 0
    try:
        for operation in operations:
            if operation.get("op") == "copy":
                source = jsonpointer.resolve_pointer(patched["document"], operation["from"])
                copied += _size(source, most=_MOST_COPIED)
                if copied > _MOST_COPIED:
                    raise LikelihoodError(
                        f"{where} copies too much", value=f"over {_MOST_COPIED:,} values"
                    )
            if operation.get("op") == "move":
                # What it removes may shift what its path leads to; rare in likelihoods.
                patched = copy.deepcopy(patched)
            if "from" in operation:
                _copy_containers(patched, operation["from"])
            if "path" in operation:
                parent, key = _copy_containers(patched, operation["path"])
                if _added(operation, parent, key):
                    continue
            patched["document"] = jsonpatch.JsonPatch([operation]).apply(
                patched["document"], in_place=True
            )
    except LikelihoodError:
        raise
    except (
        jsonpatch.JsonPatchException,
        jsonpointer.JsonPointerException,
        KeyError,
        AttributeError,
        TypeError,
        ValueError,
    ) as error:
        raise LikelihoodError(
            f"{where} does not apply to the workspace",
            value=str(error),
            hint="is it the patch of another workspace?",
        ) from error
    return patched["document"]


def _size(document: Any, *, most: int) -> int:
    """Return the number of values in a document, or one above ``most``."""
    size, waiting = 0, [document]
    while waiting and size <= most:
        part = waiting.pop()
        size += 1
        if isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return size


def _added(operation: Operation, parent: Any, key: str) -> bool:
    """Add an object to a list or to an object; tell whether this was what the operation does.

    It is all that most patches do. The library would check the operation in several ways and copy
    all of the value, ten times the work of all else: a signal sample of 1Lbb has 3000 numbers. The
    copy would guard against later operations, which here copy what they change.

    Args:
        operation: The operation.
        parent: What the last part of its path leads into; None if there is nothing.
        key: That last part.
    """
    value = operation.get("value")
    if operation.get("op") != "add" or not isinstance(value, dict):
        return False
    if isinstance(parent, list) and _INDEX.fullmatch(key) and int(key) <= len(parent):
        parent.insert(int(key), value)
    elif isinstance(parent, dict):
        parent[key] = value
    else:
        return False
    return True


def _copy_containers(parent: dict[str, Any], path: str) -> tuple[Any, str]:
    """Replace each container on the way to ``path``, the document first, by a shallow copy.

    Returns:
        What the last part of the path leads into, None if there is nothing; and that last part.
    """
    container: Any = parent
    key: Any = "document"
    parts = jsonpointer.JsonPointer(path).parts
    for number, part in enumerate(parts, start=1):
        if isinstance(container[key], list):
            container[key] = list(container[key])
            following: Any = int(part) if _INDEX.fullmatch(part) else None
            present = following is not None and following < len(container[key])
        elif isinstance(container[key], dict):
            container[key] = dict(container[key])
            following, present = part, part in container[key]
        else:
            return None, part
        if number == len(parts):
            return container[key], part
        if not present:
            return None, part  # jsonpatch refuses it
        container, key = container[key], following
    return None, ""  # the whole document
