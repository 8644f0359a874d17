"""Every key of the configuration, and values that its schema refuses; both from the schema alone.

A key is a path: ``*`` stands for a name that the user chooses, ``0`` for an entry of a list.
"""

import copy
import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fitscan.config.schema import schema

__all__ = ["Key", "keys", "placed", "wrong_values"]

Key = tuple[str, ...]
Part = dict[str, Any]

# One value of each type of JSON and YAML, to which no key gives a meaning.
_OF_TYPE: dict[str, list[Any]] = {
    "null": [None],
    "boolean": [True],
    "integer": [-7],
    "number": [-7.5, math.nan, -math.inf],
    "string": ["\n no such {value}"],
    "array": [[]],
    "object": [{}],
}
# Of an integer and a number the larger one includes the smaller.
_INCLUDED = {"number": {"integer"}}
# What says nothing about values, and what is walked or read elsewhere.
_SILENT = {"title", "description", "default", "$schema", "$defs", "$ref"}
_WALKED = {"properties", "items", "oneOf"}


def keys() -> Iterator[tuple[Key, Part]]:
    """Yield every key of the configuration with its part of the schema, the outer ones first."""
    yield from _keys((), schema())


def _keys(key: Key, part: Part) -> Iterator[tuple[Key, Part]]:
    part = _resolved(part)
    if key:
        yield key, part
    for choice in part.get("oneOf", []):
        for inner, found in _keys(key, choice):
            if inner != key:
                yield inner, found
    for name, inner in part.get("properties", {}).items():
        yield from _keys((*key, name), inner)
    if isinstance(part.get("additionalProperties"), dict):
        yield from _keys((*key, "*"), part["additionalProperties"])
    if "items" in part:
        yield from _keys((*key, "0"), part["items"])


def _resolved(part: Part) -> Part:
    if "$ref" in part:
        part = schema()["$defs"][part["$ref"].rsplit("/", 1)[1]]
    return part


def wrong_values(part: Part) -> Iterator[Any]:
    """Yield values that a part of the schema refuses: for each of its rules, those beyond it.

    Raises:
        AssertionError: It has a rule that this walk does not know.
    """
    part = _resolved(part)
    if "oneOf" in part:
        # Of a wrong value all choices have to say that it is wrong: those of the types of none.
        allowed = {name for choice in part["oneOf"] for name in _types(_resolved(choice))}
        yield from _of_other_types(allowed)
        for choice in map(_resolved, part["oneOf"]):
            yield from wrong_values({rule: v for rule, v in choice.items() if rule != "type"})
        return
    for rule, value in part.items():
        if rule not in _SILENT | _WALKED:
            assert rule in _BEYOND, f"what lies beyond {rule!r} of the schema?"
            yield from _BEYOND[rule](value, part)


def _types(part: Part) -> set[str]:
    if "const" in part:
        return {"string"}
    given = part["type"]
    return {given} if isinstance(given, str) else {*given}


def _of_other_types(allowed: set[str]) -> Iterator[Any]:
    included = set().union(*(_INCLUDED.get(name, set()) for name in allowed))
    for name, values in _OF_TYPE.items():
        # A number is wrong for what is not finite, whatever else is allowed.
        yield from (
            value
            for value in values
            if name not in allowed | included
            or (isinstance(value, float) and not math.isfinite(value))
        )


# What lies beyond the value of a rule of the schema.
_BEYOND: dict[str, Callable[[Any, Part], Iterable[Any]]] = {
    "type": lambda _, part: [
        *_of_other_types(_types(part)),
        *([1.0] if "integer" in _types(part) else []),
        *([10**30] if "number" in _types(part) else []),
    ],
    "const": lambda value, _: [f"{value} ", value.swapcase()],
    "enum": lambda value, _: [
        *_of_other_types({"string"}),
        *("", f"{value[0]} ", value[0].swapcase()),
    ],
    "minimum": lambda value, _: [value - 1],
    "maximum": lambda value, _: [value + 1],
    "exclusiveMinimum": lambda value, _: [value],
    "exclusiveMaximum": lambda value, _: [value],
    "minLength": lambda value, _: ["x" * (value - 1)],
    "maxLength": lambda value, _: ["x" * (value + 1)],
    "pattern": lambda value, _: ["a/b", "a b", "a\n"],
    "minItems": lambda value, part: [[_entry(part, number) for number in range(value - 1)]],
    "maxItems": lambda value, part: [[_entry(part, number) for number in range(value + 1)]],
    "uniqueItems": lambda _, part: [[_entry(part, 0)] * max(2, part.get("minItems", 0))],
    "minProperties": lambda value, _: [{}],
    "required": lambda value, _: [{}],
    "additionalProperties": lambda value, _: [{"no_such_key": 1}] if value is False else [],
    "propertyNames": lambda value, _: [
        {name: {}} for name in ("", "a/b", "a b", "a\n", "x" * (_resolved(value)["maxLength"] + 1))
    ],
}


def _entry(part: Part, number: int) -> Any:
    entry = _resolved(part["items"])
    if "enum" in entry:
        return entry["enum"][number]
    return f"x{number}" if entry["type"] == "string" else number + 1


def placed(config: Part, at: str, value: Any) -> Part:
    """Return a copy of a configuration in which a key has this value.

    Args:
        config: The configuration.
        at: The key with dots, and names in place of ``*``; what is missing on the way is added.
        value: Its value; an entry of a list takes the place of the first one.
    """
    key = at.split(".")
    changed = copy.deepcopy(config)
    part: Any = changed
    for step, following in itertools.pairwise(key):
        empty: Any = [] if following == "0" else {}
        if isinstance(part, list):
            part.extend([empty] * (not part))
            part = part[0]
        else:
            if not part.get(step):
                part[step] = empty
            part = part[step]
    if isinstance(part, list):
        part[:1] = [value]
    else:
        part[key[-1]] = copy.deepcopy(value)
    return changed
