"""The figures of a scan, one module each: when it is drawn, what from, its picture and its table.

To add one, write a module with a ``Figure`` (``base``) and name it in ``registry``. Its ``draw``
takes ``Inputs`` and returns the picture, which ``fitscan.plots`` makes of arrays, and the table of
the numbers that it shows. Its caption in Snakemake's report is ``workflow/report/{name}.rst``, and
a section of ``fitscan.report`` shows it.

Modules here import what draws inside their functions: Snakemake reads the registry whenever it
starts, and pandas, SciPy and matplotlib take longer than all else that it does then.
"""

from fitscan.figures.base import Drawn, Figure
from fitscan.figures.registry import FIGURES

__all__ = ["FIGURES", "Drawn", "Figure"]
