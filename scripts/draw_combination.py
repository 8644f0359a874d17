"""Draw a combination beside its parts: contours in a plane, or CLs along one parameter."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fitscan.contour import line_uncertainties, plane_table, scan_table
from fitscan.figures.inputs import DrawnScan, drawn_scan
from fitscan.files import write_csv
from fitscan.plots import Curves, draw_combination_plane, draw_combination_scan, note_instead, save
from fitscan.script_log import step
from fitscan.tables.best_expected import with_equal_labels
from fitscan.tables.results import read_table
from fitscan.tables.toys import drawn_CLs, method_of

DRAWN = ("CLs_obs", "CLs_exp_0")


def main(
    *,
    name: str,
    parts: Sequence[str],
    path_to_results: str,
    paths_to_parts: Sequence[str],
    path_to_figure: str,
    how: str,
    match: Mapping[str, Sequence[str]],
    look: Mapping[str, Any],
    figures: Mapping[str, Any],
) -> None:
    """Draw the figure of a combination and write the numbers that it shows.

    Args:
        name: Name of the combination, its title if it has no other.
        parts: Names of the parts that are drawn.
        path_to_results: The results of the combination.
        paths_to_parts: The results of the parts.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        how: How the parts were combined.
        match: Labels of parts with other names than those of the first.
        look: ``axes``, ``axis_titles`` and ``title`` of the combination.
        figures: ``test_size`` and colours.
    """
    paths = dict(zip([name, *parts], [path_to_results, *paths_to_parts], strict=True))
    tables = with_equal_labels({n: read_table(path) for n, path in paths.items()}, match=match)
    drawn = drawn_scan(drawn_CLs(tables[name]), look=look, figures=figures, name=name)
    look = {**look, "axes": drawn.axes}  # a label may vary in the combination and not in a part
    scans = {
        n: drawn_scan(drawn_CLs(table), look=look, figures=figures, name=name)
        for n, table in tables.items()
    }
    curves = {n: _curves(scan) for n, scan in scans.items()}
    combined = curves.pop(name)
    draw = draw_combination_plane if drawn.is_plane else draw_combination_scan
    stem = Path(path_to_figure).with_suffix("")
    method = method_of(drawn.results)
    shown: dict[str, Any] = {"how": how, "method": method, "space": drawn.space, **drawn.look}
    if drawn.is_plane:
        numbers: dict[str, Any] = {"test_size": drawn.test_size, "space": drawn.space}
        shown["uncertainties"] = line_uncertainties(combined.x, combined.y, combined.CLs, **numbers)
    save(draw(combined, curves, **shown), stem)
    table = pd.concat([_table(scan).assign(of=n) for n, scan in scans.items()])
    write_csv(stem.with_suffix(".csv"), table[["of", *table.columns.drop("of")]])


def _curves(scan: DrawnScan) -> Curves:
    x, y, CLs = scan.x, scan.y if scan.is_plane else scan.x, scan.numbers(DRAWN)
    return Curves(
        x=np.asarray(x, dtype=float),
        y=np.asarray(y, dtype=float),
        CLs={column: np.asarray(values, dtype=float) for column, values in CLs.items()},
    )


def _table(scan: DrawnScan) -> pd.DataFrame:
    """Return the lines of one analysis, observed and expected, as the figure shows them."""
    CLs = scan.numbers(DRAWN)
    numbers: dict[str, Any] = {"test_size": scan.test_size, "space": scan.space}
    if scan.is_plane:
        return plane_table(scan.x, scan.y, CLs, names=scan.axes, **numbers)
    return scan_table(scan.x, CLs, name=scan.axes[0], **numbers)


if "snakemake" in globals():
    with (
        step(snakemake.log[0]),
        note_instead(
            snakemake.output.png,
            title=snakemake.params.look["title"] or snakemake.wildcards.combination,
        ),
    ):
        main(
            name=snakemake.wildcards.combination,
            parts=snakemake.params.parts,
            path_to_results=snakemake.input.results,
            paths_to_parts=snakemake.input.parts,
            path_to_figure=snakemake.output.png,
            how=snakemake.params.how,
            match=dict(snakemake.params.match),
            look=dict(snakemake.params.look),
            figures=dict(snakemake.params.figures),
        )
