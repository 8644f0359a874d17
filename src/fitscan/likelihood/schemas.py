"""What pyhf's JSON schema finds wrong, and where in the file it is."""

import json
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitscan.errors import LikelihoodError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["check_schema", "schema_error"]

VERSION = "1.0.0"  # of pyhf's schemas

_LETTERS = 160  # of a value in a message


def check_schema(document: Any, schema: str, *, where: str) -> None:
    """Check a document by a JSON schema of pyhf.

    fastjsonschema takes a thirtieth of jsonschema's time, so it looks first. What it refuses is
    shown to pyhf, whose verdict counts and says which place in the document is at fault. Without
    tensors, which no file has: with them a Boolean would be a number.

    Args:
        document: What a JSON file holds.
        schema: What it should be: ``workspace`` or ``patchset``.
        where: Names the file.

    Raises:
        LikelihoodError: See ``schema_error``.
    """
    # Imported here: a worker reads patches and validates nothing.
    from fastjsonschema import JsonSchemaValueException  # noqa: PLC0415

    try:
        _fast_validator(schema)(document)
    except JsonSchemaValueException:
        from pyhf import exceptions  # noqa: PLC0415
        from pyhf.schema import validate  # noqa: PLC0415

        try:
            validate(document, f"{schema}.json", version=VERSION, allow_tensors=False)
        except exceptions.InvalidSpecification as error:
            raise schema_error(error.parent, where=where, what=f"a valid {schema}") from None


@cache
def _fast_validator(schema: str) -> Callable[[Any], object]:
    """Compile a schema of pyhf, from its files: an import of pyhf takes longer than all of this."""
    from fastjsonschema import compile as compiled  # noqa: PLC0415

    spec = find_spec("pyhf")
    assert spec is not None  # fitscan depends on it
    assert spec.submodule_search_locations  # it is a package
    folder = Path(spec.submodule_search_locations[0]) / "schemas" / VERSION

    def read(name: str) -> Any:
        return json.loads((folder / name).read_bytes())

    validator: Callable[[Any], object] = compiled(
        read(f"{schema}.json"),
        handlers={"https": lambda address: read(address.rpartition("/")[2])},
        use_default=False,
        use_formats=False,
    )
    return validator


def schema_error(error: "ValidationError", *, where: str, what: str) -> LikelihoodError:
    """Return what a schema refuses as an error with the place in the file.

    The place is a JSON pointer (RFC 6901), as JSON patches have them: /channels/0/samples/1/data.
    Where one of several forms is allowed, it is that of the form which fits best.

    Args:
        error: What jsonschema raised.
        where: Names the file.
        what: What the file is not: "a valid workspace".
    """
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
