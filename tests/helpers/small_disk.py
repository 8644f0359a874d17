"""A folder on a disk of its own that is almost full, in a name space of mounts."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from project import Project

__all__ = ["SmallDisk", "small_disk"]

_HOLD = 'mount -t tmpfs -o "size=$1k" tmpfs "$2" && echo ready && exec sleep 600'
_IN = 'cd "$0" && exec "$@"'


class SmallDisk:
    """A disk that only processes see which are run here.

    Args:
        holder: The process whose name space it is in.
        folder: Where it is.
    """

    def __init__(self, holder: int, folder: Path) -> None:
        self._holder = holder
        self.folder = Path(f"/proc/{holder}/root{folder.resolve()}")

    def fill(self, *, free_kb: int) -> None:
        """Use all but so much of it."""
        with self._filler.open("wb", buffering=0) as file:
            with suppress(OSError):
                while True:
                    file.write(bytes(1024))
            file.truncate(file.tell() - 1024 * free_kb)

    def make_room(self) -> None:
        """Undo ``fill``."""
        self._filler.unlink()

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def run(self, project: Project, *arguments: str, fails: bool = False) -> str:
        """Run a project's workflow where the disk is; return what it printed."""
        command = project.command(*arguments)
        users = [] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]
        enter = ["nsenter", "-t", str(self._holder), "-m", *users, "sh", "-c", _IN]
        done = subprocess.run(
            [*enter, command["cwd"], *command["args"]],
            env=command["env"],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )
        assert (done.returncode != 0) == fails, done.stdout
        return str(done.stdout)


@contextmanager
def small_disk(folder: Path, *, size_kb: int = 256, free_kb: int) -> Iterator[SmallDisk]:
    """Mount a small disk on an empty folder; skip the test where nobody may."""
    folder.mkdir(parents=True, exist_ok=True)
    name_space = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    with subprocess.Popen(
        [*name_space, "sh", "-c", _HOLD, "sh", str(size_kb), folder], stdout=subprocess.PIPE
    ) as holder:
        try:
            assert holder.stdout is not None
            if holder.stdout.readline() != b"ready\n":
                pytest.skip("no disk can be mounted here, not even in a name space of users")
            disk = SmallDisk(holder.pid, folder)
            disk.fill(free_kb=free_kb)
            yield disk
        finally:
            holder.kill()
