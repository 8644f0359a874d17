"""What was measured, as it is kept on disk: one JSON file a trial, one for pyhf.

A record holds all that its numbers depend on, so that each number of a table can be followed back
to the run that it came from.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from fitscan.errors import FitscanError
from fitscan.files import write_text

__all__ = ["PHASES", "Conditions", "Pyhf", "Record", "TimedPoint", "Trial"]

# The phases of a run, in order, with what figures and tables call them.
PHASES = {
    "start": "Snakemake starts",
    "fetch": "fetch and verify",
    "plan": "plan",
    "jobs": "fit jobs start",
    "fit": "fits",
    "shards": "fit jobs end",
    "collect": "collect",
    "draw": "draw the contour",
    "between": "between jobs and to the end",
}


class Record(BaseModel):
    """A record that is read and written as JSON; unknown and missing fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the record, whole or not at all."""
        write_text(path, f"{json.dumps(self.model_dump(), indent=1)}\n")

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read a record.

        Raises:
            FitscanError: The file is not such a record.
        """
        try:
            return cls.model_validate_json(Path(path).read_bytes())
        except ValidationError as error:
            raise FitscanError(
                "this file is not a measurement record of this version",
                value=os.fspath(path),
                hint=f"delete it; the next run measures again ({error.error_count()} faults)",
            ) from error


class Conditions(Record):
    """Where, when and by what something was measured.

    Attributes:
        began: When it began (ISO 8601, UTC).
        system: Operating system and architecture.
        cpu: Model of the processor.
        cores: Cores that the process may use.
        memory_GB: Memory of the machine (1e9 bytes).
        load_before: Processes that ran or wanted to, on average over the minute before.
        threads: Environment variables that limit the threads of numerical libraries.
        versions: Versions of fitscan, Python and packages.
        code: Digest of the source of fitscan.
    """

    began: str
    system: str
    cpu: str
    cores: int
    memory_GB: float
    load_before: float
    threads: dict[str, str]
    versions: dict[str, str]
    code: str

    @property
    def machine(self) -> str:
        """The machine in words."""
        return f"{self.cpu}, {self.cores} cores, {self.memory_GB:.0f} GB, {self.system}"


class Trial(Record):
    """One whole run of a scan.

    Attributes:
        analysis: The analysis.
        scan: The scan.
        trial: Number of the trial, from 1.
        workers: Workers, with a core each.
        executor: Where tasks ran.
        engine: What fitted, with its version.
        minima: Which minima it looked for.
        patches: Signal hypotheses.
        wall_s: From the command to the end of its process.
        cpu_s: CPU time of all its processes.
        fit_s: Wall time from the first task handed out to the last row that came in.
        phases: Wall time of each of ``PHASES``; their sum is ``wall_s``.
        command: The command.
        conditions: Where, when and by what.
    """

    analysis: str
    scan: str
    trial: int
    workers: int
    executor: str
    engine: str
    minima: str
    patches: int
    wall_s: float
    cpu_s: float
    fit_s: float
    phases: dict[str, float]
    command: str
    conditions: Conditions


class TimedPoint(Record):
    """A point that pyhf tested: patch applied, model built, hypothesis tested.

    Attributes:
        name: The point.
        status: How the fits ended; see ``fitscan.columns.STATUSES``.
        wall_s: Wall time.
        cpu_s: CPU time.
    """

    name: str
    status: str
    wall_s: float
    cpu_s: float


class Pyhf(Record):
    """What pyhf takes on a sample of points, in one process on one core.

    Attributes:
        analysis: The analysis.
        scan: The scan.
        patches: Signal hypotheses of the grid.
        engine: pyhf's version, backend and minimiser.
        once_s: Wall time to read and validate the workspace, once.
        points: The sample.
        conditions: Where, when and by what.
    """

    analysis: str
    scan: str
    patches: int
    engine: str
    once_s: float
    points: list[TimedPoint]
    conditions: Conditions

    @property
    def times(self) -> Sequence[float]:
        """Wall time of each point of the sample."""
        return [point.wall_s for point in self.points]

    @property
    def complete(self) -> bool:
        """Whether the sample is the whole grid, so that nothing is extrapolated."""
        return len(self.points) == self.patches
