"""Reports of earlier runs, which say so where a later run has written other results.

Runs of several configurations can share a folder, and an analysis of one name in two of them has
one folder of tables: the links of the earlier report lead to those of the later run.
"""

import html
import json
import os
from pathlib import Path

from fitscan.files import file_sha256, write_text

__all__ = ["PLACE", "mark_reports"]

PLACE = "<!-- Later runs that write other results say so above this line. -->"
"""A line of every report."""


def mark_reports(results: Path) -> list[Path]:
    """Have reports say whether results are others than they show; call it when they are written.

    Their times stay as they are, so that their own runs see no change.

    Args:
        results: ``results/{analysis}/{scan}/results.csv``, behind the prefix of a module if it has
            one.

    Returns:
        The reports that were changed.
    """
    analysis, scan = results.parts[-3:-1]
    said = (
        f'<p class="attention"><strong>{html.escape(f"{analysis}, {scan}")}: '
        "a later run has written other results.</strong> Links on this page lead to its files; the "
        "numbers and figures on this page are those of before. To have the files back, start the "
        "run of this page again.</p>\n"
    )
    digest = file_sha256(results)
    name = results.relative_to(results.parents[3])  # records name files without the prefix
    changed = []
    for record in sorted(results.parents[2].glob("*provenance.json")):
        report = record.with_name(record.name.replace("provenance.json", "report.html"))
        recorded = _recorded(record, name.as_posix())
        if recorded is None or not report.is_file():
            continue
        page = report.read_text("utf-8")
        marked = page.replace(said, "")
        if recorded != digest:
            marked = marked.replace(PLACE, said + PLACE, 1)
        if marked != page:
            stat = report.stat()
            write_text(report, marked)
            os.utime(report, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            changed.append(report)
    return changed


def _recorded(record: Path, name: str) -> str | None:
    """Return the digest of results in the record of a run; None without one."""
    try:
        digest = json.loads(record.read_bytes())["outputs"][name]["sha256"]
    except (ValueError, KeyError, TypeError):  # of other scans; or damaged, and written again
        return None
    return str(digest)
