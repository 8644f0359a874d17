"""Make one likelihood of several, with one signal strength."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.likelihood import write_folder
from fitscan.likelihood.combination.likelihoods import combine
from fitscan.likelihood.combination.parts import read_part
from fitscan.likelihood.control_regions import as_in_parts, tell_regions
from fitscan.likelihood.refusals import tell_refused
from fitscan.likelihood.region_tables import read_regions, write_regions
from fitscan.likelihood.signal_xsec_uncertainty import check_signal_xsec_uncertainty
from fitscan.model.check import check_models
from fitscan.script_log import step


def main(
    *,
    parts: Sequence[str],
    paths_to_points: Sequence[str],
    path_to_points: str,
    match: Mapping[str, Sequence[str]],
    decorrelate: Sequence[str],
    signal_xsec_uncertainty: str | None,
    must_compile: bool,
    interpolation: Mapping[str, str],
    detail_point: str | None,
) -> None:
    """Combine likelihoods.

    Args:
        parts: Names of the analyses.
        paths_to_points: The list of points of each; the other files are beside it.
        path_to_points: The list of points to write; the other files go beside it.
        match: Labels of parts with other names than those of the first.
        decorrelate: Names of parameters that are independent in each part.
        signal_xsec_uncertainty: Name of the modifier of patches that is the uncertainty of the
            cross-section, which some patch must have.
        must_compile: Whether the compiled engine has to take every hypothesis.
        interpolation: Codes of ``histosys`` and ``normsys``.
        detail_point: The point whose signal is told; None for the one in the middle of the grid.
    """
    folder, folders = Path(path_to_points).parent, [Path(p).parent for p in paths_to_points]
    combined = combine(
        [read_part(name, of_part) for name, of_part in zip(parts, folders, strict=True)],
        match=match,
        decorrelate=decorrelate,
    )
    check_signal_xsec_uncertainty(combined.patches, signal_xsec_uncertainty)
    source: dict[str, Any] = {
        "combined": list(parts),
        "decorrelated": list(decorrelate),
        "shared_channels": combined.shared,
        "left_out": combined.left_out,
        "signal_strengths": combined.signal_strengths,
    }
    regions = as_in_parts(combined.regions, [read_regions(of_part) for of_part in folders])
    write_regions(folder, regions)
    index = write_folder(
        folder,
        workspace=json.dumps(combined.background, indent=1).encode(),
        patches=combined.patches,
        measurement=combined.background["measurements"][0]["name"],
        source=source,
    )
    if must_compile:
        index = check_models(folder, interpolation=interpolation)
    print(
        f"{len(combined.patches.patches)} signal hypotheses that {', '.join(parts)} have in common;"
        f" {combined.left_out} left out that some of them lack;"
        f" common channels: {', '.join(combined.shared) or 'none'}"
    )
    names = combined.signal_strengths
    if len(set(names.values())) > 1:
        print(f"one signal strength: {', '.join(f'{n} of {part}' for part, n in names.items())}")
    tell_refused(index)
    tell_regions(regions, detail_point)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            parts=snakemake.params.parts,
            paths_to_points=snakemake.input.points,
            path_to_points=snakemake.output.points,
            match=dict(snakemake.params.match),
            decorrelate=snakemake.params.decorrelate,
            signal_xsec_uncertainty=snakemake.params.signal_xsec_uncertainty,
            must_compile=snakemake.params.must_compile,
            interpolation=dict(snakemake.params.interpolation),
            # Not through params: it decides what is told, and no file.
            detail_point=snakemake.config["combinations"][snakemake.wildcards.combination][
                "detail_point"
            ],
        )
