"""Get a likelihood, check all of it, and write its folder."""

from pathlib import Path
from typing import Any

from fitscan.garbage import collection_paused
from fitscan.likelihood.archive_limits import ArchiveLimits
from fitscan.likelihood.control_regions import tell_regions
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.likelihood.refusals import tell_refused
from fitscan.likelihood.region_tables import read_regions
from fitscan.model.check import check_models
from fitscan.script_log import step


def main(
    *,
    likelihood: dict[str, Any],
    archive_limits: dict[str, Any],
    path_to_points: str,
    must_compile: bool,
    interpolation: dict[str, str],
    detail_point: str | None,
) -> None:
    """Fetch the likelihood that the configuration describes.

    Args:
        likelihood: The part of the configuration about the likelihood.
        archive_limits: How much its archive may hold, and how long a download may take.
        path_to_points: The list of points to write; the other files go beside it.
        must_compile: Whether the compiled engine has to take every hypothesis.
        interpolation: Codes of ``histosys`` and ``normsys``.
        detail_point: The point whose signal is told; None for the one in the middle of the grid.
    """
    folder = Path(path_to_points).parent
    with collection_paused():
        index = fetch_likelihood(
            likelihood,
            folder=folder,
            cache=Path("resources/archives"),
            limits=ArchiveLimits.of(archive_limits),
        )
        if must_compile:
            index = check_models(folder, interpolation=interpolation)
    print(f"{len(index.points)} signal hypotheses in {', '.join(index.labels) or 'the workspace'}")
    tell_refused(index)
    tell_regions(read_regions(folder), detail_point)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            likelihood=dict(snakemake.params.likelihood),
            # Not through params: it decides no number, so another limit fetches nothing again.
            archive_limits=snakemake.config["archive_limits"],
            path_to_points=snakemake.output.points,
            must_compile=snakemake.params.must_compile,
            interpolation=dict(snakemake.params.interpolation),
            # Not through params: it decides what is told, and no file.
            detail_point=snakemake.config["analyses"][snakemake.wildcards.analysis]["detail_point"],
        )
