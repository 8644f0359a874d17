"""The schema of the configuration: its checks, its defaults, and what is said of a violation."""

import copy
import difflib
import functools
import re
import sys
from importlib import resources
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator, TypeChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from fitscan.errors import ConfigError

__all__ = ["Config", "check_schema", "schema", "with_defaults"]

Config = dict[str, Any]

_LARGEST_INTEGER = 2**63 - 1

_NAME = "a name is letters, digits, '.', '_' and '-', and begins with a letter or digit"

# Keys of earlier versions, and what they are called now.
_RENAMED = {
    "theory": ("signal_xsec_uncertainty",),
    "within": ("near_contour_factor",),
    "most_failed": ("max_failed_fraction",),
    "show_point": ("detail_point",),
    "block": ("toys_per_task", "experiments_per_task"),
}


@functools.cache
def schema() -> Config:
    """Return the JSON schema of the configuration; config/README.md is its prose."""
    text = resources.files("fitscan").joinpath("config.schema.yaml").read_text("utf-8")
    # libyaml, where PyYAML was built with it, takes a tenth of the time.
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506


def check_schema(config: Config) -> None:
    """Check a configuration against the schema.

    Raises:
        ConfigError: An unknown key, or a value of the wrong type or out of range.
    """
    error = best_match(_Validator(schema()).iter_errors(config))
    if error is not None:
        raise _explained(error)


def with_defaults(value: Any, part: Config) -> Any:
    """Fill the defaults of the schema ``part`` into ``value``, at every depth."""
    if "$ref" in part:
        part = schema()["$defs"][part["$ref"].rsplit("/", 1)[1]]
    if not isinstance(value, dict):
        return value
    for key, child in part.get("properties", {}).items():
        if key not in value and "default" in child:
            value[key] = copy.deepcopy(child["default"])
        if key in value:
            value[key] = with_defaults(value[key], child)
    others = part.get("additionalProperties")
    if isinstance(others, dict):
        for key in value.keys() - part.get("properties", {}).keys():
            value[key] = with_defaults(value[key], others)
    return value


def _is_finite_number(checker: TypeChecker, value: object) -> bool:
    """Refuse the .nan and .inf of YAML, and integers of more digits than requests can hold."""
    number = Draft202012Validator.TYPE_CHECKER.is_type(value, "number")
    largest = _LARGEST_INTEGER if isinstance(value, int) else sys.float_info.max
    return number and abs(cast("float", value)) <= largest


def _is_integer(_: TypeChecker, value: object) -> bool:
    """Refuse 1.0, an integer to JSON schema: keys, streams and requests tell it from 1."""
    return isinstance(value, int) and not isinstance(value, bool)


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": _is_finite_number, "integer": _is_integer}
    ),
)


def _explained(error: ValidationError) -> ConfigError:
    """Turn a schema violation into an error that names the key, the value and the way out."""
    # Of several choices, that which allows the value at least in part knows better what is wrong.
    inner = [choice for choice in error.context or () if choice.relative_path]
    if inner:
        return _explained(inner[0])
    where = ".".join(str(step) for step in error.absolute_path) or "the configuration"
    value: Any = error.instance
    properties = cast("dict[str, Any]", error.schema).get("properties", {})
    if error.validator == "additionalProperties":
        unknown = next(str(key) for key in value if key not in properties)
        return _unknown_key(unknown, properties, where=where)
    if error.validator == "required":
        missing = next(key for key in cast("list[str]", error.validator_value) if key not in value)
        hint = properties.get(missing, {}).get("description", "see config/README.md")
        return ConfigError(f"{where} lacks a key", value=missing, hint=hint)
    what = f"{where} is not valid" if value is not None else f"{where} is not valid: null"
    return ConfigError(what, value=value, hint=_hint(error, where=where))


def _unknown_key(unknown: str, known: Config, *, where: str) -> ConfigError:
    """Return the error about a key that the schema does not have."""
    for new in _RENAMED.get(unknown, ()):
        if new in known:
            return ConfigError(
                f"{where} has a key under its old name",
                value=unknown,
                hint=f"it is now called {new}",
            )
    close = difflib.get_close_matches(unknown, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
    return ConfigError(f"{where} has an unknown key", value=unknown, hint=hint)


def _hint(error: ValidationError, *, where: str) -> str:
    """Say what a value has to be."""
    value: Any = error.instance
    rule: Any = error.validator_value
    match error.validator:
        case "enum":
            if (where, value) == ("minima", "start"):
                return "it is now called default"
            return f"one of {', '.join(map(str, rule))}"
        case "type":
            return _type_hint(value, rule)
        case "pattern":
            is_name = where in {"scans", "analyses", "combinations"}
            return _NAME if is_name else f"expected text that matches {rule}"
        case "maxLength":
            return f"it has {len(value)} letters, at most {rule} are allowed"
        case "oneOf":
            return str(cast("Config", error.schema).get("description", ""))
    return str(error.message)


def _type_hint(value: Any, rule: str | list[str]) -> str:
    hint = f"expected {rule if isinstance(rule, str) else ' or '.join(rule)}"
    if isinstance(value, str) and re.fullmatch(r"true|false|null|[-+]?\d+(\.\d*)?", value):
        return f"{hint}; quotes make it text, and so do braces in --config: set it in a file"
    if "number" in rule and isinstance(value, str):
        return f"{hint}; YAML reads 1e-3 as text and 1.0e-3 as a number"
    if "number" in rule and isinstance(value, int) and not isinstance(value, bool):
        return f"{hint}; write an integer of so many digits as 1.0e+20"
    return hint
