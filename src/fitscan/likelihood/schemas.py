"""What pyhf's JSON schema finds wrong, and where in the file it is."""

from typing import TYPE_CHECKING, Any

from fitscan.errors import LikelihoodError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["schema_error"]

_LETTERS = 160  # of a value in a message


def schema_error(error: "ValidationError", *, where: str, what: str) -> LikelihoodError:
    """Return what a schema refuses as an error with the place in the file.

    The place is a JSON pointer (RFC 6901), as JSON patches have them: /channels/0/samples/1/data.
    Where one of several forms is allowed, it is that of the form which fits best.

    Args:
        error: What jsonschema raised.
        where: Names the file.
        what: What the file is not: "a valid workspace".
    """
    # Imported here: a worker reads patches and validates nothing.
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    found = best_match([error]) or error
    pointer = "".join(f"/{_escaped(step)}" for step in found.absolute_path)
    message = found.message
    if len(message) > _LETTERS:  # it repeats all of the value at fault
        message = f"{message[: _LETTERS // 2]} ... {message[-_LETTERS // 2 :]}"
    return LikelihoodError(
        f"{where} is not {what} by pyhf's schema, at {pointer or 'its top level'}",
        value=message,
        hint="the place is a JSON pointer: names of keys, and numbers of items counted from 0",
    )


def _escaped(step: Any) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
