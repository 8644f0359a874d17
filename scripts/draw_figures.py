"""Draw all figures of a scan, each with the numbers that it shows."""

from collections.abc import Collection
from pathlib import Path

from fitscan.figures.drawing import draw_figures
from fitscan.figures.inputs import Inputs
from fitscan.figures.registry import FIGURES
from fitscan.script_log import step
from fitscan.tables.checksums import write_checksums


def main(*, names: Collection[str], inputs: Inputs, folder: Path, cores: int) -> None:
    """Draw figures, and write the checksums of their tables into the folder above.

    Args:
        names: Which ones.
        inputs: What they are drawn from.
        folder: Where they go.
        cores: How many are drawn at a time.
    """
    figures = [figure for figure in FIGURES if figure.name in names]
    # Snakemake has removed these tables; a job that is killed leaves some that nobody has edited.
    write_checksums(folder.parent, [])
    draw_figures(figures, inputs, folder, cores=cores)
    tables = [folder / f"{figure.name}.csv" for figure in figures if figure.has_table]
    write_checksums(folder.parent, tables)


if "snakemake" in globals():
    with step(snakemake.log[0]):
        files = dict(snakemake.input.items())
        main(
            names=snakemake.params.names,
            inputs=Inputs(
                analysis=snakemake.wildcards.analysis,
                files={n: [f] if isinstance(f, str) else list(f) for n, f in files.items()},
                settings=dict(snakemake.params.settings),
                figures=dict(snakemake.params.figures),
            ),
            folder=Path(snakemake.output[0]).parent,
            cores=snakemake.threads,
        )
