"""The reference that a user gives for a scan: CLs of points, by name.

Takes the path of a CSV file; gives its columns. The process that the user starts reads it before
anything is fitted, so nothing here needs pandas.
"""

from typing import Any

from fitscan.columns import CLS
from fitscan.tables.user_table import GivenTable

__all__ = ["reference_columns"]


def reference_columns(path: str) -> dict[str, Any]:
    """Read ``name``, CLs by column, and ``error``; a point without a CLs has NaN.

    Raises:
        ConfigError: The file is not such a table.
    """
    table = GivenTable.read(path)
    table.unique(["name"])
    columns = [column for column in CLS if column in table.columns or column == "CLs_obs"]
    return {
        "name": table.texts("name"),
        **{column: table.numbers(column, gaps=True) for column in columns},
        "error": table.columns.get("error", [""] * len(table.lines)),
    }
