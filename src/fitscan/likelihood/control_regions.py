"""Signals in the wrong region: control regions, and where most of a signal is in one.

Patches name channels by their number, so a signal can end in the wrong one and is fitted all the
same. Takes the signal by region; says where it looks misplaced.

*A control region* here is a channel that is no signal region. Unless the configuration names them
(``control_regions``), a channel is one if its nominal background a bin is more than 20 times that
of signal regions. For this stands the median of the half of the other channels that have least, or
one event if that is more.

A signal looks misplaced if control regions have more than half of it. Published grids have light
points of which few events reach a signal region, so this has to hold at the median of the grid; or
else control regions have more than 99 % of the signal of a point.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from statistics import median

from fitscan.errors import LikelihoodError
from fitscan.likelihood.regions import Region, SignalByRegion

__all__ = ["as_in_parts", "check_regions", "misplaced", "tell_regions"]

log = logging.getLogger(__name__)

# How many times the background of signal regions a control region has.
_MUCH = 20.0

# In the published likelihoods, control regions that are known by their background have up to 0.91
# of the signal of a light point, and at most 0.21 at the median.
_MOST, _NEARLY_ALL = 0.5, 0.99

_TOLD = 3  # points, and regions, that are named


def check_regions(found: SignalByRegion, named: Collection[str] | None) -> SignalByRegion:
    """Return channels with the reason why they are no signal regions.

    Args:
        found: The channels.
        named: The control regions that the configuration names; None to judge by the background.

    Raises:
        LikelihoodError: A name that no channel has.
    """
    names = [region.name for region in found.regions]
    for name in named or ():
        if name not in names:
            raise LikelihoodError(
                "`control_regions` names a channel that the likelihood does not have",
                value=name,
                hint=f"its channels are {', '.join(names)}",
            )
    judged = []
    for region in found.regions:
        reason = _evidence(region, found.regions) if named is None else ""
        if region.name in (named or ()):
            reason = "`control_regions` names it"
        judged.append(replace(region, control=reason))
    return replace(found, regions=tuple(judged))


def misplaced(found: SignalByRegion, points: Collection[str] | None = None) -> str:
    """Say where most of the signal is in control regions; empty if it is not.

    Args:
        found: The channels, judged, and the signal.
        points: Names of the points; None for all.
    """
    shares = found.shares(points)
    inside = [number for number, region in enumerate(found.regions) if region.control]
    of_point = {name: sum(share[n] for n in inside) for name, share in shares.items()}
    least = _MOST if of_point and median(of_point.values()) > _MOST else _NEARLY_ALL
    where = [name for name, share in of_point.items() if share > least]
    if not where:
        return ""
    usual = {n: median(shares[name][n] for name in where) for n in inside}
    most = sorted(filter(usual.get, usual), key=lambda n: -usual[n])[:_TOLD]
    regions = [f"{found.regions[n].name!r} ({found.regions[n].control})" for n in most]
    names = f"{', '.join(where[:_TOLD])}{' ...' if len(where) > _TOLD else ''}"
    return (
        f"at {len(where)} of {len(shares)} points ({names}) most of the signal is in"
        f" control regions: {', '.join(regions)}"
    )


def as_in_parts(found: SignalByRegion, parts: Sequence[SignalByRegion]) -> SignalByRegion:
    """Return channels of a combination, each a control region if it is one in a part."""
    control = {region.name: region.control for part in parts for region in part.regions}
    control |= {r.name: r.control for part in parts for r in part.regions if r.control}
    regions = tuple(replace(r, control=control.get(r.name, "")) for r in found.regions)
    return replace(found, regions=regions)


def tell_regions(found: SignalByRegion, point: str | None) -> None:
    """Write the signal by region into the log, and remarks on the screen as well.

    Args:
        found: The channels, judged, and the signal.
        point: The point whose events are told; None for the one in the middle of the grid.
    """
    shares = found.shares()
    named = point if point in shares else None
    at = named or next(iter([*shares][len(shares) // 2 :]), None)
    log.info("signal by region: nominal events at %s, and share over the grid", at or "no point")
    for number, region in enumerate(found.regions):
        words = f"{region.name}: background {region.background:.4g}, observed {region.observed:g}"
        if at is not None:
            words += f", signal {found.signal[at][number]:.4g} events, {_range(shares, number)}"
        log.info("%s", words + (f"; control region: {region.control}" if region.control else ""))
    if remark := misplaced(found):
        log.warning("%s", remark)
        print(f"warning: {remark}")


def _range(shares: Mapping[str, Sequence[float]], number: int) -> str:
    """Say which share of the signal a channel has over the grid."""
    of_points = [share[number] for share in shares.values()]
    low, middle, high = min(of_points), median(of_points), max(of_points)
    return f"{middle:.1%} of it at the median, {low:.1%} to {high:.1%}"


def _evidence(region: Region, regions: Sequence[Region]) -> str:
    """Say how much more background a channel has than signal regions; empty if it is not much."""
    others = sorted(other.background / other.bins for other in regions if other != region)
    if not others:
        return ""
    usual = max(1.0, median(others[: (len(others) + 1) // 2]))
    times = region.background / region.bins / usual
    if times <= _MUCH:
        return ""
    return f"its background per bin is {times:.3g} times that of the channels with least background"
