"""What a scan came to: how many points, what is excluded, what went wrong, how long it took.

Takes results.csv and timings.csv of a scan; gives the numbers of the summary.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fitscan.columns import STATUSES
from fitscan.formats import counted
from fitscan.report.inputs import ReportedScan
from fitscan.tables.results import count_excluded

__all__ = ["Summary", "overall", "summarise"]


@dataclass(frozen=True)
class Summary:
    """The numbers of one scan.

    Attributes:
        points: How many points there are.
        statuses: How many points ended in each status that occurs, ``ok`` first.
        remarks: How many points are ok and have a message, of a second minimiser, say, or of toys.
        observed: How many points are excluded.
        expected: How many points are expected to be excluded.
        mu_tests: The signal strengths that were tested.
        engines: How many points each engine fitted.
        cpu_s: CPU time of all fits.
        wall_s: Wall time of all fits, one after the other.
        median_s: Median of the CPU time of a point.
        slowest_s: The longest CPU time of a point.
        slowest: Name of that point.
    """

    points: int
    statuses: dict[str, int]
    remarks: int
    observed: int
    expected: int
    mu_tests: tuple[float, ...]
    engines: dict[str, int]
    cpu_s: float
    wall_s: float
    median_s: float
    slowest_s: float
    slowest: str

    @property
    def ok(self) -> int:
        """How many points have all their numbers."""
        return self.statuses.get("ok", 0)

    @property
    def not_ok(self) -> int:
        """How many points have no numbers, or not all."""
        return self.points - self.ok


def summarise(scan: ReportedScan, *, test_size: float) -> Summary:
    """Count and add up.

    Args:
        scan: The scan.
        test_size: A point is excluded when its CLs is below this number and its status is ok.
    """
    results = scan.results
    usable = results[results["status"] == "ok"]
    # Points with equal patches have equal keys and share one fit.
    fits = scan.timings.drop_duplicates("key")
    slowest = fits["cpu_s"].argmax() if len(fits) else None
    return Summary(
        points=len(results),
        statuses=_in_order(Counter(results["status"])),
        remarks=int((usable["message"] != "").sum()),
        observed=count_excluded(results, "CLs_obs", test_size=test_size),
        expected=count_excluded(results, "CLs_exp_0", test_size=test_size),
        mu_tests=tuple(sorted(results["mu_test"].dropna().unique().tolist())),
        engines=dict(Counter(results["engine"]).most_common()),
        cpu_s=float(fits["cpu_s"].sum()),
        wall_s=float(fits["wall_s"].sum()),
        median_s=float(fits["cpu_s"].median()),
        slowest_s=float(fits["cpu_s"].max()),
        slowest="" if slowest is None else str(fits["name"].iloc[slowest]),
    )


def overall(summaries: Sequence[Summary]) -> tuple[str, dict[str, int]]:
    """Return the sentence that is above everything, and how many points ended in each status."""
    statuses = _in_order(sum((Counter(s.statuses) for s in summaries), Counter()))
    points = sum(statuses.values())
    ending = (
        "all ok"
        if statuses.keys() == {"ok"}
        else ", ".join(
            f"{number} {status.replace('_', ' ')}" for status, number in statuses.items()
        )
    )
    return f"{counted(len(summaries), 'scan')}, {counted(points, 'point')}: {ending}", statuses


def _in_order(statuses: Mapping[str, int]) -> dict[str, int]:
    """Sort as the table of statuses does; one that is not known comes last but is not lost."""
    order = [*STATUSES, *sorted(statuses.keys() - STATUSES.keys())]
    return {status: statuses[status] for status in order if status in statuses}
