"""``fitscan reproduce``: a recorded run made again."""

from pathlib import Path

import click

__all__ = ["command"]


@click.command("reproduce")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default="reproduced",
    show_default=True,
    help="A new folder.",
)
@click.option("--cores", default="all", show_default=True, help="Cores that Snakemake may use.")
@click.option(
    "--tolerance",
    type=float,
    help="Allowed difference of numbers, relative for those above 1.  [default: 1e-06]",
)
@click.pass_context
def command(
    ctx: click.Context, file: Path, *, into: Path, cores: str, tolerance: float | None
) -> None:
    """Make a recorded run again and compare its numbers.

    FILE is the provenance.json of a run. Says what differs in software, inputs and numbers. The
    status is 1 if the numbers are not the same within the tolerance.

    \b
    Example:
        fitscan reproduce old/results/provenance.json --into again
    """
    from fitscan.provenance.reproduce.again import TOLERANCE, reproduce

    same = reproduce(
        file,
        into,
        cores=cores,
        tolerance=TOLERANCE if tolerance is None else tolerance,
        say=click.echo,
    )
    ctx.exit(0 if same else 1)
