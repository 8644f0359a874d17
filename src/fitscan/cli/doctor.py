"""``fitscan doctor``: whether an executor works."""

from pathlib import Path

import click

from fitscan.project_files import project_folder

__all__ = ["command"]


@click.command("doctor")
@click.argument("executor", default="in_process")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=lambda: project_folder() / "config" / "executors",
    show_default="those of fitscan",
    help="Folder of executors that are known by name.",
)
@click.option(
    "--patience", type=float, default=600.0, show_default=True, help="Seconds to wait for a worker."
)
def command(executor: str, *, folder: Path, patience: float) -> None:
    """Check that an executor works before a scan is sent to it.

    EXECUTOR is a name, or a file with settings. A worker says who it is; its versions stand beside
    those of this machine. The status is 1 if a scan would not start there.

    \b
    Example:
        fitscan doctor my_cluster.yaml
    """
    from fitscan.dispatch.doctor import examine

    for line in examine(executor, folder=folder, patience_s=patience):
        click.echo(line)
