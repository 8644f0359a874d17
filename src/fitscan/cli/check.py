"""``fitscan check``: what a run would do."""

from pathlib import Path

import click

from fitscan.project_files import project_folder

__all__ = ["command"]


def _all_cores() -> int:
    from fitscan.machine import cores

    return cores()


@click.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "--cores",
    type=click.IntRange(min=1),
    default=_all_cores,
    show_default="all",
    help="Cores of the run.",
)
@click.option(
    "--executors",
    type=click.Path(path_type=Path),
    default=lambda: project_folder() / "config" / "executors",
    show_default="those of fitscan",
    help="Folder of executors that are known by name.",
)
def command(files: tuple[Path, ...], *, cores: int, executors: Path) -> None:
    """Say what a run would do, and how long its fits take.

    Checks the configuration, of which later FILEs override earlier ones, and the likelihoods that
    are on this machine. Nothing is written and nothing is downloaded.

    \b
    Example:
        fitscan check my.yaml --cores 4
    """
    # Here, as in all commands: what they need takes longer to load than their help to write.
    from fitscan.check.outlook import outlook

    for line in outlook(files, cores=cores, executors=executors):
        click.echo(line)
