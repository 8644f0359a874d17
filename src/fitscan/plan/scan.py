"""The plan of one scan on disk: what is wanted, and which shard holds it.

    plan/scan.json      every wanted point with its key, and how it is fitted
    plan/{shard}.json   the keys of one shard

Planning reads the list of points and the finished shards; it fits nothing and is done anew at every
start of Snakemake. A file is written only when its content changes, and a dry run changes none.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fitscan import __version__
from fitscan.columns import result_columns
from fitscan.digests import source_digest
from fitscan.engines.registry import engine_version
from fitscan.errors import PlanError, ShardError
from fitscan.files import write_bytes
from fitscan.likelihood import Index, Point
from fitscan.plan.partition import plan_shards, point_key, shard_name
from fitscan.plan.shards import Row, collect_rows, read_shard

__all__ = [
    "THROWING",
    "Scan",
    "block_keys",
    "check_versions",
    "data_keys",
    "data_settings",
    "make_scan",
    "plan_scan",
    "read_scan",
    "scan_rows",
    "shard_keys",
]

FORMAT = 2

# Kinds whose points are made of blocks: of toys, or of experiments.
THROWING = ("toys", "coverage")

# What makes the rows of points from those of their blocks, by kind. How blocks are sent decides no
# number.
_FROM_BLOCKS = {"toys": "fitscan.kinds.toys.rounds", "coverage": "fitscan.kinds.coverage.points"}
_SENDING = ("fitscan.dispatch", "fitscan.executors", "fitscan.plan.scan", "fitscan.worker.run")

# Not the temporary files beside them.
_SHARDS = "[0-9a-f]" * 12 + ".json"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scan:
    """One scan of one analysis.

    Attributes:
        settings: What is computed and how; part of every key.
        workspace: Digest of the workspace.
        labels: Names of the dimensions of the grid.
        engine: Version of the engine, with which the keys were made; see
            ``fitscan.engines.registry.engine_version``.
        kind: Version of what makes rows from blocks of toys or experiments; empty where none are.
        points: The wanted points in the order of the patchset.
        keys: The key of each point. Points with equal patches have equal keys and share a fit.
        first_keys: The key that each point has when nothing is tried again after a failure. A row
            that is ok under it is the row of this point as well.
    """

    settings: dict[str, Any]
    workspace: str
    engine: str
    kind: str
    labels: tuple[str, ...]
    points: tuple[Point, ...]
    keys: tuple[str, ...]
    first_keys: tuple[str, ...]

    @property
    def fitted_points(self) -> tuple[Point, ...]:
        """The points that are fitted: all but those that were refused."""
        return tuple(point for point in self.points if not point.refused)

    @property
    def fitted_keys(self) -> tuple[str, ...]:
        """Their keys."""
        return tuple(
            key for key, point in zip(self.keys, self.points, strict=True) if not point.refused
        )

    @property
    def digest(self) -> str:
        """A digest of what is wanted: it changes when points come, go, move or get other names."""
        wanted = [(key, p.name, p.values) for key, p in zip(self.keys, self.points, strict=True)]
        return hashlib.sha256(repr((self.labels, wanted)).encode()).hexdigest()[:16]


def make_scan(
    index: Index, config: Mapping[str, Any], scan: str, *, theory: str | None = None
) -> Scan:
    """Give each point of ``index`` its key.

    Args:
        index: The points of the analysis.
        config: The checked configuration.
        scan: Name of the scan in the configuration.
        theory: The modifier of the cross-section with which the data are also tested one standard
            deviation up and down, where nothing is thrown; None for no such tests.
    """
    options = dict(config["scans"][scan])
    if options["kind"] != "toys":
        del options["toys"]
    if options["kind"] != "coverage":
        del options["coverage"]
    leveled = options["kind"] in {"limits", "coverage"}
    if not leveled and options.get("toys", {}).get("limits") is None:
        del options["level"]
    settings = {
        **options,
        "mu_test": float(options["mu_test"]),  # 1 and 1.0 are one number and one key
        "engine": config["engine"],
        "measurement": index.measurement,
        "interpolation": config["interpolation"],
    }
    if config["engine"] == "compiled":
        settings |= {"minima": config["minima"], "fallback": config["fallback"]}
    if theory is not None and options["kind"] not in THROWING:
        settings["theory"] = theory
    if "pyhf" in {settings["engine"], settings.get("fallback")}:
        settings["pyhf"] = config["pyhf"]
    first_try = dict(settings)
    if "pyhf" in settings:
        first_try["pyhf"] = {**config["pyhf"], "retry": "none"}

    kind = _kind_version(settings)

    def keys(settings: dict[str, Any]) -> tuple[str, ...]:
        engine = " ".join(filter(None, [engine_version(settings), kind]))
        return tuple(
            point_key(
                workspace=index.workspace,
                # A point that is refused for another reason has another row.
                patch=f"{p.digest} {p.refused}" if p.refused else p.digest,
                settings=settings,
                engine=engine,
            )
            for p in index.points
        )

    return Scan(
        settings=settings,
        workspace=index.workspace,
        engine=engine_version(settings),
        kind=kind,
        labels=index.labels,
        points=index.points,
        keys=keys(settings),
        first_keys=keys(first_try),
    )


def _kind_version(settings: Mapping[str, Any]) -> str:
    """Digest the code that makes rows from blocks of toys or experiments; empty where none are."""
    code = _FROM_BLOCKS.get(settings["kind"])
    return source_digest(code, without=_SENDING) if code else ""


def check_versions(scan: Scan) -> None:
    """Check that this process computes what the plan promises, whose keys hold the versions.

    Raises:
        PlanError: The code or a package changed since the plan was made.
    """
    for what, planned, here in (
        ("engine", scan.engine, engine_version(scan.settings)),
        (f"code for {scan.settings['kind']}", scan.kind, _kind_version(scan.settings)),
    ):
        if planned != here:
            raise PlanError(
                f"the {what} changed after the scan was planned",
                value=f"{here}, planned with {planned}",
                hint="start again: the new plan keeps what did not change",
            )


def data_settings(scan: Scan) -> dict[str, Any]:
    """Return the settings without what says how much is thrown, and what is made of it."""
    made = {"toys", "coverage"} | ({"level"} if scan.settings["kind"] == "coverage" else set())
    return {name: value for name, value in scan.settings.items() if name not in made}


def data_keys(scan: Scan) -> list[str]:
    """Return the keys of the tests of the data, which stay when the number of toys changes."""
    return _keys(scan, data_settings(scan))


def block_keys(scan: Scan) -> list[str]:
    """Return what the keys of blocks of toys are made from: they stay when limits are asked for."""
    settings = data_settings(scan)
    settings.pop("level", None)
    return _keys(scan, settings)


def _keys(scan: Scan, settings: dict[str, Any]) -> list[str]:
    return [
        point_key(workspace=scan.workspace, patch=p.digest, settings=settings, engine=scan.engine)
        for p in scan.points
    ]


def plan_scan(
    folder: Path, scan: Scan, *, size: int | None, cores: int, dry_run: bool = False
) -> list[str]:
    """Plan ``scan`` into ``folder``/plan and return the names of the shards that hold it.

    Args:
        folder: Folder of the scan's results; finished shards in its folder ``shards`` are kept.
        scan: The scan.
        size: Points in a shard, None for ``auto_size``.
        cores: Cores that Snakemake has, for ``auto_size``.
        dry_run: Leave alone what is there, since another run may be reading it.
    """
    finished = _finished(folder / "shards")
    quick = (
        scan.settings["engine"] == "compiled"
        and scan.settings["minima"] != "exhaustive"
        and scan.settings["kind"] not in THROWING
    )
    plan = plan_shards(scan.fitted_keys, finished=finished, size=size, cores=cores, quick=quick)
    for name in plan.shards:
        content = {"format": FORMAT, "keys": plan.new.get(name) or finished[name]}
        _write_if_changed(folder / "plan" / f"{name}.json", content)
    path = folder / "plan" / "scan.json"
    if not (dry_run and path.exists()):
        _write_if_changed(path, {"format": FORMAT, **asdict(scan)})
    if not dry_run:
        _remove_broken(folder / "shards", whole=finished)
    # In an order that stays when shards are finished, so that Snakemake sees the same inputs.
    return sorted(plan.shards)


def scan_rows(scan: Scan, shards: Iterable[Path]) -> list[Row]:
    """Return the rows of all points in order: from shards, or why a point was refused.

    Raises:
        ShardError: See ``fitscan.plan.shards.collect_rows``.
    """
    found = iter(collect_rows(scan.fitted_keys, shards))
    return [
        _refused_row(scan, key, point) if point.refused else next(found)
        for key, point in zip(scan.keys, scan.points, strict=True)
    ]


def _refused_row(scan: Scan, key: str, point: Point) -> Row:
    """Return the row of a point that was not given to any worker."""
    row: Row = dict.fromkeys(result_columns(scan.settings))
    if scan.settings["kind"] == "coverage":
        row |= {"level": scan.settings["level"], "n_experiments": 0}
    return row | {
        "key": key,
        "mu_test": scan.settings["mu_test"],
        "status": "failed",
        "message": point.refused,
        "engine": f"{scan.settings['engine']}-{__version__}",
        "wall_s": 0.0,
        "cpu_s": 0.0,
    }


def read_scan(path: Path) -> Scan:
    """Read plan/scan.json.

    Raises:
        PlanError: The file was written by another version of fitscan, or by hand.
    """
    with _reading(path) as document:
        points = tuple(
            Point(**{**point, "values": tuple(point["values"])}) for point in document.pop("points")
        )
        sequences: dict[str, Any] = {
            name: tuple(document.pop(name)) for name in ("labels", "keys", "first_keys")
        }
        return Scan(**document, **sequences, points=points)


def shard_keys(path: Path) -> list[str]:
    """Read the keys of a shard from its plan.

    Raises:
        PlanError: See ``read_scan``.
    """
    with _reading(path) as document:
        keys: list[str] = document["keys"]
    return keys


def _finished(folder: Path) -> dict[str, list[str]]:
    """Return the keys of each shard by its name, if it holds what its name says."""
    finished = {}
    for path in sorted(folder.glob(_SHARDS)):
        try:
            keys = [row["key"] for row in read_shard(path)]
        except ShardError:
            continue
        if shard_name(keys) == path.stem:
            finished[path.stem] = keys
    return finished


def _remove_broken(folder: Path, *, whole: Collection[str]) -> None:
    """Remove damaged shards, so that they are made again; their rows are in the journal."""
    for path in folder.glob(_SHARDS):
        if path.stem not in whole:
            log.warning("%s does not hold what its name says: it is made again", path)
            path.unlink()


@contextmanager
def _reading(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what a file of the plan holds; refuse it if whoever reads can make no sense of it."""
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        if document.pop("format") != FORMAT:
            raise KeyError("format")
        yield document
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise PlanError(
            f"{path} is no plan of this version of fitscan", value=str(error), hint="delete it"
        ) from error


def _write_if_changed(path: Path, document: dict[str, Any]) -> None:
    content = json.dumps(document, indent=1).encode()
    if not path.exists() or path.read_bytes() != content:
        write_bytes(path, content)
