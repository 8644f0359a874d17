"""The contract of every engine."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Engine", "FitPoint", "Row", "Settings"]

Row = dict[str, Any]
Settings = Mapping[str, Any]


class FitPoint(Protocol):
    """Fits hypotheses of one workspace with the settings of one scan."""

    def __call__(self, hypothesis: Mapping[str, Any], *, block: Any = None) -> Row:
        """Answer one hypothesis; a fit that fails is a row with its status and message.

        Args:
            hypothesis: The workspace with the patch of a point applied.
            block: Toys to throw, or experiments to make; None tests the data.
        """


@dataclass(frozen=True)
class Engine:
    """An engine, as far as a plan has to know it.

    Attributes:
        name: Its name in the configuration.
        kinds: The kinds of scan it does.
        code: Dotted names of its packages and modules, which with their imports decide its numbers.
        packages: Given the settings of a scan, the names of installed packages that decide its
            numbers.
        start: Given the workspace, the settings of a scan and, if one is set, the engine that takes
            the points which this one refuses, returns what fits.
    """

    name: str
    kinds: tuple[str, ...]
    code: tuple[str, ...]
    packages: Callable[[Settings], Collection[str]]
    start: Callable[[Mapping[str, Any], Settings, FitPoint | None], FitPoint]
