"""What the commands that fit write: a short table for people, or JSON for programs.

The exit status of an answer is 0, or ``NOT_OK`` where its status is another than ok.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import click
import orjson

__all__ = ["EXIT_STATUS", "NOT_OK", "aligned", "number", "odd_yields", "said", "with_band", "write"]

NOT_OK = 3

EXIT_STATUS = (
    "The exit status is 0, 1 for an error in what was given, 2 for a wrong command line, and"
    f" {NOT_OK} for a result whose status is not ok."
)
"""The last words of the help of each command."""

_BAND = ("observed", "-2 sigma", "-1 sigma", "median", "+1 sigma", "+2 sigma")


def write(document: Any, lines: Iterable[str], *, status: str, as_json: bool) -> None:
    """Write an answer to stdout, and end with its exit status.

    Args:
        document: The answer for programs: dataclasses are objects, and NaN is null.
        lines: The same for people.
        status: The status of the answer.
        as_json: Which of them is written.
    """
    if as_json:
        options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
        click.echo(orjson.dumps(document, option=options).decode())
    else:
        click.echo("\n".join(lines))
    click.get_current_context().exit(0 if status == "ok" else NOT_OK)


def with_band(rows: Sequence[tuple[str, float, Iterable[float]]]) -> list[tuple[str, ...]]:
    """Return rows of a label, an observed value, and expected ones, below their names."""
    return [("", *_BAND), *((label, *map(number, (seen, *band))) for label, seen, band in rows)]


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows as lines, in which columns lie below one another; the first is a label.

    >>> aligned([("", "a"), ("long", "0.12")])
    ['         a', 'long  0.12']
    """
    columns = max(map(len, rows))
    widths = [
        max(len(row[column]) for row in rows if column < len(row)) for column in range(columns)
    ]
    return [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=False)]
        ).rstrip()
        for row in rows
    ]


def odd_yields(lowest: Any) -> list[str]:
    """Return what to know of the lowest minima of a test, if they are unphysical."""
    if lowest is None or not lowest.odd_yields:
        return []
    return [f"the lowest minima are unphysical ({lowest.odd_yields}): quote the others"]


def said(result: Any) -> list[str]:
    """Return the lines of the status and the message of a result."""
    return [f"status: {result.status}", *([f"message: {result.message}"] if result.message else [])]


def number(value: float | None) -> str:
    """Return a number with the digits that people read."""
    return "none" if value is None or math.isnan(value) else f"{value:.5g}"
