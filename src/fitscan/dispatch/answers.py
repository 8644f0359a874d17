"""What a worker answers to a task: the rows of its works, or why there are none.

An answer comes over a network from another machine, so it is believed only where it is one that a
worker makes.
"""

from dataclasses import dataclass

import orjson

from fitscan.columns import Row
from fitscan.dispatch.requests import Requests
from fitscan.dispatch.tasks import Task
from fitscan.errors import GarbledAnswer

__all__ = ["Refusal", "read_answer"]


@dataclass(frozen=True)
class Refusal:
    """Why a worker did not do what it was asked for.

    Attributes:
        kind: The name of the error's class.
        message: Its text.
        traceback: Where an error that nobody expected was raised; else empty.
        machine: Whether the machine is to blame, so that another one may do it.
    """

    kind: str
    message: str
    traceback: str
    machine: bool


def read_answer(content: bytes, task: Task, requests: Requests) -> list[Row] | Refusal:
    """Read the answer to a task.

    Args:
        content: The answer.
        task: What was asked; of a task that is recovered, some points may be known by now.
        requests: Knows what the rows of the scan are.

    Raises:
        GarbledAnswer: It is none, has rows of other points, or rows that no engine makes.
    """
    try:
        response = orjson.loads(content)
        if not response["ok"]:
            kind, message, traceback = (response[key] for key in ("kind", "message", "traceback"))
            return Refusal(str(kind), str(message), str(traceback), bool(response.get("machine")))
        rows = {row["key"]: row for row in response["rows"]}
        doubled = len(rows) < len(response["rows"])
    except (ValueError, KeyError, TypeError) as error:
        raise GarbledAnswer("an answer is none", value=f"{type(error).__name__}: {error}") from None
    points = {point.key: point for point in task.points}
    others = rows.keys() - points
    if doubled or points.keys() - rows or (others and not task.recovered):
        raise GarbledAnswer(f"the answer has other points than {task.name}", value=[*rows][:3])
    for key, point in points.items():
        fault = requests.row_fault(point, rows[key])
        if fault:
            raise GarbledAnswer(f"the row of {point.name!r} is none of an engine", value=fault)
    return [rows[key] for key in points]
