"""Put trials and pyhf's times together: the table as CSV, Markdown and TeX, and the figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.benchmark.figures import benchmark_figures
from fitscan.benchmark.markup import as_markdown, as_tex
from fitscan.benchmark.published import published_times
from fitscan.benchmark.records import Pyhf, Trial
from fitscan.benchmark.table import benchmark_table
from fitscan.benchmark.words import how_measured, published_words, times_words
from fitscan.files import write_csv, write_text
from fitscan.plots import Colors, save
from fitscan.script_log import step


def main(
    *,
    paths_to_trials: Sequence[str],
    paths_to_pyhf: Sequence[str],
    path_to_table: str,
    folder_of_figures: Path,
    figures: Mapping[str, Any],
) -> None:
    """Write the tables and the figures of the benchmark.

    Args:
        paths_to_trials: The records of the trials.
        paths_to_pyhf: Those of pyhf.
        path_to_table: The table as CSV; Markdown and TeX go beside it.
        folder_of_figures: Where the figures go, each with the numbers that it shows.
        figures: Colours and style, see ``fitscan.plots.Colors``.
    """
    table = benchmark_table(
        {path: Trial.read(path) for path in paths_to_trials},
        {path: Pyhf.read(path) for path in paths_to_pyhf},
    )
    published = published_times(table["analysis"])
    words = times_words(table), published_words(published), how_measured(table, published)
    drawn = benchmark_figures(table, published, colors=Colors.chosen(figures))
    for name, (figure, shown) in drawn.items():
        save(figure, folder_of_figures / name)
        write_csv(folder_of_figures / f"{name}.csv", shown)
    write_text(Path(path_to_table).with_suffix(".md"), as_markdown(*words))
    write_text(Path(path_to_table).with_suffix(".tex"), as_tex(*words))
    write_csv(path_to_table, table)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        main(
            paths_to_trials=snakemake.input.trials,
            paths_to_pyhf=snakemake.input.pyhf,
            path_to_table=snakemake.output.csv,
            folder_of_figures=Path(snakemake.output.figures[0]).parent,
            figures=dict(snakemake.params.figures),
        )
