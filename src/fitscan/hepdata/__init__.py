"""HEPData submissions: a scan as the folder of YAML files that https://www.hepdata.net takes.

``points`` and ``contours`` make its tables, ``about`` what all tables say beside their numbers, and
``submission`` writes and checks the folder. The format: https://hepdata-submission.readthedocs.io.
"""

from fitscan.hepdata.about import About
from fitscan.hepdata.contours import contour_tables
from fitscan.hepdata.points import point_tables
from fitscan.hepdata.submission import write_archive, write_submission

__all__ = ["About", "contour_tables", "point_tables", "write_archive", "write_submission"]
