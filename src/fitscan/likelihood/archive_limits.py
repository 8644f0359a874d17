"""How much an archive may hold and how long a download may take.

Takes ``archive_limits`` of the configuration; gives a budget that all archives and compressed files
of one likelihood share. Archives come from strangers: a few kilobytes can ask for all memory, and a
server can send a byte a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Self

from fitscan.errors import LikelihoodError

__all__ = ["ArchiveLimits", "Budget"]

# Half a kilobyte in a tar, and a kilobyte more where it has a pax header.
USUAL_HEADER_BYTES = 1536


@dataclass(frozen=True)
class ArchiveLimits:
    """The limits; config.schema.yaml says what each means, and has the same defaults.

    The largest of the published likelihoods that the documentation names has 178 members, and 24 MB
    when it is decompressed. Published workspaces with all their patches reach some hundred
    megabytes; pyhf needs ten times that in memory.
    """

    members: int = 10_000
    header_bytes: int = 1024**2
    name_length: int = 1024
    member_bytes: int = 512 * 1024**2
    total_bytes: int = 4 * 1024**3
    download_bytes: int = 4 * 1024**3
    download_s: float = 7200.0
    download_bytes_per_s: float = 1000.0

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Return the limits that a checked configuration has under ``archive_limits``."""
        return cls(**settings)


@dataclass
class Budget:
    """What is left of the limits, for one likelihood and all that it is packed in.

    Attributes:
        limits: The limits.
        members: Members that were listed.
        header_bytes: Bytes of their headers.
        total_bytes: Bytes that all files have when they are decompressed, as far as they are known.
    """

    limits: ArchiveLimits = field(default_factory=ArchiveLimits)
    members: int = 0
    header_bytes: int = 0
    total_bytes: int = 0

    @property
    def header_bytes_left(self) -> int:
        """How many bytes the headers of further members may have together."""
        limits = self.limits
        return limits.header_bytes + USUAL_HEADER_BYTES * limits.members - self.header_bytes

    def list_member(self, label: str, name: str, size: int) -> None:
        """Count a member.

        Args:
            label: What messages call the archive.
            name: Name of the member.
            size: Its bytes, as the archive states them.

        Raises:
            LikelihoodError: It is beyond a limit.
        """
        self.check_members(label, 1)
        self.members += 1
        if len(name) > self.limits.name_length:
            short = f"{name[:40]}..."
            self.refuse(label, f"a name in it has {len(name)} characters", "name_length", short)
        self.take(label, size, name=name)

    def check_members(self, label: str, number: int) -> None:
        """Refuse an archive in which so many further members are to come."""
        if self.members + number > self.limits.members:
            found = self.members + number
            self.refuse(label, f"it has at least {found} members", "members")

    def take(self, label: str, size: int, *, name: str = "") -> None:
        """Count a file of so many bytes, decompressed."""
        if size > self.limits.member_bytes:
            self.refuse(label, f"a file in it has at least {size} bytes", "member_bytes", name)
        self.total_bytes += max(0, size)
        if self.total_bytes > self.limits.total_bytes:
            found = f"its files have at least {self.total_bytes} bytes together"
            self.refuse(label, found, "total_bytes", name)

    def refuse(self, label: str, found: str, key: str, value: str = "") -> NoReturn:
        """Refuse an archive, with what was found and the limit that it is beyond.

        Raises:
            LikelihoodError: Always.
        """
        raise LikelihoodError(
            f"{label} is refused: {found}, more than archive_limits.{key}"
            f" ({getattr(self.limits, key)})",
            value=value or None,
            hint="no published likelihood is known to need more; check where it comes from, and"
            f" set archive_limits: {{{key}: ...}} if you trust it",
        )
