"""Put trials and pyhf's times together: the table as CSV, Markdown and TeX, and the figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.benchmark.figures import benchmark_figures
from fitscan.benchmark.markup import as_markdown, as_tex
from fitscan.benchmark.point_times import point_times
from fitscan.benchmark.published import published_times
from fitscan.benchmark.records import Pyhf, Trial
from fitscan.benchmark.table import benchmark_table
from fitscan.benchmark.words import how_measured, published_words, times_words
from fitscan.config.wanted_scan import picture_formats
from fitscan.figures.inputs import drawn_scan
from fitscan.files import write_csv, write_text
from fitscan.plots import Colors, note_instead, save
from fitscan.script_log import step
from fitscan.tables.results import read_table


def main(
    *,
    paths_to_trials: Sequence[str],
    paths_to_pyhf: Sequence[str],
    scans: Sequence[tuple[str, str, Mapping[str, Any]]],
    path_to_table: Path,
    figures: Mapping[str, Any],
) -> None:
    """Write the tables and the figures of the benchmark.

    Args:
        paths_to_trials: The records of the trials.
        paths_to_pyhf: Those of pyhf.
        scans: Analysis, scan, and ``axes``, ``axis_titles``, ``slice`` and ``title`` of each scan.
        path_to_table: The table as CSV; Markdown and TeX go beside it, figures into a folder.
        figures: How figures look: that part of the checked configuration.
    """
    table = benchmark_table(
        {path: Trial.read(path) for path in paths_to_trials},
        {path: Pyhf.read(path) for path in paths_to_pyhf},
    )
    published = published_times(table["analysis"])
    words = times_words(table), published_words(published), how_measured(table, published)
    folder, formats = path_to_table.with_suffix(""), picture_formats(figures)
    drawn = benchmark_figures(table, published, colors=Colors.chosen(figures))
    for name, (figure, shown) in drawn.items():
        save(figure, folder / name, formats)
        write_csv(folder / f"{name}.csv", shown)
    for analysis, scan, look in scans:
        source = path_to_table.parent / analysis / scan
        results, timings = (read_table(source / f"{t}.csv") for t in ("results", "timings"))
        stem = folder / analysis / scan / "times"
        with note_instead(stem, title=look["title"] or analysis, formats=formats):
            seen = drawn_scan(results, look=look, figures=figures, name=analysis)
            figure, shown = point_times(seen, timings)
            save(figure, stem, formats)
            write_csv(f"{stem}.csv", shown)
    write_text(path_to_table.with_suffix(".md"), as_markdown(*words))
    write_text(path_to_table.with_suffix(".tex"), as_tex(*words))
    write_csv(path_to_table, table)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            paths_to_trials=snakemake.input.trials,
            paths_to_pyhf=snakemake.input.pyhf,
            scans=snakemake.params.looks,
            path_to_table=Path(snakemake.output.csv),
            figures=dict(snakemake.params.figures),
        )
