"""What the audit by pyhf says of each point, and which points it casts doubt on.

Takes audit.csv (its columns: ``fitscan.audit``), and results.csv beside it; gives a verdict on each
point that was audited, and flagged.csv: the points whose numbers are not to be trusted, and why.
These are points with a disagreement in the audit, and points whose rows say that several
minima are equally low (``fitscan.engines.compiled.equal_minima``).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from fitscan.columns import AUDIT, AUDIT_NUMBERS, CLS, FLAGGED
from fitscan.engines.undecided import undecided_points

__all__ = [
    "Verdict",
    "flagged_points",
    "flagged_table",
    "largest_difference",
    "not_reproduced",
    "read_audit",
    "read_flagged",
    "verdicts",
]


@dataclass(frozen=True)
class Verdict:
    """What the audit came to at one point.

    Attributes:
        words: In a few words.
        flagged: Whether its numbers are in doubt: pyhf's log-density differs, or its CLs does, and
            not because pyhf's own fits stop higher; or results.csv has another CLs than a new fit.
    """

    words: str
    flagged: bool = False


def verdicts(audit: pd.DataFrame, results: pd.DataFrame) -> dict[str, Verdict]:
    """Return the verdict on each point that was audited, by its name.

    Args:
        audit: audit.csv.
        results: results.csv of the same scan, by the asymptotic formulae.
    """
    again = not_reproduced(audit, results)
    return {
        str(name): _verdict(rows, again=str(name) in again)
        for name, rows in audit.groupby("name", sort=False)
    }


def _verdict(rows: pd.DataFrame, *, again: bool) -> Verdict:
    """Judge the rows of one point."""
    densities, CLs = (rows[rows["check"] == check] for check in ("log_density", "CLs"))
    densities, differing = (part[part["outcome"] == "differs"] for part in (densities, CLs))
    lower = {*rows.loc[rows["check"] == "minimum", "outcome"]} & {"fitscan", "pyhf"}
    by = f"{largest_difference(differing):.2g}"
    reasons = []
    if len(densities):
        reasons.append(f"pyhf's log-density differs by {largest_difference(densities):.2g}")
    if len(differing) and "pyhf" in lower:
        reasons.append(f"pyhf finds a lower minimum; CLs differs by {by}")
    elif len(differing) and not lower:
        reasons.append(f"CLs differs from pyhf's by {by}, at equal minima")
    if again:
        reasons.append("refitted: CLs differs from results.csv")
    if reasons:
        return Verdict("; ".join(reasons), flagged=True)
    if len(differing):
        return Verdict(f"pyhf's fits stop higher; CLs differs by {by}")
    if rows["outcome"].isin(["failed", "refused"]).any():
        return Verdict("not compared" if len(rows) == 1 else "pyhf's own fit failed")
    return Verdict("CLs agrees" if len(CLs) else "log-density agrees")


def largest_difference(rows: pd.DataFrame) -> float:
    """Return the largest difference of rows of audit.csv; NaN does not hide behind numbers."""
    return float(rows["difference"].abs().max(skipna=False))


def not_reproduced(audit: pd.DataFrame, results: pd.DataFrame) -> tuple[str, ...]:
    """Name the points that have another CLs in results.csv than the audit finds by fitting again.

    These are compared at the points that pyhf fits too, to the tolerance that it is given.

    Args:
        audit: audit.csv.
        results: results.csv of the same scan, by the asymptotic formulae.
    """
    found = audit[(audit["check"] == "CLs") & (audit["outcome"] != "failed")]
    written = results[["name", *CLS]].melt("name", var_name="quantity", value_name="written")
    both = found.merge(written, on=["name", "quantity"])
    near = (both["fitscan"] - both["written"]).abs() <= both["tolerance"]
    other = ~near & (both["fitscan"].notna() | both["written"].notna())
    return tuple(dict.fromkeys(both.loc[other, "name"]))


def flagged_points(found: Mapping[str, Verdict], results: pd.DataFrame) -> dict[str, str]:
    """Return why numbers are in doubt, by the name of the point.

    Args:
        found: The verdicts of the audit.
        results: results.csv of the same scan.
    """
    reasons = {name: [verdict.words] for name, verdict in found.items() if verdict.flagged}
    for name, words in undecided_points(results).items():
        reasons.setdefault(name, []).append(words)
    return {name: "; ".join(words) for name, words in reasons.items()}


def flagged_table(audit: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Return flagged.csv: name and reason of each point whose numbers are in doubt."""
    found = flagged_points(verdicts(audit, results), results)
    return pd.DataFrame(list(found.items()), columns=list(FLAGGED), dtype=str)


def read_audit(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read audit.csv; names and messages stay text whatever they look like."""
    return pd.read_csv(
        path,
        dtype={name: float if name in AUDIT_NUMBERS else str for name in AUDIT},
        keep_default_na=False,
        na_values={column: [""] for column in AUDIT_NUMBERS},
    )


def read_flagged(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read flagged.csv: the reason by the name of the point."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return dict(zip(table["name"], table["reason"], strict=True))
