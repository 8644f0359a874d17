"""Configurations as Snakemake reads them, with the place of a fault in the file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from fitscan.errors import ConfigError

__all__ = ["read_config"]


def read_config(files: Sequence[Path]) -> dict[str, Any]:
    """Read configurations; later files override earlier ones, key by key.

    Raises:
        ConfigError: A file cannot be read, is not YAML in UTF-8, or does not hold a mapping.
    """
    config: dict[str, Any] = {}
    for path in files:
        document = _document(path)
        if not isinstance(document, dict):
            raise ConfigError(
                f"{path} does not hold a configuration",
                value=document,
                hint="it needs the key analyses; see config/README.md",
            )
        _update(config, document)
    return config


def _document(path: Path) -> Any:
    """Read the YAML of a file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read", value=error.strerror) from None
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        place = _place(content[: error.start].decode())
        raise ConfigError(
            f"{path}{place}: this is not UTF-8",
            value=content[error.start : error.start + 1],
            hint="have your editor save the file in UTF-8",
        ) from None
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  (a safe one)
    except yaml.MarkedYAMLError as error:
        mark, problem = error.problem_mark, error.problem
        place = "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1}"
    except yaml.reader.ReaderError as error:
        place, problem = _place(text[: error.position]), error.reason
    except RecursionError:
        place, problem = "", "it is nested too deeply"
    raise ConfigError(
        f"{path}{place}: this is not a configuration",
        value=problem,
        hint="YAML indents by spaces, and needs quotes around texts with ': ' or ' #'",
    )


def _place(before: str) -> str:
    """Say where something is, by the text before it."""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f", line {line}, column {column}"


class _Loader(yaml.SafeLoader):
    """YAML in which no mapping has a key twice: of two analyses of one name the first would go."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                problem="a key is no text", problem_mark=key.start_mark
            )
        if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
            raise yaml.constructor.ConstructorError(
                problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
            )
        seen.add(str(key.value))
    found: dict[Any, Any] = yaml.SafeLoader.construct_mapping(loader, node, deep=True)
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _update(config: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            _update(config[key], value)
        else:
            config[key] = value
