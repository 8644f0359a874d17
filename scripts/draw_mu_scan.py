"""Draw CLs of one point along the signal strength, and write its numbers."""

from pathlib import Path
from typing import Any

import pandas as pd

from fitscan import strictjson
from fitscan.columns import CLS
from fitscan.config.points import shown_point
from fitscan.contour import CURVES
from fitscan.detail.mu_scan import MuScan, mu_scan, no_mu_scan
from fitscan.errors import LikelihoodError
from fitscan.files import write_csv
from fitscan.likelihood import read_index, read_signals
from fitscan.plots import Colors, draw_mu_scan, note_instead, save
from fitscan.script_log import step
from fitscan.tables.results import read_table


def main(
    *,
    path_to_workspace: str,
    path_to_patchset: str,
    path_to_points: str,
    path_to_results: str,
    path_to_figure: str,
    settings: dict[str, Any],
    test_size: float,
    figures: dict[str, Any],
    wanted: str | None,
    title: str,
) -> None:
    """Fit one point at many signal strengths with the compiled engine and draw its CLs.

    Args:
        path_to_workspace: The background-only workspace.
        path_to_patchset: All patches, of which one is read.
        path_to_points: The list of points.
        path_to_results: The results of the scan, by which the point is chosen.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        settings: ``interpolation``, ``test_stat`` and ``poi_bounds``.
        test_size: CLs at the upper limits.
        figures: ``test_size``, by which the point is chosen, style and colours.
        wanted: Name of the point; None chooses one.
        title: Title of the figure.
    """
    index = read_index(Path(path_to_points))
    name = shown_point(read_table(path_to_results), wanted, test_size=figures["test_size"])
    (point,) = [point for point in index.points if point.name == name]
    (signal,) = read_signals(Path(path_to_patchset), [point])
    workspace = strictjson.parse(Path(path_to_workspace).read_bytes(), where=path_to_workspace)
    try:
        found = mu_scan(
            workspace,
            signal,
            name=name,
            settings={**settings, "measurement": index.measurement},
            test_size=test_size,
        )
    except LikelihoodError as error:  # one that is refused, or that pyhf fits as the fallback
        found = no_mu_scan(f"The compiled engine cannot fit it: {error.what}")
    figure = draw_mu_scan(
        found.table["mu"],
        {column: found.table[column] for column in CLS},
        found.limits,
        title=title,
        lines=[f"Point {name}", "Asymptotic formulae", *found.notes],
        test_size=test_size,
        colors=Colors.chosen(figures),
    )
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    write_csv(stem.with_suffix(".csv"), _table(found, name, test_size))


def _table(found: MuScan, name: str, test_size: float) -> pd.DataFrame:
    """Return what is drawn: the points of each curve, and its upper limit."""
    rows = []
    for curve, column in CURVES.items():
        if column not in CLS:
            continue
        strengths, CLs = found.table["mu"].tolist(), found.table[column].tolist()
        rows += [(name, curve, "point", *point) for point in zip(strengths, CLs, strict=True)]
        rows.append((name, curve, "upper limit", found.limits[column], test_size))
    return pd.DataFrame(rows, columns=["name", "curve", "kind", "mu", "CLs"])


if "snakemake" in globals():
    with (
        step(snakemake.log[0]),
        note_instead(
            snakemake.output.png, title=snakemake.params.title or snakemake.wildcards.analysis
        ),
    ):
        main(
            path_to_workspace=snakemake.input.workspace,
            path_to_patchset=snakemake.input.patchset,
            path_to_points=snakemake.input.points,
            path_to_results=snakemake.input.results,
            path_to_figure=snakemake.output.png,
            settings=dict(snakemake.params.settings),
            test_size=snakemake.params.test_size,
            figures=dict(snakemake.params.figures),
            wanted=snakemake.params.show_point,
            title=snakemake.params.title or snakemake.wildcards.analysis,
        )
