"""Two points, audited: results.csv as the audit compares it, and what it says of a point."""

from scan_settings import COMPILED, PYHF

from fitscan.audit import audit_scan
from fitscan.columns import CLS
from fitscan.likelihood import JsonPatch
from fitscan.tables.audit import verdicts

__all__ = ["audit_tiny", "results_of", "verdict_of"]


def audit_tiny(tiny, options=PYHF, **changes):
    """Audit two points, the first by a hypothesis test of pyhf's too."""
    signals = [("a", JsonPatch(tiny.patch(10.0))), ("b", JsonPatch(tiny.patch(3.0)))]
    return audit_scan(
        tiny.workspace(), signals, refits={"a"}, settings=COMPILED | changes, options=options
    )


def results_of(table):
    """results.csv with the CLs that the audit finds by fitting again."""
    CLs = table[table["check"] == "CLs"].pivot_table("fitscan", "name", "quantity")
    names = list(dict.fromkeys(table["name"]))
    return CLs.reindex(index=names, columns=list(CLS)).reset_index().assign(message="")


def verdict_of(table, **changes):
    return verdicts(table, results_of(table).assign(**changes))["a"]
