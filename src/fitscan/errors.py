"""The errors fitscan raises: what failed, the value at fault, what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from fitscan.masking import masked

__all__ = [
    "ConfigError",
    "DownloadError",
    "ExecutorError",
    "FileMissing",
    "FitError",
    "FitscanError",
    "GarbledAnswer",
    "LikelihoodError",
    "MissingExtra",
    "ModelError",
    "NotDrawable",
    "PlanError",
    "ShardError",
    "StorageError",
    "VersionMismatch",
    "WorkerLost",
    "WorkspaceMissing",
    "naming",
]


_LETTERS = 500  # of a value in a message


def _shortened(text: str) -> str:
    half = _LETTERS // 2
    return text if len(text) <= _LETTERS else f"{text[:half]} ... {text[-half:]}"


class FitscanError(Exception):
    """Base of every error that fitscan raises on purpose; its text shows no secret of an address.

    Args:
        what: What failed, as a clause without a full stop.
        value: The value at fault, shown by its ``repr``; left out when None.
        hint: What the user can do about it; left out when empty.
    """

    def __init__(self, what: str, *, value: object = None, hint: str = "") -> None:
        # Masked first: a secret that is cut in two would not be recognised.
        text = what if value is None else f"{what}: {_shortened(masked(repr(value)))}"
        super().__init__(masked(f"{text}. Hint: {hint}" if hint else f"{text}."))
        self.what = what
        self.value = value
        self.hint = hint


@contextmanager
def naming(where: str, joint: str = ": ") -> Iterator[None]:
    """Put the place of a fault before what an error says of it, such as a key.

    Args:
        where: The place.
        joint: What is between both; a dot where the error begins with a key in that place.

    Raises:
        FitscanError: The one that was raised, of its class, with the place.
    """
    try:
        yield
    except FitscanError as error:
        what = f"{where}{joint}{error.what}"
        raise type(error)(what, value=error.value, hint=error.hint) from None


class ConfigError(FitscanError, ValueError):
    """The configuration, or an argument, is not one that fitscan can run."""


class NotDrawable(ConfigError):
    """A grid cannot be drawn over the axes that there are; all else of its scan can be made."""


class LikelihoodError(FitscanError, ValueError):
    """A workspace, a patchset or the archive that holds them is not usable."""


class FileMissing(LikelihoodError, FileNotFoundError):
    """A file of a likelihood does not exist."""


class ModelError(LikelihoodError):
    """A workspace holds what the compiled engine does not compute, or nothing could compute.

    Args:
        what: See ``FitscanError``.
        value: See ``FitscanError``.
        hint: See ``FitscanError``.
        fallback: Whether pyhf computes it, and computes what is meant.
    """

    def __init__(
        self, what: str, *, value: object = None, hint: str = "", fallback: bool = False
    ) -> None:
        super().__init__(what, value=value, hint=hint)
        self.fallback = fallback


class FitError(FitscanError, ArithmeticError):
    """A fit that somebody has asked for by itself has not converged."""


class DownloadError(LikelihoodError):
    """A likelihood could not be downloaded."""


class PlanError(FitscanError):
    """Points cannot be cut into shards, or a plan does not match its likelihood."""


class ShardError(FitscanError):
    """The results of a shard are missing, doubled, or not what was asked for."""


class StorageError(FitscanError):
    """The system does not let a file be read or written: a full disk, a missing permission."""


class ExecutorError(FitscanError):
    """An executor is unknown, misconfigured or broken."""


class MissingExtra(FitscanError, ImportError):
    """An optional package is needed and absent; the hint names the extra that brings it."""


class VersionMismatch(FitscanError):
    """A worker runs other code than the process that asks it."""


class WorkerLost(FitscanError):
    """A worker died with its task, which can be resubmitted."""


class GarbledAnswer(FitscanError):
    """A worker's answer is none that a worker makes, so its task counts as lost."""


class WorkspaceMissing(FitscanError):
    """A worker does not have the workspace that it is asked about; it can be sent."""
