"""The real workflow on tiny scans: a copy of the project, and ways to run it."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["POINTS", "Project", "job_stats", "make_project", "wait_for"]

POINTS = [(100, 0), (100, 50), (200, 0), (200, 50), (300, 0), (300, 50), (400, 0), (400, 50)]
PARTS = ("CITATION.cff", "Snakefile", "workflow", "profiles", "scripts", "src", "envs")
# Not all figures: they take a third of the time of a run.
CONFIG = """\
shards: {size: 2}
figures: {draw: [status_map, yields]}
analyses:
  plane: {workspace: plane/workspace.json, patches: plane/patchset.json}
  line: {workspace: line/workspace.json, patches: "line/m{mass}.json"}
"""


class Project:
    """A project folder, and ways to run its workflow and to ask what it would do or did.

    Args:
        folder: The folder.
        environment: What the workflow needs in its environment beside what this process has.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environment = dict(environment or {})

    def command(self, *arguments: str) -> dict[str, Any]:
        # The copy's package and not the installed one, so that tests can edit it.
        own = {"PYTHONPATH": str(self.folder / "src"), "TERM": "dumb"}
        environment = os.environ | own | self.environment
        program = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        return {
            "args": [*program, "--configfile", "config.yaml"],
            "cwd": self.folder,
            "env": environment,
            "text": True,
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the workflow in a process group of its own."""
        return subprocess.Popen(
            **self.command(*arguments),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, *arguments: str, fails: bool = False, notes: bool = False) -> str:
        """Run the workflow to its end and return what it printed.

        Args:
            arguments: Those of Snakemake.
            fails: Whether it has to fail.
            notes: Whether notes may take the place of figures: a figure that is broken makes one.
        """
        done = subprocess.run(
            **self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )
        assert (done.returncode != 0) == fails, done.stdout
        assert notes or "not drawn: " not in done.stdout, done.stdout
        return str(done.stdout)

    def jobs(self, *arguments: str) -> dict[str, int]:
        """Return how many jobs of each rule would run."""
        return job_stats(self.run("--dry-run", *arguments))

    def target(self, path: Path) -> str:
        """Return a file of the project as Snakemake is asked for it."""
        return str(path.relative_to(self.folder))

    def shards(self, analysis: str = "plane") -> set[Path]:
        return set((self.folder / f"results/{analysis}/hypotest/shards").glob("*.json"))

    def journal(self, analysis: str = "plane", scan: str = "hypotest") -> list[str]:
        """Return the lines of the journal: one for each fit that was ever made."""
        files = (self.folder / f"results/{analysis}/{scan}/journal").glob("*.jsonl")
        return [line for file in sorted(files) for line in file.read_text().splitlines()]

    def journaled(self, scan: str) -> list[str]:
        """Return the keys of the rows in the journal, one for each that was written."""
        # Lines without a status say what is to come.
        lines = [line for line in self.journal(scan=scan) if '"status"' in line]
        return [line.partition('"key": "')[2][:64] for line in lines]

    def start_over(self) -> None:
        """Remove all results."""
        for path in (self.folder / "results").rglob("*"):
            if path.is_file():
                path.unlink()

    def results(self, analysis: str = "plane") -> str:
        return (self.folder / f"results/{analysis}/hypotest/results.csv").read_text()


def job_stats(output: str) -> dict[str, int]:
    """Read the last table of jobs that Snakemake printed, without its total."""
    if "Job stats:" not in output:
        assert "Nothing to be done" in output, output
        return {}
    rows = re.findall(r"^(\w+) +(\d+)$", output.rsplit("Job stats:", 1)[1], flags=re.MULTILINE)
    jobs: dict[str, int] = {}
    for name, count in rows:
        rule = re.sub(
            r"_\d+$", "", name
        )  # several rules draw figures, which differ by their number
        jobs[rule] = jobs.get(rule, 0) + int(count)
    return {rule: count for rule, count in jobs.items() if rule not in {"total", "all"}}


def make_project(folder: Path, source: Path, tiny: Any, bins: int = 4) -> Project:
    """Copy the workflow into ``folder`` and give it two tiny likelihoods."""
    for part in PARTS:
        if (source / part).is_dir():
            shutil.copytree(
                source / part, folder / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy2(source / part, folder / part)
    shutil.copytree(source / "config" / "executors", folder / "config" / "executors")
    (folder / "config.yaml").write_text(CONFIG)
    workspace = tiny.workspace(bins)
    tiny.write(folder / "plane/workspace.json", workspace)
    tiny.write(folder / "plane/patchset.json", tiny.patchset(POINTS, workspace))
    tiny.write(folder / "line/workspace.json", workspace)
    for mass in (100, 200, 300):
        tiny.write(folder / f"line/m{mass}.json", tiny.patch(6000.0 / mass, bins))
    return Project(folder)


def wait_for(condition: Callable[[], object], *, seconds: float = 120) -> None:
    """Wait until something has happened."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
