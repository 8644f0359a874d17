"""The signal of each likelihood by region: at one point, and its share over the grid."""

from dataclasses import dataclass
from statistics import median

from fitscan import formats
from fitscan.config.points import shown_point
from fitscan.likelihood.regions import SignalByRegion
from fitscan.report.rows import MAX_ROWS
from fitscan.report.run import Part, Run

__all__ = ["TITLE", "show"]

TITLE = "Signal by region"


@dataclass(frozen=True)
class RegionRow:
    """A channel: its numbers as text, and why it is no signal region."""

    name: str
    numbers: list[str]
    control: str


@dataclass(frozen=True)
class Regions:
    """A likelihood.

    Attributes:
        part: A scan of it.
        point: The point whose signal is shown: the detailed one.
        points: Number of points whose signal has events.
        rows: Its channels, or the first `MAX_ROWS`.
    """

    part: Part
    point: str
    points: int
    rows: list[RegionRow]


def show(run: Run) -> list[Regions]:
    """Return the likelihoods; of one with several scans the last scan chooses the point."""
    return [_regions(part, part.reported.regions) for part in run.analyses if part.reported.regions]


def _regions(part: Part, found: SignalByRegion) -> Regions:
    results, wanted = part.reported.results, part.settings.get("detail_point")
    point = shown_point(results, wanted, test_size=part.test_size)
    shares = found.shares(part.names)
    signal = found.signal.get(point) or [float("nan")] * len(found.regions)
    columns = [
        [formats.significant(region.background, 4) for region in found.regions],
        [f"{region.observed:.12g}" for region in found.regions],
        [formats.significant(events, 4) for events in signal],
    ]
    texts = [formats.aligned(column) for column in columns]
    of_point = shares.get(point)
    rows = []
    for number, region in enumerate(found.regions[:MAX_ROWS]):
        share = formats.MISSING if of_point is None else _percent(of_point[number])
        numbers = [*(column[number] for column in texts), share]
        over_grid = [own[number] for own in shares.values()]
        if over_grid:
            ends = f"{_percent(min(over_grid))} to {_percent(max(over_grid))}"
            numbers += [_percent(median(over_grid)), ends]
        else:
            numbers += [formats.MISSING] * 2
        rows.append(RegionRow(region.name, numbers, region.control))
    return Regions(part, point, len(shares), rows)


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f}%".replace("-", "−")
