"""The report as one HTML page that needs nothing else: no network, no fonts, no scripts.

Takes the tables and figures of all scans and what made them; gives the text of the page, and the
same text for the same input. Whatever comes from files or the configuration is escaped.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import jinja2
import pandas as pd

from fitscan.columns import COVERAGES, EXPECTED
from fitscan.covered import CoverageSummary, has_coverage, summarise_coverage
from fitscan.minima import MinimaSummary, has_lowest, summarise_minima
from fitscan.report import digits, links, tex
from fitscan.report.audit import AuditSummary, audit_summary, not_found_again
from fitscan.report.summary import ReportedScan, Summary, overall, summarise
from fitscan.tables import STATUSES
from fitscan.thrown import ToysSummary, has_toys, summarise_toys, with_asymptotic_CLs

__all__ = ["MAX_ROWS", "Made", "render_page"]

# A longer table is slow to open and nobody reads it; results.csv has all rows.
MAX_ROWS = 2000


@dataclass(frozen=True)
class Made:
    """What made the page.

    Attributes:
        at: When, in UTC.
        command: The command that was given.
        machine: A few words about the machine.
        versions: Versions by package.
    """

    at: datetime
    command: str
    machine: str
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Number:
    """A number of a table as text, and whether it excludes its point."""

    text: str
    excludes: bool = False


@dataclass(frozen=True)
class PointRow:
    """A point as a row of a table: numbers in the order of `NUMBERS_SHOWN`."""

    name: str
    values: list[str]
    numbers: list[Number]
    status: str
    message: str


@dataclass(frozen=True)
class CoveredRow:
    """The coverage of a point: a share of each of `COVERAGES` that excludes where it is too low."""

    name: str
    values: list[str]
    shares: list[Number]
    mu_hat: str


NUMBERS_SHOWN = ("CLs_obs", *EXPECTED[1:4], "mu_hat")

# CLs from the start that is pyhf's and from the lowest minima, and by how much these are lower.
BOTH = ("CLs_obs", "CLs_obs_lowest", "CLs_exp_0", "CLs_exp_0_lowest", "nll_gap")


@dataclass(frozen=True)
class Part:
    """What the page says about one scan.

    Attributes:
        id: Names the scan in the page's own links.
        analysis: Name of the analysis.
        scan: Name of the scan.
        settings: See ``ReportedScan``.
        title: Title of the analysis, with TeX.
        folder: Address of the scan's results as seen from the page.
        headings: Title, with TeX, and label of each dimension of the grid.
        summary: The numbers.
        figure: The figure as the address of an image.
        minima: What the search for lower minima came to, if there was one.
        minima_figure: The figure of both answers as the address of an image, or empty.
        changed: Points whose exclusion changes with the lowest minima: name, values, and numbers
            from pyhf's start and from the lowest minima.
        audit: What the audit by pyhf came to.
        not_found_again: Points whose CLs the audit could not find again.
        toys: What the toys came to, if any were thrown.
        toys_figures: Figures of toys as addresses of images, by name.
        coverage: What experiments were made, if any were.
        coverage_figure: The figure of coverage as the address of an image, or empty.
        covered: The points with experiments, or the first `MAX_ROWS`.
        fit_figures: Figures of the fits of one point as addresses of images, by name.
        points: All points, or the first `MAX_ROWS`.
        not_ok: Those that have no numbers or not all, or the first `MAX_ROWS`.
    """

    id: str
    analysis: str
    scan: str
    settings: Mapping[str, Any]
    title: str
    folder: str
    headings: tuple[tuple[str, str], ...]
    summary: Summary
    figure: str
    minima: MinimaSummary | None
    minima_figure: str
    changed: list[PointRow]
    audit: AuditSummary
    not_found_again: tuple[str, ...]
    toys: ToysSummary | None
    toys_figures: Mapping[str, str]
    coverage: CoverageSummary | None
    coverage_figure: str
    covered: list[CoveredRow]
    fit_figures: Mapping[str, str]
    points: list[PointRow]
    not_ok: list[PointRow]


def render_page(scans: Sequence[ReportedScan], *, test_size: float, made: Made) -> str:
    """Return the page.

    Args:
        scans: The scans in the order in which they are shown.
        test_size: A point is excluded when its CLs is below this number.
        made: What the page says about its making.
    """
    parts = [_part(scan, f"scan-{n}", test_size) for n, scan in enumerate(scans, start=1)]
    # An analysis with several scans has one source and is cited once.
    analyses = list({part.analysis: part for part in parts}.values())
    sentence, statuses = overall([part.summary for part in parts])
    template = _environment().get_template("report.html.j2")
    return template.render(
        parts=parts,
        analyses=analyses,
        sentence=sentence,
        statuses=statuses,
        meanings=STATUSES,
        level=f"{100.0 * (1.0 - test_size):.6g}%",
        test_size=test_size,
        max_rows=MAX_ROWS,
        made=made,
        software=links.SOFTWARE,
        method=links.METHOD,
    )


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("fitscan", "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "counted": digits.counted,
        "duration": digits.duration,
        "linked": links.linked,
        "measured": digits.measured,
        "significant": digits.significant,
        "tex": tex.tex_to_html,
        "plain": tex.tex_to_text,
        "words": lambda status: status.replace("_", " "),
    }
    return environment


def _part(scan: ReportedScan, name: str, test_size: float) -> Part:
    titles = scan.settings["axis_titles"]
    results = scan.results
    minima = summarise_minima(results, test_size=test_size) if has_lowest(results) else None
    coverage = summarise_coverage(results) if has_coverage(results) else None
    return Part(
        id=name,
        analysis=scan.analysis,
        scan=scan.scan,
        settings=scan.settings,
        title=scan.settings["title"] or scan.analysis,
        folder=quote(f"{scan.analysis}/{scan.scan}"),
        headings=tuple((titles.get(label, label), label) for label in scan.labels),
        summary=summarise(scan, test_size=test_size),
        figure=_image(scan.figure),
        minima=minima,
        minima_figure=_image(scan.minima_figure) if scan.minima_figure else "",
        audit=audit_summary(scan.audit),
        not_found_again=not_found_again(scan.audit, with_asymptotic_CLs(results)),
        toys=summarise_toys(results) if has_toys(results) else None,
        toys_figures=_images(scan.toys_figures),
        coverage=coverage,
        coverage_figure=_image(scan.coverage_figure) if scan.coverage_figure else "",
        covered=[] if coverage is None else _covered(coverage, scan.labels),
        fit_figures=_images(scan.fit_figures),
        changed=[] if minima is None else _rows(minima.changed, scan.labels, test_size, BOTH),
        points=_rows(results, scan.labels, test_size),
        not_ok=_rows(results[results["status"] != "ok"], scan.labels, test_size),
    )


def _image(svg: bytes) -> str:
    """Return a figure as the address of an image: as text, a quarter shorter than in Base64.

    Browsers take spaces and quotes there as they are; between elements they mean nothing.
    """
    text = re.sub(r"\s+", " ", svg.decode()).replace("> <", "><")
    return "data:image/svg+xml," + quote(text, safe=" ()/:;,=?@!$*+'")


def _images(figures: Mapping[str, bytes]) -> dict[str, str]:
    return {name: _image(svg) for name, svg in figures.items()}


def _rows(
    results: pd.DataFrame,
    labels: Sequence[str],
    test_size: float,
    columns: Sequence[str] = NUMBERS_SHOWN,
) -> list[PointRow]:
    """Put the first points into words."""
    shown = results.head(MAX_ROWS)
    values = [digits.aligned([_label(value) for value in shown[label]]) for label in labels]
    numbers = [_numbers(shown[column], test_size) for column in columns]
    return [
        PointRow(
            name=name,
            values=[column[n] for column in values],
            numbers=[column[n] for column in numbers],
            status=status,
            message=message,
        )
        for n, (name, status, message) in enumerate(
            zip(shown["name"], shown["status"], shown["message"], strict=True)
        )
    ]


def _covered(coverage: CoverageSummary, labels: Sequence[str]) -> list[CoveredRow]:
    """Put the coverage of the first points into words."""
    below = {(name, column) for name, column, *_ in coverage.below}
    return [
        CoveredRow(
            name=row["name"],
            values=[_label(row[label]) for label in labels],
            shares=[
                Number(
                    digits.measured(row[column], row[f"{column}_err"]),
                    excludes=(row["name"], column) in below,
                )
                for column in COVERAGES
            ],
            mu_hat=digits.measured(row["mu_hat_mean"], row["mu_hat_mean_err"]),
        )
        for row in coverage.points.head(MAX_ROWS).to_dict("records")
    ]


def _numbers(column: "pd.Series[float]", test_size: float) -> list[Number]:
    """Put a column into words; only a CLs excludes."""
    texts = digits.aligned([digits.significant(value) for value in column])
    of_CLs = str(column.name).startswith("CLs")
    return [
        Number(text, excludes=of_CLs and value < test_size)
        for text, value in zip(texts, column, strict=True)
    ]


def _label(value: object) -> str:
    """Write a coordinate without digits that it does not have."""
    return f"{value:.6g}".replace("-", "−") if isinstance(value, int | float) else str(value)
