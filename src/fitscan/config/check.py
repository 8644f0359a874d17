"""The configuration: checked against its schema, defaults filled in, before anything runs.

Takes what Snakemake read from YAML; gives a dictionary in which every key of
``config.schema.yaml`` is present, plain except for the addresses of archives.
"""

import copy
import difflib
import functools
import json
import re
import sys
from collections.abc import Mapping
from importlib import resources
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator, TypeChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from fitscan.address import Address, expand_path
from fitscan.config.combinations import check_combinations, combination_scans
from fitscan.errors import ConfigError
from fitscan.masking import masked

__all__ = ["analysis_scans", "check_config", "schema"]

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


def check_config(config: Config, *, expand: bool = True) -> Config:
    """Return a copy of ``config`` with defaults filled in, or say what is wrong with it.

    Args:
        config: The configuration as it was read.
        expand: Whether it is to be used: archives are of the class ``Address``, and in paths
            environment variables and ``~`` are filled in. Otherwise it is to be recorded: all is
            as it was written, with the secrets of addresses masked.

    Raises:
        ConfigError: An unknown key, a value of the wrong type or out of range, an analysis that
            names a scan which is not defined, a combination that cannot be, or an environment
            variable that is not set.
    """
    try:
        json.dumps(config, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as half:
        raise ConfigError(
            "the configuration has half of a character, which no file can hold",
            value=half.object[max(0, half.start - 20) : half.end],
            hint="write the character itself instead of \\ud800 and the like",
        ) from None
    error = best_match(_Validator(schema()).iter_errors(config))
    if error is not None:
        raise _explained(error)
    _check_scans(config)
    filled: Config = _with_defaults(copy.deepcopy(config), schema())
    for name, analysis in filled["analyses"].items():
        unknown = [scan for scan in analysis["scans"] or [] if scan not in filled["scans"]]
        if unknown:
            raise ConfigError(
                f"analyses.{name}.scans names a scan that is not defined",
                value=unknown[0],
                hint=f"the scans are {', '.join(filled['scans'])}",
            )
        if analysis["sha256"] is not None and analysis["archive"] is None:
            raise ConfigError(
                f"analyses.{name}.sha256 has no meaning without an archive",
                value=analysis["sha256"],
                hint="leave it out; only archives are checked",
            )
        if expand:
            _expand_likelihood(analysis, where=f"analyses.{name}")
    _check_minimisers(filled["pyhf"])
    if expand:
        filled["executor"] = expand_path(filled["executor"], where="executor")
    for section in ("analyses", "combinations") if expand else ():
        _expand_given(filled[section], where=section)
    check_combinations(filled)
    kinds = {filled["scans"][scan]["kind"] for _, scan in analysis_scans(filled)}
    if filled["benchmark"] is not None and "asymptotic" not in kinds:
        raise ConfigError(
            "benchmark times scans of kind asymptotic, but there are none",
            hint="add scans: {hypotest: {kind: asymptotic}}, or leave benchmark out",
        )
    return filled if expand else _recorded(filled)


def _expand_likelihood(analysis: Config, *, where: str) -> None:
    """Fill environment variables into paths; into the address of an archive where it is used."""
    fill = _local_path if analysis["archive"] is None else expand_path
    for key in ("workspace", "patches"):
        if analysis[key] is not None:
            analysis[key] = fill(analysis[key], where=f"{where}.{key}")
    address = Address.of(analysis["archive"], where=f"{where}.archive")
    if address is not None:
        expand_path(address.written, where=address.where)  # to say at once that one is not set
    analysis["archive"] = address
    # They are to be published.
    analysis |= {key: _without_secrets(analysis[key]) for key in ("cite", "hepdata")}


def _recorded(config: Config) -> Config:
    """Return a configuration without secrets."""
    recorded: Config = _without_secrets(config)
    for name, analysis in config["analyses"].items():
        address = Address.of(analysis["archive"])
        recorded["analyses"][name]["archive"] = address and address.recorded
    return recorded


def _local_path(path: str, *, where: str) -> str:
    """Fill environment variables into a path; Snakemake shows it, so it must be no address."""
    expanded = expand_path(path, where=where)
    if "://" in expanded:
        raise ConfigError(
            f"{where} is an address, and has to be the path of a file",
            value=path,
            hint="download the file and give its path; only `archive` may be an address",
        )
    return expanded


def _without_secrets(part: Any) -> Any:
    """Return a part of the configuration with the secrets masked of all addresses in its texts."""
    match part:
        case dict():
            return {key: _without_secrets(value) for key, value in part.items()}
        case list():
            return [_without_secrets(value) for value in part]
        case str():
            return masked(part, query="named")
    return part


def _expand_given(section: Config, *, where: str) -> None:
    """Fill environment variables into the paths of the tables that a user gives."""
    for name, settings in section.items():
        for key in ("overlays", "compare", "cross_section"):
            given = settings[key] if isinstance(settings[key], list) else [settings[key]]
            for table in filter(None, given):
                table["path"] = _local_path(table["path"], where=f"{where}.{name}.{key}.path")


def _check_scans(config: Config) -> None:
    """Refuse options of a scan that contradict one another, as the user wrote them."""
    for name, scan in config.get("scans", {}).items():
        where, bounds = f"scans.{name}", scan.get("poi_bounds")
        limits = scan["kind"] == "limits" or scan.get("toys", {}).get("limits") is not None
        if scan.get("level", 0.95) != 0.95 and not limits and scan["kind"] != "coverage":
            raise ConfigError(
                f"{where}.level has no meaning for kind {scan['kind']}",
                value=scan["level"],
                hint="for exclusions set figures.test_size",
            )
        if scan["kind"] != "asymptotic" and config.get("engine") == "pyhf":
            raise ConfigError(
                f"{where}: the engine pyhf does not support scans of kind {scan['kind']}",
                hint="use engine: compiled, which the audit compares with pyhf",
            )
        options = schema()["properties"]["scans"]["additionalProperties"]["properties"]
        for kind in ("toys", "coverage"):  # each has options of its name
            given = scan.get(kind, {}) not in ({}, _with_defaults({}, options[kind]))
            if given and scan["kind"] != kind:
                raise ConfigError(
                    f"{where}.{kind} has no meaning for kind {scan['kind']}",
                    hint=f"set kind: {kind}",
                )
        _check_toys(scan.get("toys", {}), where=f"{where}.toys")
        if bounds is not None and not bounds[0] < bounds[1]:
            raise ConfigError(
                f"{where}.poi_bounds are not increasing",
                value=bounds,
                hint="the lower bound comes first",
            )
        if bounds is not None and not bounds[0] <= 0 < bounds[1]:
            raise ConfigError(
                f"{where}.poi_bounds exclude 0, the signal strength without a signal",
                value=bounds,
                hint="set a lower bound of 0 or less",
            )
        if scan["kind"] != "asymptotic" and config.get("fallback") == "pyhf":
            raise ConfigError(
                f"{where}: the fallback pyhf does not support scans of kind {scan['kind']}",
                hint="set fallback: none; the log then names the points that the engine rejects",
            )
        if scan.get("test_stat") == "q" and not (bounds and bounds[0] < 0):
            raise ConfigError(
                f"{where}.test_stat: q needs a signal strength that may be negative",
                value=bounds,
                hint="set poi_bounds, such as [-5, 10]; with a lower bound of 0, q is qtilde",
            )
        mu_test = scan.get("mu_test", 1.0)
        if bounds is not None and not bounds[0] <= mu_test <= bounds[1]:
            raise ConfigError(
                f"{where}.mu_test lies outside poi_bounds", value=mu_test, hint=f"they are {bounds}"
            )


def _check_minimisers(pyhf: Config) -> None:
    """Refuse a second minimiser that is the first one."""
    if pyhf["retry"] == pyhf["optimizer"]:
        raise ConfigError(
            "pyhf.retry is the minimiser that has failed, pyhf.optimizer",
            value=pyhf["retry"],
            hint="set the other one, or none",
        )


def _check_toys(toys: Config, *, where: str) -> None:
    """Refuse a precision that asks for nothing, or a maximum below the first round."""
    precision = toys.get("precision")
    if precision is None:
        return
    if precision.get("significance") is None and precision.get("absolute") is None:
        raise ConfigError(
            f"{where}.precision does not say when there are enough toys",
            hint="set significance, absolute, or both",
        )
    for hypothesis in ("signal", "background"):
        number = toys.get(hypothesis, 2000)
        if precision["maximum"] < number:
            raise ConfigError(
                f"{where}.precision.maximum is below the {hypothesis} toys of the first round",
                value=precision["maximum"],
                hint=f"they are {number}",
            )


def analysis_scans(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the pairs (analysis, scan) of a checked configuration, in its order.

    Statistical combinations come last; they are fitted like any other analysis.
    """
    analyses = [
        (analysis, scan)
        for analysis, settings in config["analyses"].items()
        for scan in settings["scans"] or config["scans"]
    ]
    return analyses + combination_scans(config, "statistical")


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


def _with_defaults(value: Any, part: Config) -> Any:
    """Fill the defaults of the schema ``part`` into ``value``, at every depth."""
    if "$ref" in part:
        part = schema()["$defs"][part["$ref"].rsplit("/", 1)[1]]
    if not isinstance(value, dict):
        return value
    for key, child in part.get("properties", {}).items():
        if key not in value and "default" in child:
            value[key] = copy.deepcopy(child["default"])
        if key in value:
            value[key] = _with_defaults(value[key], child)
    others = part.get("additionalProperties")
    if isinstance(others, dict):
        for key in value.keys() - part.get("properties", {}).keys():
            value[key] = _with_defaults(value[key], others)
    return value


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
