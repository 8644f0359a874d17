"""What the rules of the Snakefile ask for, besides ``fitscan.config.wanted``.

``start`` looks at folders before a run, ``planner`` plans scans, ``staleness`` digests what makes a
job run again, ``wildcards`` says which names a wildcard stands for, ``user_errors`` shows errors
without tracebacks.
"""

from fitscan.rules.planner import Planner
from fitscan.rules.staleness import code_of, contents
from fitscan.rules.start import Others, check_folders, check_project
from fitscan.rules.user_errors import showing_user_errors
from fitscan.rules.wildcards import analysis_of, one_of

__all__ = [
    "Others",
    "Planner",
    "analysis_of",
    "check_folders",
    "check_project",
    "code_of",
    "contents",
    "one_of",
    "showing_user_errors",
]
