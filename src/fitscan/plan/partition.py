"""Cut the points of a scan into shards, by content.

A *point* is known by its key: a digest of everything that decides its numbers. A *shard*, the work
of one Snakemake job, is known by its keys. So a finished shard stays valid whatever else is added,
removed or reordered, and a point whose numbers would change is a new point.

The functions here are pure: the same points and finished shards give the same plan.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fitscan.errors import PlanError

__all__ = ["Plan", "auto_size", "plan_shards", "shard_name"]

# Of size `auto`: shards for each core, and the fewest and the most points in a shard. Slow points
# take seconds: a job has few of them, so that a rerun repeats little. Quick ones take milliseconds:
# a job has many, since its start takes as long as a hundred of them. It has more than a thousand
# where signals are small: a job holds all its signals in memory, at ten times their size as JSON.
_SLOW = 2, 1, 50
_QUICK = 1, 100, 1000
_SIGNALS = 20_000_000  # bytes as JSON


@dataclass(frozen=True)
class Plan:
    """Which shards hold the wanted points.

    Attributes:
        kept: Names of finished shards that hold a wanted point.
        new: Keys of each shard still to be run, by its name.
    """

    kept: tuple[str, ...]
    new: dict[str, tuple[str, ...]]

    @property
    def shards(self) -> tuple[str, ...]:
        """Names of all shards, the kept ones first."""
        return (*self.kept, *self.new)


def shard_name(keys: Iterable[str]) -> str:
    """Return the name of the shard with these keys, whatever their order."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:12]


def auto_size(points: int, cores: int, *, quick: bool = False, signal_bytes: int = 0) -> int:
    """Return the number of points in a shard.

    Slow points make about two shards per core, which evens out the work. Quick ones make one per
    core, or fewer if a shard would have less than a hundred points, since a process starts for each
    shard. Progress within a shard survives a kill (see ``journal``), so a shard may be long.

    Args:
        points: Number of points.
        cores: Cores that Snakemake has.
        quick: Whether a point takes milliseconds.
        signal_bytes: Mean size of a signal as JSON; 0 if it is not known.
    """
    per_core, fewest, most = _QUICK if quick else _SLOW
    if quick and signal_bytes:
        most = max(most, _SIGNALS // signal_bytes)
    shards = max(1, min(per_core * max(1, cores), points // fewest))
    return max(1, min(most, -(-points // shards)))


def plan_shards(
    wanted: Sequence[str],
    *,
    finished: Mapping[str, Iterable[str]],
    size: int | None = None,
    cores: int = 1,
    quick: bool = False,
    signal_bytes: int = 0,
) -> Plan:
    """Cover the ``wanted`` keys with finished shards first and new ones for the rest.

    A finished shard is kept when it holds a wanted key that no shard kept before it holds, those
    with the most wanted keys first. What remains is cut in order.

    Args:
        wanted: Keys of the points, in order; a repeated key counts once.
        finished: Keys of each finished shard, by its name.
        size: Number of points in a new shard, None for ``auto_size``.
        cores: Cores that Snakemake has, for ``auto_size``.
        quick: Whether a point takes milliseconds, for ``auto_size``.
        signal_bytes: Mean size of a signal as JSON, for ``auto_size``; 0 if it is not known.

    Raises:
        PlanError: Nothing is wanted, or the size is not positive.
    """
    if not wanted:
        raise PlanError("a scan without points cannot be planned")
    if size is not None and size < 1:
        raise PlanError("a shard needs at least one point", value=size)
    missing = dict.fromkeys(wanted)
    useful = {name: missing.keys() & set(keys) for name, keys in finished.items()}
    kept = []
    for name in sorted(useful, key=lambda name: (-len(useful[name]), name)):
        covered = useful[name] & missing.keys()
        if covered:
            kept.append(name)
            for key in covered:
                del missing[key]
    rest = list(missing)
    size = size or auto_size(len(rest), cores, quick=quick, signal_bytes=signal_bytes)
    chunks = [tuple(rest[start : start + size]) for start in range(0, len(rest), size)]
    return Plan(tuple(kept), {shard_name(chunk): chunk for chunk in chunks})
