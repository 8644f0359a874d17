"""What the rules of the Snakefile ask for, besides ``fitscan.config.wanted``.

``place`` says where a run puts its files, ``start`` looks at folders before it, ``planner`` plans
scans, ``staleness`` digests what makes a job run again, ``wildcards`` says which names a wildcard
stands for, ``run_name`` what a run is called, ``screen`` shortens what a run says, ``user_errors``
shows errors without tracebacks.
"""

from fitscan.rules.place import place_of
from fitscan.rules.planner import Planner
from fitscan.rules.run_name import run_name
from fitscan.rules.screen import show_less
from fitscan.rules.staleness import code_of, contents
from fitscan.rules.start import Others, check_folders, check_path, check_project, written_ns
from fitscan.rules.user_errors import showing_user_errors
from fitscan.rules.wildcards import analysis_of, one_of

__all__ = [
    "Others",
    "Planner",
    "analysis_of",
    "check_folders",
    "check_path",
    "check_project",
    "code_of",
    "contents",
    "one_of",
    "place_of",
    "run_name",
    "show_less",
    "showing_user_errors",
    "written_ns",
]
