"""Fit one point of a scan in detail: the tables that its figures are drawn from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fitscan import strictjson
from fitscan.config.points import shown_point
from fitscan.detail.point import point_detail
from fitscan.files import write_csv
from fitscan.likelihood import read_index, read_signals
from fitscan.script_log import step
from fitscan.tables.checksums import write_checksums
from fitscan.tables.results import read_table


def main(
    *,
    path_to_workspace: str,
    path_to_patchset: str,
    path_to_points: str,
    path_to_results: str,
    path_to_detail: Path,
    settings: Mapping[str, Any],
) -> None:
    """Write the tables of the fits of one point, and of its CLs along the signal strength.

    Args:
        path_to_workspace: The background-only workspace.
        path_to_patchset: All patches; one is read.
        path_to_points: The list of points.
        path_to_results: The results of the scan, by which the point is chosen.
        path_to_detail: What has to be known of the fits; their tables go beside it, and the
            checksums of all into the folder above.
        settings: See ``Wanted.detail_settings``.
    """
    index = read_index(Path(path_to_points))
    results = read_table(path_to_results)
    name = shown_point(results, settings["detail_point"], test_size=settings["test_size"])
    (point,) = [point for point in index.points if point.name == name]
    (signal,) = read_signals(Path(path_to_patchset), [point])
    detail, tables = point_detail(
        strictjson.parse(Path(path_to_workspace).read_bytes(), where=path_to_workspace),
        signal,
        name=name,
        settings={**settings, "measurement": index.measurement},
        test_size=settings["limit_size"],
    )
    for table, content in tables.items():
        write_csv(path_to_detail.with_name(f"{table}.csv"), content)
    detail.write(path_to_detail)
    paths = [path_to_detail, *(path_to_detail.with_name(f"{table}.csv") for table in tables)]
    write_checksums(path_to_detail.parents[1], paths)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            path_to_workspace=snakemake.input.workspace,
            path_to_patchset=snakemake.input.patchset,
            path_to_points=snakemake.input.points,
            path_to_results=snakemake.input.results,
            path_to_detail=Path(snakemake.output.detail),
            settings=dict(snakemake.params.settings),
        )
