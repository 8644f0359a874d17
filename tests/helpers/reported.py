"""Scans to report, and a page as its elements."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd

from fitscan.audit import audit_table
from fitscan.columns import AUDIT, EXPECTED
from fitscan.report import Made, ReportedScan, render_page
from fitscan.tables.results import results_table, timings_table

__all__ = [
    "HOSTILE",
    "MADE",
    "SETTINGS",
    "SVG",
    "Page",
    "audited",
    "figures",
    "page_of",
    "scan_of",
    "with_lowest",
    "with_toys",
]

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>'
MADE = Made(
    at=datetime(2021, 5, 20, 9, 5, tzinfo=UTC),
    command="snakemake --cores 4",
    machine="Linux x86_64, 4 cores",
    versions={"fitscan": "0.1.0", "pyhf": "0.7.6"},
)
SETTINGS: dict[str, Any] = {
    "title": "Staus, 139 fb$^{-1}$",
    "axis_titles": {"m1": r"$m(\tilde{\tau})$ [GeV]"},
    "cite": {"paper": "Phys. Rev. D 101 (2020) 032009", "hepdata": "10.17182/hepdata.90607"},
    "archive": "10.17182/hepdata.90607.v3/r3",
    "sha256": None,
    "workspace": "BkgOnly.json",
    "patches": "patchset.json",
}


def scan_of(points: int = 6, *, failed: int = 0, **settings: Any) -> ReportedScan:
    """Return a scan whose first points failed; half of the others are excluded."""
    CLs = np.where(np.arange(points) % 2, 0.2, 0.01234)
    numbers = dict.fromkeys(("mu_test", "mu_hat", "CLs_obs", *EXPECTED))
    names = [{"name": f"point_{n}", "values": [100 + n, n / 2]} for n in range(points)]
    rows = [
        {
            **(numbers if n < failed else dict.fromkeys(numbers, CLs[n])),
            "mu_test": 1.0,
            "status": "not_converged" if n < failed else "ok",
            "message": f"reason {n}" if n < failed else "",
            "engine": "pyhf-0.7.6-numpy-scipy",
            "key": f"{n:064x}",
            "wall_s": 2.0,
            "cpu_s": 1.0 + (n == points - 1),
        }
        for n in range(points)
    ]
    results = results_table(names, rows, labels=["m1", "m2"])
    return ReportedScan(
        analysis="staus",
        scan="hypotest",
        settings={**SETTINGS, **settings},
        results=results,
        timings=timings_table(names, rows),
        audit=audit_table([]),
        files=figures(),
    )


def figures(*names: str) -> dict[str, bytes]:
    return {f"figures/{name}.svg": SVG for name in ("exclusion", *names)}


def page_of(*scans: ReportedScan) -> str:
    return render_page(scans, test_size=0.05, made=MADE)


class Page(HTMLParser):
    """The elements of a page, in order, and its text; it fails where tags do not match."""

    VOID = frozenset({"meta", "img", "br", "path", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.scripts: list[str] = []
        self.style = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        match self.open[-1:]:
            case ["script"]:
                self.scripts.append(data)
            case ["style"]:
                self.style += data
            case _:
                self.text += data

    @property
    def data(self) -> list[dict[str, Any]]:
        """What the script of the page is given of each scan, columns with all their values."""
        scans = [json.loads(text) for text in self.scripts[:-1]]
        for scan in scans:
            for key, column in scan["columns"].items():
                if isinstance(column, dict):
                    values = [column["most"]] * scan["points"]
                    for point, value in column["others"].items():
                        values[int(point)] = value
                    scan["columns"][key] = values
        return scans

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def with_lowest(scan: ReportedScan, *, gap: float = 0.0, CLs: float | None = None) -> ReportedScan:
    """Give a scan a second answer: the same, or one in which all points have this CLs."""
    lowest = {
        f"{column}_lowest": scan.results[column] if CLs is None else CLs
        for column in ("CLs_obs", *EXPECTED)
    }
    results = scan.results.assign(
        **lowest, mu_hat_lowest=0.0, delta_nll=gap, n_minima=4.0, odd_yields_lowest="negative"
    )
    return replace(scan, results=results, files=figures("minima"))


def audited(scan: ReportedScan, **changes: object) -> ReportedScan:
    """Give a scan an audit of one point: a log-density, a fit by pyhf, and a CLs."""
    row = {"name": "point_0", "tolerance": 1e-8, "message": ""}
    rows = [
        {"check": "log_density", "quantity": "free", "outcome": "agrees", "difference": 2e-12},
        {"check": "minimum", "quantity": "signal", "outcome": "fitscan", "difference": -0.146},
        {"check": "CLs", "quantity": "CLs_obs", "outcome": "differs", "difference": 5.7e-4},
    ]
    table = pd.DataFrame([row | {"fitscan": 3.25, "pyhf": 3.396} | part for part in rows])
    return replace(scan, audit=table.assign(**changes)[list(AUDIT)])


def with_toys(scan: ReportedScan, *first: float) -> ReportedScan:
    """Return a scan whose first points have so many toys of each hypothesis, and others none.

    Below 1000 they are too few.
    """
    toys = [*first, *[0.0] * (len(scan.results) - len(first))]
    numbers = {column: scan.results[column] for column in ("CLs_obs", *EXPECTED)}
    results = scan.results.assign(
        n_toys_signal=toys,
        n_toys_background=toys,
        n_toys_failed=0.0,
        q_obs=1.0,
        enough_toys=["" if not n else "true" if n >= 1000.0 else "false" for n in toys],
        **{f"{column}_err": 0.01 for column in numbers},
        **{f"{column}_asymptotic": values for column, values in numbers.items()},
    )
    return replace(scan, results=results, files=figures("toys", "number_of_toys"))
