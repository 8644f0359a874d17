"""What is known of points that are given out together."""

from dataclasses import dataclass

from fitscan.dispatch.requests import Task

__all__ = ["Batch"]


@dataclass(eq=False)
class Batch:
    """Points on their way together.

    Attributes:
        tasks: The points.
        losses: How often they were lost.
        with_workspace: Whether the workspace goes with them.
        recovered: Whether a process before this one gave them out.
        since: When they were given out last, in seconds of ``time.monotonic``.
    """

    tasks: tuple[Task, ...]
    losses: int = 0
    with_workspace: bool = False
    recovered: bool = False
    since: float = 0.0

    @property
    def name(self) -> str:
        """What messages call it."""
        first = repr(self.tasks[0].name)
        return first if len(self.tasks) == 1 else f"{first} and {len(self.tasks) - 1} more"
