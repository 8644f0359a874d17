"""``fitscan scan``: a table of many signals."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from fitscan.cli.answers import EXIT_STATUS, NOT_OK
from fitscan.cli.arguments import bar_is_shown, check_stdin, likelihood_of, options_of_fits
from fitscan.files import check_writable, csv_bytes, write_csv

__all__ = ["command"]


@click.command("scan", epilog=EXIT_STATUS)
@click.argument("workspace")
@click.argument("signals", nargs=-1, required=True, metavar="PATCHSET|PATCHES...")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The table, written whole or not at all; - is stdout.  [default: -]",
)
@click.option(
    "--kind",
    type=click.Choice(["asymptotic", "limits", "toys"]),
    default="asymptotic",
    show_default=True,
    help="CLs by asymptotic formulae, and with them upper limits; or CLs by toys.",
)
@click.option(
    "--mu", type=float, default=1.0, show_default=True, help="The signal strength that is tested."
)
@click.option(
    "--level", type=float, default=0.95, show_default=True, help="Confidence level of limits."
)
@click.option(
    "--points", multiple=True, metavar="NAME", help="A signal; again for others.  [default: all]"
)
@click.option(
    "--toys",
    type=click.IntRange(min=1),
    metavar="N",
    help="Toys under each hypothesis.  [default: 2000]",
)
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the toys.  [default: 0]")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that fit.",
)
@options_of_fits
def command(
    workspace: str,
    signals: tuple[str, ...],
    *,
    output: Path | None,
    kind: str,
    mu: float,
    level: float,
    points: tuple[str, ...],
    toys: int | None,
    seed: int | None,
    processes: int,
    **options: Any,
) -> None:
    """Test many signals, and write a table.

    It is CSV with the columns of results.csv, one row a signal. Signals are a PATCHSET; or PATCHES,
    a file each, also as a pattern with labels in braces, whose values become columns. A file may be
    -, which is stdin.

    \b
    Examples:
        fitscan scan BkgOnly.json patchset.json -o results.csv
        fitscan scan BkgOnly.json 'patch_{m1}_{m2}.json' --kind limits --processes 4
        fitscan scan BkgOnly.json patches/*.json | head
    """
    if kind != "toys" and (toys, seed) != (None, None):
        raise click.UsageError("--toys and --seed need --kind toys.")
    check_stdin([workspace, *signals])
    if output == Path("-"):
        output = None
    if output is not None:
        _check_output(output, [workspace, *signals])  # before fits that may take hours
    likelihood = likelihood_of(workspace, signals[0] if len(signals) == 1 else signals, **options)
    numbers = {"signal": toys, "background": toys, "seed": seed}
    given = {name: value for name, value in numbers.items() if value is not None}
    table = likelihood.scan(
        kind=kind,
        mu=mu,
        level=level,
        points=points or None,
        toys=given or None,
        processes=processes,
        progress=bar_is_shown(),
    )
    if output is None:
        click.echo(csv_bytes(table), nl=False)  # whatever the encoding of this shell
    elif _is_stream(output):
        output.write_bytes(csv_bytes(table))
    else:
        write_csv(output.resolve(), table)
    others = table["status"][table["status"] != "ok"].value_counts()
    if len(others):
        told = ", ".join(f"{count} {status}" for status, count in others.items())
        click.echo(f"of {len(table)} signals {told}; column message says why", err=True)
        click.get_current_context().exit(NOT_OK)


def _is_stream(path: Path) -> bool:
    """Tell whether a path is a pipe, or a device such as /dev/null."""
    return path.exists() and not path.is_file()


def _check_output(output: Path, inputs: Sequence[str]) -> None:
    """Refuse to write into a folder that takes no files, or over what is read.

    Raises:
        click.UsageError: The output is one of the inputs, or is called as another format is.
        OSError: The folder cannot be written.
    """
    if _is_stream(output):
        return
    for name in inputs:
        if output.exists() and Path(name).exists() and output.samefile(name):
            raise click.UsageError(f"{output} is read, and would be overwritten.")
    if output.suffix in {".parquet", ".json", ".xlsx"}:
        raise click.UsageError(f"{output}: the table is CSV; call it {output.stem}.csv.")
    check_writable(output.resolve().parent)
