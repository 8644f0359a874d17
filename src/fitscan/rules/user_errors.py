"""Errors of a user in a Snakefile: their message, without a traceback."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from snakemake.exceptions import WorkflowError

from fitscan.errors import FitscanError
from fitscan.files import storage_error

__all__ = ["showing_user_errors"]

Args = ParamSpec("Args")
Result = TypeVar("Result")


class UserError(WorkflowError):  # type: ignore[misc]  # Snakemake has no types
    """An error of the user: its message says all, and the lines that raised it nothing."""

    # Snakemake prints what it finds here.
    __traceback__ = None


def _shown(error: FitscanError) -> UserError:
    return UserError(f"{type(error).__name__}: {error}")


def showing_user_errors(function: Callable[Args, Result]) -> Callable[Args, Result]:
    """Show a user's error as its message, without the way to it through the workflow."""

    @functools.wraps(function)
    def shown(*args: Args.args, **kwargs: Args.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except FitscanError as error:
            raise _shown(error) from None
        except OSError as error:
            told = storage_error(error)
            if told is None:
                raise
            raise _shown(told) from None

    return shown
