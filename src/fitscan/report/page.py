"""The report as one HTML page that needs nothing else: no network, no fonts, no libraries.

Takes the tables and figures of all scans and what made them; gives the text of the page, and the
same text for the same input. Whatever comes from files or the configuration is escaped, and the
policy of the page lets a browser run its own script and style, known by their digests, and nothing
else: no attribute with style or script works. What the page says is in its sections, see
``fitscan.report.sections``.
"""

import base64
import functools
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from fitscan import formats
from fitscan.contour import SIGNIFICANCE, Space
from fitscan.report import links, table, tex
from fitscan.report.inputs import Made, ReportedScan
from fitscan.report.run import Part, Run
from fitscan.report.sections.order import ORDER, template_of
from fitscan.tables.meanings import plain
from fitscan.tables.outdated import PLACE

__all__ = ["render_page"]

# The script of the page: its files, one behind the other.
SCRIPTS = ("format", "table", "chart", "page")


def render_page(
    scans: Sequence[ReportedScan],
    *,
    test_size: float,
    space: Space = SIGNIFICANCE,
    made: Made,
    files: Mapping[str, bytes] | None = None,
    combinations: Mapping[str, Mapping[str, Any]] | None = None,
    pictures: Sequence[str] = ("pdf", "png"),
) -> str:
    """Return the page.

    Args:
        scans: The scans in the order in which they are shown.
        test_size: A point is excluded when its CLs is below this number.
        space: In which CLs is linear between the points, in charts along one axis.
        made: What the page says about its making.
        files: Files of the whole run that sections may show, by their path in ``results``.
        combinations: Settings of the combinations by name.
        pictures: The formats in which every figure is drawn.
    """
    parts = [Part(f"scan-{n}", scan, test_size, space) for n, scan in enumerate(scans, start=1)]
    run = Run(
        parts=parts,
        test_size=test_size,
        made=made,
        files=files or {},
        combinations=combinations or {},
        pictures=pictures,
    )
    sections = [(template_of(section), section.TITLE, section.show(run)) for section in ORDER]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            sections=[each for each in sections if each[2]],
            script=_own(*(f"scripts/{name}.js" for name in SCRIPTS)),
            style=_own("report.css"),
            later=Markup(PLACE),  # noqa: S704  (not from outside)
        )
    )


def _own(*names: str) -> Markup:
    """Return files of this package, one behind the other, as they are."""
    folder = resources.files("fitscan.report")
    text = "\n".join(folder.joinpath(name).read_text("utf-8") for name in names)
    return Markup(text)  # noqa: S704  (not from outside)


def _digest(text: str) -> str:
    """Return what a policy calls a script or a style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


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
        "counted": formats.counted,
        "digest": _digest,
        "duration": formats.duration,
        "linked": links.linked,
        "meaning": table.meaning_of,
        "measured": formats.measured,
        "significant": formats.significant,
        "tex": tex.tex_to_html,
        "plain": tex.tex_to_text,
        "plain_markdown": plain,
        "words": lambda status: status.replace("_", " "),
    }
    return environment
