"""``fitscan limit``: upper limits on the strength of one signal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from fitscan.cli.answers import (
    EXIT_STATUS,
    aligned,
    number,
    odd_yields,
    said,
    with_band,
    write,
)
from fitscan.cli.arguments import one_signal, options_of_fits, signal_of

if TYPE_CHECKING:
    from fitscan.api.results import LimitsResult

__all__ = ["command"]


@click.command("limit", epilog=EXIT_STATUS)
@one_signal
@click.option("--level", type=float, default=0.95, show_default=True, help="Confidence level.")
@options_of_fits
@click.option("--json", "as_json", is_flag=True, help="Write JSON, with the names of the results.")
def command(
    workspace: str,
    patches: tuple[str, ...],
    more_patches: tuple[str, ...],
    *,
    level: float,
    as_json: bool,
    **options: Any,
) -> None:
    """Find upper limits on the strength of a signal, and its significance.

    Limits are where CLs is 1 - LEVEL. Each PATCH is a file with a JSON patch of the WORKSPACE;
    without one, the workspace has its signal in it. A file may be -, which is stdin.

    \b
    Example:
        fitscan limit BkgOnly.json patch.json --level 0.9
    """
    likelihood, signal, title = signal_of(workspace, patches, more_patches, **options)
    found = likelihood.upper_limit(signal, level=level)
    title += f", upper limits on mu at {100 * level:g} % CL"
    write(found, _lines(title, found), status=found.status, as_json=as_json)


def _lines(title: str, found: "LimitsResult") -> Iterator[str]:
    """Return limits for people, with those at the lowest minima where they differ."""
    test, lowest = found.test, found.lowest
    is_lower = test is not None and test.lowest is not None and test.lowest.delta_nll > 0.0
    rows = [("mu", found.observed, found.expected)]
    if lowest is not None and is_lower:
        rows.append(("  at lowest minima", lowest.observed, lowest.expected))
    table = [
        *with_band(rows),
        ("p0", number(found.p0)),
        ("significance", number(found.significance)),
    ]
    if lowest is not None and is_lower:
        table.append(("  at lowest minima", number(lowest.significance)))
    yield title
    yield from aligned(table)
    if test is not None:
        yield from odd_yields(test.lowest)
    yield from said(found)
