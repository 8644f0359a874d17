"""Points that failed or did not converge, and why; what their messages mean, and all warnings."""

from dataclasses import dataclass

from fitscan.columns import STATUSES
from fitscan.report.rows import MAX_ROWS, PointRow, point_rows
from fitscan.report.run import Part, Run
from fitscan.tables.meanings import Message, explained

__all__ = ["TITLE", "show"]

TITLE = "Failed or not converged"


@dataclass(frozen=True)
class NotOk:
    """What went wrong.

    Attributes:
        statuses: Each status but ok that occurs, with its meaning.
        messages: What may stand in the column ``message``, as far as it occurs.
        points: The points of each scan, or the first `MAX_ROWS`.
        max_rows: How many points a table has at the most.
    """

    statuses: dict[str, str]
    messages: list[Message]
    points: list[tuple[Part, list[PointRow]]]
    max_rows: int = MAX_ROWS


def show(run: Run) -> NotOk:
    """Return the points that are not ok."""
    _, statuses = run.overall
    unknown = "a status that this version does not know"
    return NotOk(
        statuses={status: STATUSES.get(status, unknown) for status in statuses if status != "ok"},
        messages=explained(
            text for part in run.parts for text in part.reported.results["message"].unique()
        ),
        points=[(part, _not_ok(part)) for part in run.parts],
    )


def _not_ok(part: Part) -> list[PointRow]:
    results = part.reported.results
    return point_rows(results[results["status"] != "ok"], part.reported.labels, part.test_size, ())
