"""The report as one HTML page that needs nothing else: no network, no fonts, no scripts.

Takes the tables and figures of all scans and what made them; gives the text of the page, and the
same text for the same input. Whatever comes from files or the configuration is escaped. What the
page says is in its sections, see ``fitscan.report.sections``.
"""

import functools
from collections.abc import Mapping, Sequence

import jinja2

from fitscan.report import digits, links, tex
from fitscan.report.reported import Made, ReportedScan
from fitscan.report.run import Part, Run
from fitscan.report.sections import ORDER, template_of

__all__ = ["render_page"]


def render_page(
    scans: Sequence[ReportedScan],
    *,
    test_size: float,
    made: Made,
    files: Mapping[str, bytes] | None = None,
) -> str:
    """Return the page.

    Args:
        scans: The scans in the order in which they are shown.
        test_size: A point is excluded when its CLs is below this number.
        made: What the page says about its making.
        files: Files of the whole run that sections may show, by their path in ``results``.
    """
    parts = [Part(f"scan-{n}", scan, test_size) for n, scan in enumerate(scans, start=1)]
    run = Run(parts=parts, test_size=test_size, made=made, files=files or {})
    sections = [(template_of(section), section.TITLE, section.show(run)) for section in ORDER]
    template = _environment().get_template("report.html.j2")
    return template.render(run=run, sections=[each for each in sections if each[2]])


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
