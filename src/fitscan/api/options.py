"""The options of fits and scans in a program, checked by the schema of the configuration.

So their names, values and defaults are those of the workflow.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from fitscan.config.check import check_config
from fitscan.errors import ConfigError

__all__ = ["checked_options", "settings_of"]

_SCAN = "scan"


def checked_options(scan: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    """Return a checked configuration with one scan, called ``scan``.

    Args:
        scan: The part about the scan. What is None takes the default.
        others: Keys at the top level, the same.

    Raises:
        ConfigError: A value is not valid.
    """
    likelihood = {"workspace": "workspace", "patches": "patchset"}
    try:
        return check_config(
            {**_given(others), "scans": {_SCAN: _given(scan)}, "analyses": {"x": likelihood}},
            expand=False,
        )
    except ConfigError as error:
        what = error.what.removeprefix(f"scans.{_SCAN}").lstrip(".: ")
        raise ConfigError(what, value=error.value, hint=error.hint) from None


def settings_of(config: Mapping[str, Any], measurement: str, **changes: Any) -> dict[str, Any]:
    """Return the settings of single tests; see ``engines.compiled.data_tests.DataTests``.

    Args:
        config: See ``checked_options``.
        measurement: Name of the measurement.
        changes: ``mu_test`` where a test is made; ``kind`` if it differs, and ``level`` of limits.
    """
    scan = config["scans"][_SCAN]
    chosen = {name: scan[name] for name in ("kind", "test_stat", "poi_bounds")}
    return {
        **chosen,
        "minima": config["minima"],
        "measurement": measurement,
        "interpolation": config["interpolation"],
        **changes,
    }


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in options.items() if value is not None}


def _plain(value: Any) -> Any:
    """Return numbers and arrays of NumPy as those of Python, which the schema knows."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value
