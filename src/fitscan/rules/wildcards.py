"""Which names a wildcard stands for, as expressions."""

import re
from collections.abc import Iterable

from fitscan.config.wanted import Pair

__all__ = ["analysis_of", "one_of"]


def one_of(names: Iterable[str]) -> str:
    r"""Return an expression that matches these names and nothing else.

    >>> one_of(["a.b", "c"]), one_of([])
    ('a\\.b|c', '(?!)')
    """
    return "|".join(map(re.escape, names)) or "(?!)"


def analysis_of(pairs: Iterable[Pair]) -> str:
    """Return an expression for an analysis that matches these pairs of an analysis and a scan.

    In paths the scan is the folder after that of its analysis.

    >>> bool(re.match(f"({analysis_of([('a', 'x')])})/(.*)", "a/xy"))
    False
    """
    found = [f"{re.escape(analysis)}(?=/{re.escape(scan)}/)" for analysis, scan in pairs]
    return "|".join(found) or "(?!)"
