"""Signal by region: how many events each signal hypothesis expects in each channel.

Takes hypotheses as they are checked; gives the channels with their background, and the nominal
events of the signal: of all samples that carry the parameter of interest.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fitscan.likelihood.workspace import carries, poi_of

__all__ = ["Region", "RegionCounter", "SignalByRegion"]


@dataclass(frozen=True)
class Region:
    """A channel.

    Attributes:
        name: Its name.
        bins: Number of its bins.
        background: Its nominal background in events: all samples but those of the signal.
        observed: Its observed events.
        control: Why it is no signal region; empty if it is one.
    """

    name: str
    bins: int
    background: float
    observed: float
    control: str = ""


@dataclass(frozen=True)
class SignalByRegion:
    """The signal of each hypothesis by region.

    Attributes:
        regions: The channels.
        signal: Nominal events in each channel, by the name of the point, in the order of the grid;
            none for a point that is refused.
    """

    regions: tuple[Region, ...]
    signal: Mapping[str, tuple[float, ...]]

    def shares(self, points: Collection[str] | None = None) -> dict[str, tuple[float, ...]]:
        """Return the share of the signal in each channel, of points that have events.

        Args:
            points: Names of the points; None for all.
        """
        totals = {name: sum(events) for name, events in self.signal.items()}
        return {
            name: tuple([events / total for events in self.signal[name]])
            for name, total in totals.items()
            if total > 0.0 and (points is None or name in points)
        }


class RegionCounter:
    """Counts the signal of hypotheses by region, one after the other.

    Args:
        background: The background-only workspace, whose samples hypotheses share.
    """

    def __init__(self, background: Mapping[str, Any]) -> None:
        samples = [sample for channel in background["channels"] for sample in channel["samples"]]
        # The samples are kept, so that no other gets the id of one.
        self._shared = {id(sample): sample for sample in samples}
        self._known: dict[tuple[int, str], bool] = {}
        self._regions: dict[str, Region] = {}
        self._signal: dict[str, tuple[float, ...]] = {}

    def count(self, point: str, hypothesis: Mapping[str, Any], *, measurement: str) -> None:
        """Count a hypothesis.

        Args:
            point: Name of the point.
            hypothesis: The workspace with its patch applied, checked.
            measurement: Name of the measurement, which names the parameter of interest.
        """
        poi = poi_of(hypothesis, measurement)
        found = {}
        for channel in hypothesis["channels"]:
            signal = [s for s in channel["samples"] if self._carries(s, poi)]
            found[channel["name"]] = _events(signal)
            if channel["name"] not in self._regions:
                ids = {id(sample) for sample in signal}
                others = [sample for sample in channel["samples"] if id(sample) not in ids]
                self._regions[channel["name"]] = _region(channel["name"], others, hypothesis)
        self._signal[point] = tuple([found.get(name, 0.0) for name in self._regions])

    def counted(self, points: Sequence[str]) -> SignalByRegion:
        """Return what was counted, of these points in their order."""
        signal: dict[str, tuple[float, ...]] = {}
        for point in points:
            known = self._signal.get(point, ())
            # Later hypotheses may have brought other channels.
            missing = len(self._regions) - len(known) if known else 0
            signal[point] = known + (0.0,) * missing
        return SignalByRegion(tuple(self._regions.values()), signal)

    def _carries(self, sample: Mapping[str, Any], poi: str) -> bool:
        """Tell whether a sample carries the parameter of interest; of shared ones once."""
        if id(sample) not in self._shared:
            return carries(sample, poi)
        key = id(sample), poi
        if key not in self._known:
            self._known[key] = carries(sample, poi)
        return self._known[key]


def _region(
    name: str, others: Sequence[Mapping[str, Any]], hypothesis: Mapping[str, Any]
) -> Region:
    """Describe a channel."""
    observed = next(part["data"] for part in hypothesis["observations"] if part["name"] == name)
    return Region(name, len(observed), _events(others), float(sum(observed)))


def _events(samples: Sequence[Mapping[str, Any]]) -> float:
    return float(sum(sum(sample["data"]) for sample in samples))
