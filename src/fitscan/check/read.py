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
        ConfigError: A file cannot be read, is not YAML, or does not hold a mapping.
    """
    config: dict[str, Any] = {}
    for path in files:
        try:
            document = yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506  (a safe one)
        except OSError as error:
            raise ConfigError(f"{path} cannot be read", value=error.strerror) from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1}"
            raise ConfigError(
                f"{path}{place}: this is not a configuration",
                value=error.problem,
                hint="YAML indents by spaces, and needs quotes around texts with ': ' or ' #'",
            ) from None
        except yaml.YAMLError as error:
            raise ConfigError(f"{path} is not YAML", value=str(error)) from None
        if not isinstance(document, dict):
            raise ConfigError(
                f"{path} does not hold a configuration",
                value=document,
                hint="it needs the key analyses; see config/README.md",
            )
        _update(config, document)
    return config


class _Loader(yaml.SafeLoader):
    """YAML in which no mapping has a key twice: of two analyses of one name the first would go."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
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
