"""What to cite: the likelihoods, the software and the method, as text and as BibTeX."""

from dataclasses import dataclass
from importlib import resources

from fitscan.report.links import METHOD, SOFTWARE
from fitscan.report.run import Run

__all__ = ["TITLE", "show"]

TITLE = "How to cite"


@dataclass(frozen=True)
class Cited:
    """References as lines of text, and all entries for BibTeX."""

    bibtex: str
    software: tuple[str, ...] = SOFTWARE
    method: tuple[str, ...] = METHOD


def show(run: Run) -> Cited:
    """Return what is cited; every run needs the software and the method."""
    entries = [part.settings["cite"].get("bibtex") for part in run.analyses]
    own = resources.files("fitscan.report").joinpath("references.bib").read_text("utf-8")
    given = dict.fromkeys(entry.strip() for entry in entries if entry)
    return Cited(bibtex="\n\n".join([*given, own.strip()]))
