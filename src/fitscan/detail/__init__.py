"""What a fit found, as tables for people: parameters, correlations, yields.

Takes the model of one point and two of its fits, with the signal strength held at 0
(``background``) and free (``free``); gives three tables, which are written as they are and drawn
by ``fitscan.plots``.
"""

from fitscan.detail.fit_tables import FitResults, fit_results, no_fit_results, point_fit_results

__all__ = ["FitResults", "fit_results", "no_fit_results", "point_fit_results"]
