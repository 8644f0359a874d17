"""``fitscan run``: Snakemake with the workflow of this package, in place of this process."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from fitscan.cli.example import copy_example
from fitscan.masking import masked_command
from fitscan.project_files import project_folder

__all__ = ["command"]

_HELP = {"-h", "--help"}
_CONFIGURATIONS = (".yaml", ".yml", ".json")
# What Snakemake reads as a configuration file, by all its spellings.
_NAMED = ("--configfile", "--configfiles")


class Verbatim(click.Command):
    """A command that hands its words to another program as they are; only ``--help`` is its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take all words as they are."""
        if _HELP.intersection(args[: args.index("--")] if "--" in args else args):
            return super().parse_args(ctx, ["--help"])
        ctx.params["words"] = args
        return []


@click.command("run", cls=Verbatim)
@click.argument("words", nargs=-1, metavar="[FILE]... [SNAKEMAKE OPTION]...")
def command(words: Sequence[str]) -> None:
    """Scan the likelihoods of a configuration, by Snakemake.

    FILE is a configuration (.yaml); later ones override earlier ones. Without it this is
    config/config.yaml, and where that does not exist the example, which is copied here first. All
    files are made in this folder: results/, logs/, resources/.

    Every option of Snakemake can follow, and what to make: names of files, or `figures`. The status
    is that of Snakemake.

    \b
    Examples:
        fitscan run --cores 2
        fitscan run my.yaml --cores 4
        fitscan run my.yaml figures -n
    """
    files, options = configurations_in(words)
    named = any(word.split("=")[0] in _NAMED for word in options)
    if files and named:
        raise click.UsageError("Name configurations first, or after --configfile, and not both.")
    if not files and not named and "--unlock" not in options:
        for line in copy_example(Path()):
            click.echo(line, err=True)
    os.environ["FITSCAN_COMMAND"] = masked_command(["fitscan", "run", *words])
    sys.stdout.flush()
    # In place of this process, so that signals reach Snakemake and its status is this one's.
    arguments = snakemake_arguments(files, options)
    os.execv(sys.executable, [sys.executable, "-m", "snakemake", *arguments])  # noqa: S606


def configurations_in(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split a command line into the configurations it begins with, and all else.

    >>> configurations_in(["my.yaml", "--cores", "2", "other.yaml"])
    (['my.yaml'], ['--cores', '2', 'other.yaml'])
    """
    number = next((n for n, w in enumerate(words) if not _is_configuration(w)), len(words))
    return list(words[:number]), list(words[number:])


def _is_configuration(word: str) -> bool:
    return word.endswith(_CONFIGURATIONS) and not word.startswith("-")


def snakemake_arguments(files: Sequence[str], options: Sequence[str]) -> list[str]:
    """Return the command line of Snakemake."""
    # First, since `--configfile` takes all words up to the next option.
    named = ["--configfile", *files] if files else []
    return [*named, "--snakefile", str(project_folder() / "Snakefile"), *options]
