"""What a run would do, said without doing it.

Reads the configuration, and the likelihoods that are on this machine; says which points are new and
how long their fits take.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from fitscan.check.duration import measure
from fitscan.check.grid import check_grid, chosen_index
from fitscan.check.likelihood import likelihood_folder
from fitscan.check.read import read_config
from fitscan.check.standing import new_keys
from fitscan.check.user_input import check_user_input
from fitscan.config.axes import drawn_axes
from fitscan.config.check import check_config
from fitscan.config.wanted import Wanted
from fitscan.config.wanted_scan import WantedScan
from fitscan.errors import NotDrawable
from fitscan.executors import open_executor
from fitscan.figures import FIGURES
from fitscan.formats import duration
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import Index, read_index

__all__ = ["outlook"]


def outlook(files: Sequence[Path], *, cores: int, executors: Path) -> Iterator[str]:
    """Yield line by line what is to be said of a run.

    Args:
        files: The configuration; later files override earlier ones.
        cores: Cores of the run.
        executors: The folder of the executors that are known by name.

    Raises:
        FitscanError: The run could not work.
    """
    wanted = Wanted(check_config(read_config(files)), FIGURES)
    check_user_input(wanted)
    capabilities = open_executor(wanted.config["executor"], folder=executors).capabilities
    yield f"{', '.join(map(str, files))}: the configuration is valid"
    if capabilities.remote_environment:
        name = wanted.config["executor"]
        yield (
            f"{name}: up to {capabilities.workers} workers. Times below count neither a queue nor "
            f"the way of a task there; `make doctor EXECUTOR={name}` measures it"
        )
    at_once = max(capabilities.workers, cores if not capabilities.has_workers else 1)
    with TemporaryDirectory() as temporary:
        for analysis in dict.fromkeys(scan.analysis for scan in wanted.scans):
            likelihood = likelihood_folder(wanted, analysis, Path(temporary))
            if likelihood is None:
                yield f"{analysis}: the likelihood is not here yet; the run fetches and checks it"
                continue
            for scan in wanted.scans:
                if scan.analysis == analysis:
                    yield from _check_scan(wanted, scan, likelihood, at_once)


def _check_scan(wanted: Wanted, scan: WantedScan, likelihood: Path, at_once: int) -> Iterator[str]:
    """Yield what is to be said of a scan; ``at_once`` is how many points are fitted at a time."""
    every = read_index(likelihood / "points.json")
    index = chosen_index(wanted, scan.analysis, every)
    axes = _axes(wanted, scan.analysis, index)
    check_grid(wanted, scan.analysis, scan.scan, likelihood=every, axes=axes)
    planned = planned_scan(
        index,
        wanted.config,
        scan.scan,
        signal_xsec_uncertainty=scan.settings["signal_xsec_uncertainty"],
    )
    new = new_keys(planned, Path(scan.folder))
    refused = len(planned.points) - len(planned.fitted_points)
    said = f"{scan.analysis}, {scan.scan}: {len(new)} of {len(planned.points)} points are new"
    yield f"{said}; {refused} cannot be fitted" if refused else said
    if new:
        took = measure(planned, new, likelihood)
        fits = took.start_s + took.point_s * len(new) / at_once
        yield (
            f"    fits: about {duration(fits)} with {at_once} at a time "
            f"({duration(took.point_s)} per point here, {duration(took.start_s)} to start)"
        )


def _axes(wanted: Wanted, analysis: str, index: Index) -> list[str]:
    settings = wanted.settings[analysis]
    values = {point.name: point.values for point in index.points}
    try:
        return drawn_axes(index.labels, values, settings["axes"], settings["slice"])
    except NotDrawable:
        return []
