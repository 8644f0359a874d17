"""What the audit by pyhf came to.

Takes audit.csv (its columns: ``fitscan.audit``); gives the numbers that the report puts into words.
What it says of each point: ``fitscan.tables.audit``.
"""

from dataclasses import dataclass

import pandas as pd

from fitscan.tables.audit import largest_difference

__all__ = ["AuditSummary", "Differing", "audit_summary"]


@dataclass(frozen=True)
class Minima:
    """One fit by fitscan and by pyhf.

    Attributes:
        fit: Which fit.
        fitscan: NLL of fitscan's minimum, by pyhf.
        pyhf: NLL of pyhf's minimum, by pyhf.
        lower: Whose is lower: ``fitscan``, ``pyhf``, ``equal``, or ``differs`` if neither is.
    """

    fit: str
    fitscan: float
    pyhf: float
    lower: str


@dataclass(frozen=True)
class Differing:
    """A point to which pyhf gives another CLs.

    Attributes:
        name: The point.
        delta_CLs: Largest difference of its CLs.
        minima: Its fits.
    """

    name: str
    delta_CLs: float
    minima: tuple[Minima, ...]

    @property
    def lower(self) -> set[str]:
        """Who has a lower minimum in some fit: ``fitscan``, ``pyhf``, both, or nobody."""
        return {fit.lower for fit in self.minima} & {"fitscan", "pyhf"}


@dataclass(frozen=True)
class AuditSummary:
    """The numbers of an audit.

    Attributes:
        points: Points at whose minima log-densities were compared.
        fits: Fits of them.
        largest_difference: Largest difference of a log-density.
        largest_tolerance: Largest difference that agrees: pyhf's own rounding where that is large.
        disagreeing: Points with a fit whose log-densities differ.
        refits: Points that pyhf fitted itself.
        delta_CLs: Largest difference of their CLs; NaN without any.
        differing: Those whose CLs differ by more than the tolerance.
        failed: Name and message of what could not be compared.
        unaudited: Points of these about which nothing is known: not only pyhf's own fit failed.
        refused: Points that the engine does not fit, so that there is nothing to compare.
        remarks: What pyhf was asked in another form: message, and modifiers by it.
    """

    points: int
    fits: int
    largest_difference: float
    largest_tolerance: float
    disagreeing: tuple[str, ...]
    refits: int
    delta_CLs: float
    differing: tuple[Differing, ...]
    failed: tuple[tuple[str, str], ...]
    unaudited: tuple[str, ...]
    refused: tuple[str, ...]
    remarks: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def made(self) -> bool:
        """Whether anything was asked; a scan by pyhf has nothing to ask."""
        return bool(self.fits or self.failed or self.refused)

    @property
    def all_agree(self) -> bool:
        """Whether pyhf has the same log-density at every minimum it was asked about."""
        return not self.disagreeing

    @property
    def pyhf_lower(self) -> tuple[str, ...]:
        """Points whose CLs differ where pyhf has a lower minimum: fitscan missed it."""
        return tuple(point.name for point in self.differing if "pyhf" in point.lower)

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Points whose CLs differ though nobody has a lower minimum."""
        return tuple(point.name for point in self.differing if not point.lower)


def audit_summary(table: pd.DataFrame) -> AuditSummary:
    """Count and find what is largest.

    Args:
        table: audit.csv.
    """
    failed = table[table["outcome"] == "failed"]
    refused = table[table["outcome"] == "refused"]
    remarks = table[table["outcome"] == "remark"].groupby("message", sort=False)["quantity"]
    compared = table[~table["outcome"].isin(["failed", "refused"])]
    densities, minima, CLs = (
        compared[compared["check"] == check] for check in ("log_density", "minimum", "CLs")
    )
    differing = list(dict.fromkeys(CLs.loc[CLs["outcome"] == "differs", "name"]))
    return AuditSummary(
        points=densities["name"].nunique(),
        fits=len(densities),
        largest_difference=largest_difference(densities),
        largest_tolerance=float(densities["tolerance"].max()),
        disagreeing=tuple(dict.fromkeys(densities.loc[densities["outcome"] != "agrees", "name"])),
        refits=CLs["name"].nunique(),
        delta_CLs=largest_difference(CLs),
        differing=tuple(
            Differing(
                name,
                largest_difference(CLs[CLs["name"] == name]),
                _minima(minima[minima["name"] == name]),
            )
            for name in differing
        ),
        failed=tuple(zip(failed["name"], failed["message"], strict=True)),
        unaudited=tuple(failed.loc[failed["check"] == "log_density", "name"]),
        refused=tuple(refused["name"]),
        remarks=tuple((str(message), tuple(names.unique())) for message, names in remarks),
    )


def _minima(rows: pd.DataFrame) -> tuple[Minima, ...]:
    columns = (rows[name] for name in ("quantity", "fitscan", "pyhf", "outcome"))
    return tuple(Minima(*row) for row in zip(*columns, strict=True))
