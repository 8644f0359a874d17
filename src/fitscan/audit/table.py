"""Rows of audit.csv: two numbers and whether they agree.

Takes what was compared; gives rows and the table. What the columns mean: ``fitscan.audit``.
"""

from collections.abc import Sequence

import pandas as pd

from fitscan.columns import AUDIT, AUDIT_NUMBERS, Row

__all__ = ["Row", "audit_table", "compared", "error_text", "failure", "remark"]


def audit_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return rows as audit.csv has them; without rows, its header."""
    table = pd.DataFrame(rows, columns=list(AUDIT))
    return table.astype(dict.fromkeys(AUDIT_NUMBERS, float))


def compared(
    check: str, quantity: str, *, fitscan: float, pyhf: float, tolerance: float, message: str = ""
) -> Row:
    """Return a comparison as a row; ``outcome`` is ``agrees`` or ``differs``."""
    difference = fitscan - pyhf
    return {
        "check": check,
        "quantity": quantity,
        "fitscan": fitscan,
        "pyhf": pyhf,
        "difference": difference,
        "tolerance": tolerance,
        # Not `>`: what is not finite does not agree.
        "outcome": "agrees" if abs(difference) <= tolerance else "differs",
        "message": message,
    }


def failure(check: str, message: str) -> Row:
    """Return what could not be compared as a row."""
    return {"check": check, "quantity": "", "outcome": "failed", "message": message}


def remark(name: str, message: str) -> Row:
    """Return what there is to know about the model of a point, by the modifier, as a row."""
    return {"check": "model", "quantity": name, "outcome": "remark", "message": message}


def error_text(error: Exception) -> str:
    """Return an exception on one line of bounded length."""
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0].strip()}"[:300]
