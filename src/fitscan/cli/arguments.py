"""What the commands that fit ask for: a workspace, its signal, and how fits are made.

A file may be ``-``, which is stdin, as with pyhf's commands.
"""

import gc
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fitscan.errors import ConfigError
from fitscan.garbage import collection_paused

if TYPE_CHECKING:
    from fitscan.api.likelihood import Likelihood

__all__ = [
    "bar_is_shown",
    "check_stdin",
    "likelihood_of",
    "one_signal",
    "options_of_fits",
    "signal_of",
]

F = TypeVar("F", bound=Callable[..., Any])

_STDIN = "-"

_ONE_SIGNAL = [
    click.argument("workspace", default=_STDIN, metavar="[WORKSPACE]"),
    click.argument("patches", nargs=-1, metavar="[PATCH]..."),
    click.option(
        "-p",
        "--patch",
        "more_patches",
        multiple=True,
        metavar="FILE",
        help="A patch, as PATCH. Several are applied one after the other.",
    ),
    click.option("--patchset", metavar="FILE", help="Signals by name."),
    click.option("--name", metavar="NAME", help="The name of the signal in the patchset."),
]

_FITS = [
    click.option("--measurement", metavar="NAME", help="A measurement.  [default: the first]"),
    click.option(
        "--poi-bounds",
        nargs=2,
        type=float,
        metavar="LO HI",
        help="Bounds of the signal strength in fits.  [default: those of the measurement]",
    ),
    click.option(
        "--test-stat",
        type=click.Choice(["qtilde", "q"]),
        default="qtilde",
        show_default=True,
        help="Test statistic; q needs bounds that begin below 0.",
    ),
    click.option(
        "--minima",
        type=click.Choice(["default", "search", "exhaustive"]),
        default="search",
        show_default=True,
        help="Whether lower minima are looked for than those that fits reach by default.",
    ),
    click.option(
        "--no-verify-digest", is_flag=True, help="Take the patchset of another workspace."
    ),
]


def one_signal(function: F) -> F:
    """Give a command the arguments of a workspace and one signal; see ``signal_of``."""
    return _decorated(function, _ONE_SIGNAL)


def options_of_fits(function: F) -> F:
    """Give a command the options of fits; see ``likelihood_of``."""
    return _decorated(function, _FITS)


def _decorated(function: F, decorators: Sequence[Callable[[F], F]]) -> F:
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def likelihood_of(
    workspace: str,
    patchset: str | tuple[str, ...] | None,
    *,
    measurement: str | None,
    poi_bounds: tuple[float, float] | None,
    test_stat: str,
    minima: str,
    no_verify_digest: bool,
) -> "Likelihood":
    """Read the likelihood that a command line names.

    Args:
        workspace: A file.
        patchset: See ``fitscan.api.sources.read_patches``.
        measurement: See ``Likelihood``, as for all that follow.
        poi_bounds: The same.
        test_stat: The same.
        minima: The same.
        no_verify_digest: The opposite of ``verify_digest``.
    """
    # What is loaded and read stays until the process ends, and holds no garbage.
    with collection_paused():
        from fitscan.api.likelihood import Likelihood

        found = Likelihood(
            _source(workspace),
            _source(patchset),
            measurement=measurement,
            poi_bounds=poi_bounds,
            test_stat=test_stat,
            minima=minima,
            verify_digest=not no_verify_digest,
        )
        gc.freeze()  # or all of it is looked at once the pause ends
    return found


def signal_of(
    workspace: str,
    patches: Sequence[str],
    more_patches: Sequence[str],
    *,
    patchset: str | None,
    name: str | None,
    **options: Any,
) -> "tuple[Likelihood, Any, str]":
    """Read the likelihood and the signal that a command line names.

    Args:
        workspace: A file.
        patches: Files, which are applied one after the other.
        more_patches: The same, if there are no ``patches``.
        patchset: A file.
        name: A signal in it.
        options: See ``likelihood_of``.

    Returns:
        The likelihood, the hypothesis that its methods take, and what an answer calls it.
    """
    if patches and more_patches:
        raise click.UsageError("Name patches after the workspace, or with -p, and not both.")
    files = [*patches, *more_patches]
    if (patchset is None) != (name is None):
        raise click.UsageError("--patchset and --name need each other.")
    if files and name is not None:
        raise click.UsageError("Name patches, or a signal in a patchset, and not both.")
    check_stdin([workspace, *files, *([] if patchset is None else [patchset])])
    likelihood = likelihood_of(workspace, patchset, **options)
    named = ("stdin" if file == _STDIN else file for file in files or [workspace])
    title = name or " + ".join(named)
    if name is not None:
        from fitscan.config.points import check_point_name

        check_point_name(likelihood.signals, name, key="--name")
        return likelihood, name, title
    if len(files) < 2:
        return likelihood, _source(files[0]) if files else None, title
    from fitscan.api.sources import signal_patch

    read = [signal_patch(_source(file), likelihood.workspace) for file in files]
    operations = [operation for patch in read for operation in patch.operations]
    return likelihood, operations, title


def bar_is_shown() -> bool:
    """Tell whether somebody sees a progress bar."""
    return sys.stderr is not None and sys.stderr.isatty()


def check_stdin(files: Sequence[str]) -> None:
    """Refuse what cannot be read from stdin.

    Args:
        files: All that are read, the workspace first.
    """
    if files.count(_STDIN) > 1:
        raise click.UsageError("Only one file can be -, which is stdin.")
    if files[0] == _STDIN and sys.stdin is not None and sys.stdin.isatty():
        raise click.UsageError("Missing argument 'WORKSPACE': name a file, or pipe one in.")


def _source(file: str | tuple[str, ...] | None) -> Any:
    """Return a file, or several, as the rest of fitscan takes them."""
    if isinstance(file, tuple):
        return [*map(_source, file)]
    if file != _STDIN:
        return file
    if sys.stdin is None:
        raise ConfigError("stdin is closed", hint="name a file, or pipe one in")
    return sys.stdin.buffer
