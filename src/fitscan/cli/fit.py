"""``fitscan fit``: the parameters that the data prefer."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from fitscan.cli.answers import EXIT_STATUS, aligned, number, said, write
from fitscan.cli.arguments import one_signal, options_of_fits, signal_of

if TYPE_CHECKING:
    from fitscan.api.results import FitResult

__all__ = ["command"]

_COLUMNS = ("fitted", "uncertainty", "pull", "constraint")


@click.command("fit", epilog=EXIT_STATUS)
@one_signal
@click.option("--mu", type=float, help="Hold the signal strength at this value.")
@options_of_fits
@click.option(
    "--json", "as_json", is_flag=True, help="Write JSON, with correlations and yields in it."
)
def command(
    workspace: str,
    patches: tuple[str, ...],
    more_patches: tuple[str, ...],
    *,
    mu: float | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Fit the data: parameters with uncertainties.

    Each PATCH is a file with a JSON patch of the WORKSPACE; without one the workspace is fitted as
    it is, with or without a signal. A file may be -, which is stdin.

    \b
    Examples:
        fitscan fit BkgOnly.json
        fitscan fit BkgOnly.json patch.json --mu 0 --json
    """
    likelihood, signal, title = signal_of(workspace, patches, more_patches, **options)
    found = likelihood.fit(signal, mu=mu)
    document = _document(found) if as_json else None
    write(document, _lines(title, found), status=found.status, as_json=as_json)


def _lines(title: str, found: "FitResult") -> Iterator[str]:
    """Return a fit for people: parameters, one a line."""
    yield title
    held = "" if found.mu is None else " (held)"
    yield from aligned([("mu", f"{number(found.mu_hat)}{held}"), ("nll", f"{found.nll:.10g}")])
    yield from said(found)
    yield ""
    table = found.parameters
    rows = table[list(_COLUMNS)].itertuples(index=True, name=None)
    yield from aligned(
        [("parameter", *_COLUMNS), *((str(name), *map(number, row)) for name, *row in rows)]
    )


def _document(found: "FitResult") -> dict[str, Any]:
    """Return a fit for programs: tables are objects by parameter, and yields a list of rows."""
    tables = {
        "parameters": found.parameters.to_dict("index"),
        "correlations": found.correlations.to_dict("index"),
        "yields": found.yields.to_dict("records"),
    }
    return {**vars(found), **tables}
