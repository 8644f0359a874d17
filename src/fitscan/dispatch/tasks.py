"""Tasks: the works that are submitted together, and what has become of them."""

from dataclasses import dataclass

from fitscan.engines.base import Work

__all__ = ["Task"]


@dataclass(eq=False)
class Task:
    """Works that one worker is to answer, and what has become of them so far.

    Attributes:
        points: The works, of points or of their blocks.
        losses: How often they were lost.
        with_workspace: Whether the workspace goes with them.
        recovered: Whether a process before this one submitted them.
        since: When they were last submitted, in seconds of ``time.monotonic``.
    """

    points: tuple[Work, ...]
    losses: int = 0
    with_workspace: bool = False
    recovered: bool = False
    since: float = 0.0

    @property
    def name(self) -> str:
        """What messages call it."""
        first = repr(self.points[0].name)
        return first if len(self.points) == 1 else f"{first} and {len(self.points) - 1} more"
