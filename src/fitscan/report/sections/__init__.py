"""The sections of the report, each a module and a template of one name, in the order of the page.

The module ``name`` says its ``TITLE`` and has ``show``, which takes the run and gives what the
template ``name.html.j2`` finds as ``section``: anything, and nothing (what is false) where the page
leaves the section out. The template also has ``run``; it is an element with the name as its id
(``-`` for ``_``), to which the table of contents leads. Macros are in ``macros.html.j2``.

A new section is these two files and a line in ``ORDER``. What rules draw for a scan (``drawn`` in
workflow/rules/common.smk) is there without more: ``part.figure("limits")`` is an image, and
``part.reported.files["figures/limits.csv"]`` the bytes of a table. Inputs of write_report that
belong to no scan are in ``run.files``, by their path in ``results``.
"""

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
