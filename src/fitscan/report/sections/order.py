"""The sections of the report in the order of the page."""

from typing import Any, Protocol

from fitscan.report.run import Run
from fitscan.report.sections import (
    audit,
    benchmark,
    cite,
    combinations,
    comparison,
    coverage,
    figures,
    fits,
    limits,
    made,
    maps,
    minima,
    not_ok,
    points,
    provenance,
    regions,
    summary,
    timings,
    toys,
)

__all__ = ["ORDER", "Section", "template_of"]


class Section(Protocol):
    """What a module of this package has."""

    __name__: str
    TITLE: str

    def show(self, run: Run) -> Any:
        """Return what the template shows, or nothing if there is nothing to show."""


ORDER: tuple[Section, ...] = (
    summary,
    figures,
    combinations,
    maps,
    limits,
    comparison,
    minima,
    toys,
    coverage,
    audit,
    regions,
    fits,
    not_ok,
    points,
    timings,
    benchmark,
    made,
    provenance,
    cite,
)


def template_of(section: Section) -> str:
    """Return the name that a section and its template share."""
    return section.__name__.rpartition(".")[2]
