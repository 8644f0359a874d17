"""All figures, in the order in which they are drawn."""

from fitscan.figures.base import Figure
from fitscan.figures.cls_map import CLS_MAP
from fitscan.figures.combination import COMBINATION
from fitscan.figures.comparison import COMPARISON
from fitscan.figures.correlations import CORRELATIONS
from fitscan.figures.coverage import COVERAGE
from fitscan.figures.exclusion import EXCLUSION
from fitscan.figures.limits import LIMITS
from fitscan.figures.minima import MINIMA
from fitscan.figures.mu_scan import MU_SCAN
from fitscan.figures.number_of_toys import NUMBER_OF_TOYS
from fitscan.figures.pulls import PULLS
from fitscan.figures.status_map import STATUS_MAP
from fitscan.figures.toys import TOYS
from fitscan.figures.yields import YIELDS

__all__ = ["FIGURES"]

FIGURES: tuple[Figure, ...] = (
    EXCLUSION,
    COMBINATION,
    CLS_MAP,
    STATUS_MAP,
    MINIMA,
    LIMITS,
    MU_SCAN,
    PULLS,
    CORRELATIONS,
    YIELDS,
    TOYS,
    NUMBER_OF_TOYS,
    COVERAGE,
    COMPARISON,
)
