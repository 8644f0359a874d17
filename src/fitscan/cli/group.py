"""The group of all commands, which loads the one that is asked for and no other.

A command is the function ``command`` of the module of its name in this package. Its line in
``COMMANDS`` is all that ``fitscan --help`` needs, so that the list of commands does not wait for
what they import. Results go to stdout and messages to stderr. An error of a user is one message and
exit status 1, and a wrong command line is exit status 2; ``answers`` has one more.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

import fitscan
from fitscan.cli.standard_streams import (
    buffer_stdout,
    forget_unwritten,
    open_standard_streams,
)
from fitscan.errors import FitscanError, StorageError
from fitscan.files import storage_error

__all__ = ["COMMANDS", "commands", "main"]

COMMANDS = {
    "cls": "Test a signal: observed and expected CLs.",
    "limit": "Find upper limits on the strength of a signal, and its significance.",
    "fit": "Fit the data: parameters with uncertainties.",
    "scan": "Test many signals, and write a table.",
    "run": "Scan the likelihoods of a configuration, by Snakemake.",
    "init": "Write a configuration for a likelihood.",
    "check": "Say what a run would do, and how long its fits take.",
    "doctor": "Check that an executor works before a scan is sent to it.",
    "reproduce": "Make a recorded run again and compare its numbers.",
}
"""The commands in the order of the help, with its line for each."""


class UserError(click.ClickException):
    """An error of a user: its message says all."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")

    def show(self, file: Any = None) -> None:
        """Write the message to stderr."""
        click.echo(self.message, file=file, err=True)


class Commands(click.Group):
    """Commands by name, loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"fitscan.cli.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, of which none is loaded."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, of which none is loaded."""
        found = [
            CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; show an error of a user without the way to it."""
        try:
            _check_folder()
            return super().invoke(ctx)
        except FitscanError as error:
            raise UserError(error) from None

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command line; show an error of the system, also of help, as that of a user."""
        try:
            return super().main(*arguments, **options)  # which knows of readers that have gone
        except OSError as error:
            told = StorageError(error.strerror or str(error), value=error.filename)
            UserError(storage_error(error) or told).show()
            sys.exit(UserError.exit_code)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`fitscan COMMAND --help` shows options and an example. Completion of the shell:"
    ' eval "$(_FITSCAN_COMPLETE=bash_source fitscan)", or zsh_source, or fish_source.',
)
@click.version_option(fitscan.__version__, prog_name="fitscan")
def commands() -> None:
    """Fit every signal hypothesis of a HistFactory likelihood, and get its exclusion contour."""


def _check_folder() -> None:
    """Refuse to run in a folder that was deleted.

    Raises:
        StorageError: It was.
    """
    try:
        Path.cwd()
    except FileNotFoundError:
        raise StorageError("this folder was deleted", hint="change to another one") from None


def main() -> None:
    """Run the command line of this process."""
    open_standard_streams()
    buffer_stdout()
    try:
        commands(prog_name="fitscan")
    finally:
        forget_unwritten()
