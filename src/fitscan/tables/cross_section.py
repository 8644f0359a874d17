"""The cross-section of a signal along one axis, from a CSV file."""

import numpy as np

from fitscan.contour import CrossSection
from fitscan.errors import ConfigError
from fitscan.tables.user_table import GivenTable

__all__ = ["read_cross_section"]


def read_cross_section(path: str, axis: str) -> CrossSection:
    """Read a cross-section.

    The file has the column of the axis, ``cross_section``, and perhaps ``uncertainty`` in the same
    unit or ``uncertainty_percent``; rows may come in any order.

    Raises:
        ConfigError: The file is not such a table, or a cross-section is not above 0.
    """
    table = GivenTable.read(path)
    table.unique([axis])
    x, value = table.numbers(axis), table.numbers("cross_section")
    given = [name for name in ("uncertainty", "uncertainty_percent") if name in table.columns]
    if len(given) == 2:
        raise ConfigError(f"{path} has two uncertainties", hint=f"keep one of {', '.join(given)}")
    uncertainty = table.numbers(given[0]) if given else np.zeros(len(x))
    if given == ["uncertainty_percent"]:
        uncertainty = uncertainty * value / 100.0
    wrong = (value <= 0.0) | (uncertainty < 0.0) | (uncertainty >= value)
    if wrong.any():
        raise ConfigError(
            f"{path}, line {table.lines[int(wrong.argmax())]}: a cross-section is not above 0, or"
            " its uncertainty not between 0 and it",
            value=(float(value[wrong][0]), float(uncertainty[wrong][0])),
        )
    order = np.argsort(x)
    return CrossSection(x[order], value[order], uncertainty[order])
