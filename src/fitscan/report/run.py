"""The run as the sections of the report see it: its scans, each with its title and its numbers.

Takes the scans of the report; gives what several sections say about them. What only one section
shows is made in the module of that section.
"""

import base64
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import pandas as pd

from fitscan.contour import SIGNIFICANCE, Space
from fitscan.likelihood.control_regions import misplaced
from fitscan.report.audit import AuditSummary, audit_summary
from fitscan.report.inputs import Made, ReportedScan
from fitscan.report.summary import Summary, overall, summarise
from fitscan.tables.audit import Verdict, flagged_points, not_reproduced, verdicts
from fitscan.tables.method import found_by
from fitscan.tables.minima import has_lowest, has_other_limits
from fitscan.tables.notes import note_of
from fitscan.tables.results import read_table
from fitscan.tables.toys import with_asymptotic_CLs

__all__ = ["Chosen", "Part", "Run"]

_LARGE = 300_000  # bytes of a picture


@dataclass(frozen=True)
class Part:
    """One scan, as the sections speak of it.

    Attributes:
        id: Names the scan in the page's own links.
        reported: The scan.
        test_size: A point is excluded when its CLs is below this number.
        space: In which CLs is linear between the points.
    """

    id: str
    reported: ReportedScan
    test_size: float
    space: Space = SIGNIFICANCE

    @property
    def analysis(self) -> str:
        """Name of the analysis."""
        return self.reported.analysis

    @property
    def scan(self) -> str:
        """Name of the scan."""
        return self.reported.scan

    @property
    def settings(self) -> Mapping[str, Any]:
        """See ``ReportedScan``."""
        return self.reported.settings

    @property
    def title(self) -> str:
        """Title of the analysis, with TeX."""
        return str(self.settings["title"] or self.analysis)

    @property
    def method(self) -> str:
        """How the main numbers were found, with TeX."""
        return found_by(self.reported.results, self.reported.method)

    @property
    def folder(self) -> str:
        """Address of the scan's results as seen from the page."""
        return quote(f"{self.analysis}/{self.scan}")

    @cached_property
    def headings(self) -> tuple[tuple[str, str], ...]:
        """Title, with TeX, and label of each dimension of the grid."""
        titles = self.settings["axis_titles"]
        return tuple((titles.get(label, label), label) for label in self.reported.labels)

    @cached_property
    def summary(self) -> Summary:
        """The numbers."""
        return summarise(self.reported, test_size=self.test_size)

    @cached_property
    def audit(self) -> AuditSummary:
        """What the audit by pyhf came to."""
        return audit_summary(self.reported.audit)

    @cached_property
    def not_reproduced(self) -> tuple[str, ...]:
        """Points whose CLs the audit could not find again."""
        return not_reproduced(self.reported.audit, with_asymptotic_CLs(self.reported.results))

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """What the audit says of each point that it was made of, by its name."""
        return verdicts(self.reported.audit, with_asymptotic_CLs(self.reported.results))

    @cached_property
    def flagged(self) -> dict[str, str]:
        """Points whose numbers are in doubt, and why."""
        return flagged_points(self.verdicts, self.reported.results)

    @cached_property
    def said_of_points(self) -> dict[str, str]:
        """What the audit says of points, and why numbers are in doubt, by name."""
        return {name: verdict.words for name, verdict in self.verdicts.items()} | self.flagged

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of its points."""
        return frozenset(map(str, self.reported.results["name"]))

    @property
    def left_out_of(self) -> int:
        """How many points the likelihood has, if some of them are left out; else 0."""
        known = len(self.reported.regions.signal) if self.reported.regions else 0
        return known if known > len(self.names) else 0

    @cached_property
    def misplaced(self) -> str:
        """Where most of the signal is in control regions; empty if it is not."""
        regions = self.reported.regions
        return misplaced(regions, self.names) if regions else ""

    @property
    def has_other_limits(self) -> bool:
        """Whether the lowest minima give other upper limits."""
        return has_other_limits(self.reported.results)

    def figure(self, name: str) -> str:
        """Return a figure as the address of an image, or nothing if it was not drawn."""
        return _figure(self.reported.files, f"figures/{name}")

    @cached_property
    def notes(self) -> dict[str, list[str]]:
        """Why figures were not drawn, each reason with the names of the figures."""
        notes: dict[str, list[str]] = {}
        for path, content in self.reported.files.items():
            if path.endswith(".csv") and (note := note_of(content)):
                notes.setdefault(note, []).append(PurePosixPath(path).stem)
        return notes


@dataclass(frozen=True)
class Chosen:
    """A scan whose points are taken from the results of several analyses.

    Attributes:
        name: Name of the combination.
        title: Its title, with TeX.
        scan: Name of the scan.
        results: Its results.csv.
    """

    name: str
    title: str
    scan: str
    results: pd.DataFrame

    @property
    def folder(self) -> str:
        """Address of its results as seen from the page."""
        return quote(f"{self.name}/{self.scan}")


@dataclass(frozen=True)
class Run:
    """All scans, and what is said of them together.

    Attributes:
        parts: The scans in the order in which they are shown.
        test_size: A point is excluded when its CLs is below this number.
        made: What the page says about its making.
        files: Files of the whole run that the report may show, by their path in ``results``.
        combinations: Settings of the combinations by name.
        pictures: The formats in which every figure is drawn.
    """

    parts: Sequence[Part]
    test_size: float
    made: Made
    files: Mapping[str, bytes] = field(default_factory=dict)
    combinations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pictures: Sequence[str] = ("pdf", "png")

    def figure(self, path: str) -> str:
        """Return a figure of the whole run, a path without suffix, as the address of an image."""
        return _figure(self.files, path)

    @cached_property
    def chosen(self) -> list[Chosen]:
        """The best-expected combinations, each scan of each."""
        found = []
        for path, content in self.files.items():
            match PurePosixPath(path).parts:
                case (name, scan, "results.csv") if name in self.combinations:
                    title = str(self.combinations[name]["title"] or name)
                    found.append(Chosen(name, title, scan, read_table(io.BytesIO(content))))
        return found

    def method_of(self, scan: str) -> Mapping[str, str]:
        """Return how the main numbers of a scan are found; see ``ReportedScan``."""
        return next(part.reported.method for part in self.parts if part.scan == scan)

    @property
    def level(self) -> str:
        """Confidence level of exclusion."""
        return f"{100.0 * (1.0 - self.test_size):.6g}%"

    @property
    def analyses(self) -> list[Part]:
        """A scan of each analysis: one with several scans has one source and is cited once."""
        return list({part.analysis: part for part in self.parts}.values())

    @property
    def title(self) -> str:
        """Title of the page, with TeX."""
        analyses = self.analyses
        return analyses[0].title if len(analyses) == 1 else f"Exclusion by {len(analyses)} analyses"

    @property
    def has_lowest(self) -> bool:
        """Whether lower minima were searched in some scan."""
        return any(has_lowest(part.reported.results) for part in self.parts)

    @cached_property
    def overall(self) -> tuple[str, dict[str, int]]:
        """The sentence that is above everything, and how many points ended in each status."""
        return overall([part.summary for part in self.parts])


def _figure(files: Mapping[str, bytes], path: str) -> str:
    """Return a figure as the address of an image; nothing without one, or with a note instead."""
    if note_of(files.get(f"{path}.csv")):
        return ""
    if svg := files.get(f"{path}.svg"):
        return svg_address(svg)
    png = files.get(f"{path}.png")
    return png_address(png) if png else ""


def png_address(png: bytes) -> str:
    """Return a PNG as the address of an image; one of thousands of points with fewer colours."""
    if len(png) > _LARGE:
        # Pillow, else not needed here. A palette of 256 colours takes a quarter of the bytes. This
        # way to choose them keeps white, and moves none by more than 12 of 255 on figures of 1Lbb.
        from PIL import Image  # noqa: PLC0415

        chosen: dict[str, Any] = {"method": Image.Quantize.MAXCOVERAGE, "dither": Image.Dither.NONE}
        smaller = io.BytesIO()
        with Image.open(io.BytesIO(png)) as picture:
            picture.convert("RGB").quantize(256, **chosen).save(smaller, "PNG")
        png = smaller.getvalue()
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def svg_address(svg: bytes) -> str:
    """Return an SVG as the address of an image: as text, a quarter shorter than in Base64.

    Browsers take spaces and quotes there as they are; between elements they mean nothing.
    """
    text = re.sub(r"\s+", " ", svg.decode()).replace("> <", "><")
    return "data:image/svg+xml," + quote(text, safe=" ()/:;,=?@!$*+'")
