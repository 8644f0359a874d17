"""Draw the toys of the point where they say most."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fitscan.files import write_csv
from fitscan.formats import significant
from fitscan.kinds.rows import scan_rows
from fitscan.plan.scan import read_scan
from fitscan.plots import Colors, draw_no_toys, draw_toys, note_instead, save
from fitscan.script_log import step
from fitscan.statistics.asymptotics import sqrt_q_asimov_at
from fitscan.tables.results import read_table
from fitscan.tables.toys import distributions_table, shown_toys


def main(
    *,
    paths_to_shards: Iterable[str],
    path_to_scan: str,
    path_to_results: str,
    path_to_figure: str,
    figures: dict[str, Any],
    title: str,
) -> None:
    """Draw the figure and write the numbers that it shows.

    Args:
        paths_to_shards: The finished shards.
        path_to_scan: The plan of the scan.
        path_to_results: The results of the scan.
        path_to_figure: What to write; its suffix is replaced by those of all formats.
        figures: ``test_size``, style and colours.
        title: Of the analysis.
    """
    scan = read_scan(Path(path_to_scan))
    results = read_table(path_to_results)
    colors = Colors.chosen(figures)
    rows = scan_rows(scan, map(Path, paths_to_shards))
    number = shown_toys(results, test_size=figures["test_size"])
    if number is None:
        figure = draw_no_toys(title, colors=colors)
        table = distributions_table(None)
    else:
        point, distributions = results.iloc[number], rows[number]["distributions"]
        by = (("toys", "CLs_obs"), ("asymptotic", "CLs_obs_asymptotic"))
        numbers = [f"{significant(point[column], 3)} ({name})" for name, column in by]
        figure = draw_toys(
            distributions,
            q_obs=float(point["q_obs"]),
            # A CLs too small to be a number is next to nothing all the same.
            sqrt_q_asimov=sqrt_q_asimov_at(
                0.0, max(float(point["CLs_exp_0_asymptotic"]), sys.float_info.min)
            ),
            mu_test=scan.settings["mu_test"],
            test_stat=scan.settings["test_stat"],
            title=title,
            lines=[f"{point['name']}: CL$_{{s}}$ {', '.join(numbers)}"],
            colors=colors,
        )
        table = distributions_table(distributions)
    stem = Path(path_to_figure).with_suffix("")
    save(figure, stem)
    write_csv(stem.with_suffix(".csv"), table)


if "snakemake" in globals():
    with (
        step(snakemake.log[0]),
        note_instead(snakemake.output.png, title=snakemake.params.title),
    ):
        main(
            paths_to_shards=snakemake.input.shards,
            path_to_scan=snakemake.input.scan,
            path_to_results=snakemake.input.results,
            path_to_figure=snakemake.output.png,
            figures=dict(snakemake.params.figures),
            title=snakemake.params.title,
        )
