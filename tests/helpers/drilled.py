"""A tiny scan in a folder, to be fitted by one executor or another, by this process or another.

python drilled.py FOLDER EXECUTOR.yaml
"""

import json
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from scan_settings import COMPILED

from fitscan import strictjson
from fitscan.columns import TIMES
from fitscan.dispatch import fit_points
from fitscan.engines.base import Work
from fitscan.engines.registry import engine_version
from fitscan.executors import open_executor
from fitscan.executors.in_process import InProcess
from fitscan.likelihood import JsonPatch
from fitscan.plan.journal import Journal

__all__ = ["DrilledScan", "make_scan"]


class DrilledScan:
    """The scan in a folder: what is wanted, and the journals of what has come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.works = [
            Work(point["key"], point["name"], JsonPatch(point["operations"]))
            for point in json.loads((folder / "points.json").read_text())
        ]

    def fit(self, executor, *, journal: str = "journal") -> list[dict]:
        """Fit what the journal does not hold; return all rows, without times."""
        folder = self.folder / journal
        workspace = self.folder / "workspace.json"
        submitted = Journal(folder / "submitted", label="drill")
        with Journal(folder, label="drill") as rows, submitted:
            fitted = fit_points(
                self.works,
                settings=COMPILED,
                workspace=workspace,
                workspace_digest=strictjson.digest(json.loads(workspace.read_text())),
                engine=engine_version(COMPILED),
                executor=executor,
                journal=rows,
                submitted=submitted,
            )
        return [without_times(row) for row in fitted]

    def start(self, executor) -> "Future[list[dict]]":
        """Fit in a thread."""
        with_one = ThreadPoolExecutor(1)
        future = with_one.submit(self.fit, executor)
        with_one.shutdown(wait=False)
        return future

    def expected(self) -> list[dict]:
        """The rows of the executor in_process."""
        with InProcess() as executor:
            return self.fit(executor, journal="expected")

    def journaled(self) -> dict[str, dict]:
        """The rows in the journal, by name of the point."""
        names = {point.key: point.name for point in self.works}
        rows = Journal(self.folder / "journal").new_rows()
        return {names[row["key"]]: without_times(row) for row in rows}

    def tickets(self) -> set[str]:
        """The keys of points whose task has got a ticket."""
        return {row["key"] for row in Journal(self.folder / "journal/submitted").new_rows()}


def without_times(row: dict) -> dict:
    return {name: value for name, value in row.items() if name not in {*TIMES, "time"}}


def make_scan(folder: Path, tiny, names, *, channel: str = "SR") -> DrilledScan:
    """Make a scan with a point for each name.

    Args:
        folder: Where.
        tiny: The fixture of that name.
        names: Names of the points, which travel with them.
        channel: Name of the channel; with another one it is another workspace.
    """
    workspace = tiny.workspace()
    workspace["channels"][0]["name"] = workspace["observations"][0]["name"] = channel
    tiny.write(folder / "workspace.json", workspace)
    points = [
        {
            "key": f"key-{number}",
            "first_key": f"first-{number}",
            "name": name,
            "operations": tiny.patch(4.0 + number),
        }
        for number, name in enumerate(names)
    ]
    tiny.write(folder / "points.json", points)
    return DrilledScan(folder)


if __name__ == "__main__":
    with open_executor(sys.argv[2], folder=Path()) as running:
        DrilledScan(Path(sys.argv[1])).fit(running)
