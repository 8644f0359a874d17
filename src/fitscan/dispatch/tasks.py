"""What dispatch speaks of: points, and the tasks in which they are given out together."""

from dataclasses import dataclass

from fitscan.likelihood.patching import Operation
from fitscan.plan.blocks import Block, Experiments

__all__ = ["Point", "Task"]


@dataclass(frozen=True)
class Point:
    """A point to fit.

    Attributes:
        key: Its key.
        first_key: Its key if nothing were tried again after a failure: a row that is ok under it
            needed no second try, so it is this point's row too.
        name: Its name for messages.
        operations: Its patch.
        block: Toys or experiments of it, a row of their own; None is the point itself.
    """

    key: str
    first_key: str
    name: str
    operations: list[Operation]
    block: Block | Experiments | None = None


@dataclass(eq=False)
class Task:
    """Points that one worker is to fit, and what has become of them so far.

    Attributes:
        points: The points.
        losses: How often they were lost.
        with_workspace: Whether the workspace goes with them.
        recovered: Whether a process before this one gave them out.
        since: When they were given out last, in seconds of ``time.monotonic``.
    """

    points: tuple[Point, ...]
    losses: int = 0
    with_workspace: bool = False
    recovered: bool = False
    since: float = 0.0

    @property
    def name(self) -> str:
        """What messages call it."""
        first = repr(self.points[0].name)
        return first if len(self.points) == 1 else f"{first} and {len(self.points) - 1} more"
