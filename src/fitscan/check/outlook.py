"""What a run would do, said without doing it.

Reads the configuration, and the likelihoods that are on this machine; says which points are new and
how long their fits take.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from fitscan.check.duration import Duration, measure, overcounted, uncounted
from fitscan.check.grid import check_best_expected, check_grid, chosen_index
from fitscan.check.likelihood import likelihood_folder
from fitscan.check.read import read_config
from fitscan.check.standing import leaving_points, new_keys
from fitscan.check.user_input import check_user_input
from fitscan.check.variables import check_variables
from fitscan.config.axes import drawn_axes
from fitscan.config.check import check_config
from fitscan.config.wanted import Wanted
from fitscan.config.wanted_scan import WantedScan
from fitscan.errors import NotDrawable, naming
from fitscan.executors import Capabilities, open_executor
from fitscan.figures import FIGURES
from fitscan.formats import counted, duration
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import Index, read_index
from fitscan.plan.scan import Scan
from fitscan.plan.write import cut_scan, finished_shards

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
    check_variables()
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
    with TemporaryDirectory() as temporary:
        chosen: dict[str, Index] = {}
        for analysis in dict.fromkeys(scan.analysis for scan in wanted.scans):
            likelihood = likelihood_folder(wanted, analysis, Path(temporary))
            if likelihood is None:
                yield f"{analysis}: the likelihood is not here yet; the run fetches and checks it"
                continue
            with naming(analysis):
                every = read_index(likelihood / "points.json")
                chosen[analysis] = chosen_index(wanted, analysis, every)
            for scan in wanted.scans:
                if scan.analysis == analysis:
                    yield from _check_scan(wanted, scan, likelihood, capabilities, cores)
        for name in dict.fromkeys(scan.analysis for scan in wanted.best_expected):
            parts = wanted.parts(name)
            if chosen.keys() >= {*parts}:
                check_best_expected(wanted, name, {part: chosen[part] for part in parts})


def _check_scan(
    wanted: Wanted, scan: WantedScan, likelihood: Path, capabilities: Capabilities, cores: int
) -> Iterator[str]:
    """Yield what is to be said of a scan."""
    every = read_index(likelihood / "points.json")
    index = chosen_index(wanted, scan.analysis, every)
    with naming(scan.analysis):
        axes = _axes(wanted, scan.analysis, index)
        check_grid(wanted, scan.analysis, scan.scan, likelihood=every, axes=axes)
    planned = planned_scan(
        index,
        wanted.config,
        scan.scan,
        signal_xsec_uncertainty=scan.settings["signal_xsec_uncertainty"],
    )
    folder = Path(scan.folder)
    new = new_keys(planned, folder)
    refused = len(planned.points) - len(planned.fitted_points)
    said = f"{scan.analysis}, {scan.scan}: {len(new)} of {len(planned.points)} points are new"
    yield f"{said}; {refused} cannot be fitted" if refused else said
    if leaving := leaving_points(planned, folder):
        yield f"    {leaving}"
    if new:
        took = measure(planned, new, likelihood)
        if capabilities.has_workers:
            fits_s = took.of_workers(new, workers=capabilities.workers)
            place = f"with {capabilities.workers} at a time"
        else:
            shards = _new_shards(wanted, planned, folder, new, cores)
            fits_s = took.of_shards(shards, cores=cores)
            place = f"in {counted(len(shards), 'job')}, {min(len(shards), cores)} at a time"
        less, more = uncounted(planned), overcounted(planned, folder / "journal")
        bound = "at least " * bool(less and not more) + "at most " * bool(more and not less)
        yield f"    fits: {bound}about {duration(fits_s)} {place} ({_of_a_point(took, len(new))})"
        if more:
            yield f"    counted, though they may not be thrown: {more}"
        if less:
            yield f"    not counted: {less}"


def _new_shards(
    wanted: Wanted, scan: Scan, folder: Path, new: Collection[str], cores: int
) -> list[list[str]]:
    """Return which new points each shard of a run would fit."""
    missing, finished = {*new}, finished_shards(folder / "shards")
    plan = cut_scan(scan, finished, size=wanted.shard_size, cores=cores)
    shards = ([key for key in keys if key in missing] for keys in plan.new.values())
    return [keys for keys in shards if keys]


def _of_a_point(took: Duration, points: int) -> str:
    """Say from what the time of a scan is made."""
    said = f"{duration(took.point_s)} per point"
    if took.with_toys:
        unit, number = took.unit, len(took.with_toys)
        which = f"its {unit}" if number == points else f"the {unit} of each of {number}"
        said += f" and {duration(took.toys_s)} for {which}"
    return f"{said} here, {duration(took.start_s)} to start"


def _axes(wanted: Wanted, analysis: str, index: Index) -> list[str]:
    settings = wanted.settings[analysis]
    values = {point.name: point.values for point in index.points}
    try:
        return drawn_axes(index.labels, values, settings["axes"], settings["slice"])
    except NotDrawable:
        return []
