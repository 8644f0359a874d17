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
            document = yaml.safe_load(path.read_bytes())
        except OSError as error:
            raise ConfigError(f"{path} cannot be read", value=error.strerror) from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1}"
            raise ConfigError(
                f"{path}{place}: this is not YAML",
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


def _update(config: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            _update(config[key], value)
        else:
            config[key] = value
