"""The report says what happened, escapes what it is given, and is one file that needs no other."""

import importlib.util
import itertools
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fitscan.audit import audit_table
from fitscan.columns import AUDIT, COVERAGES, EXPECTED, NUMBERS
from fitscan.report import Made, ReportedScan, render_page, summarise
from fitscan.report.digits import aligned, duration, significant
from fitscan.report.links import METHOD, SOFTWARE, linked
from fitscan.report.rows import MAX_ROWS
from fitscan.report.tex import tex_to_html, tex_to_text
from fitscan.tables import read_table, results_table, status_table, timings_table

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

    VOID = frozenset({"meta", "img", "br", "path"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
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
        if self.open[-1:] != ["style"]:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_first_sentence_counts_all_points_and_a_link_leads_to_those_not_ok() -> None:
    text = page_of(scan_of(6, failed=2), replace(scan_of(5), analysis="other"))
    assert "2 scans, 11 points: 9 ok, 2 not converged." in text
    page = Page(text)
    assert {"href": "#not-ok"} in page.all("a")
    assert "2 points of 11 are not ok." in page.text
    assert text.index("are not ok.</strong>") < text.index('<section id="summary"')
    assert "reason 0" in page.text
    assert "reason 1" in page.text


def test_a_clean_run_says_that_every_point_has_its_numbers() -> None:
    page = Page(page_of(scan_of(3)))
    assert "1 scan, 3 points: all ok." in page.text
    assert "every point has its numbers" in page.text
    assert "attention" not in {element.get("class") for _, element in page.elements}


def test_the_summary_agrees_with_the_table_of_statuses() -> None:
    scan = scan_of(7, failed=3)
    summary = summarise(scan, test_size=0.05)
    table = status_table(scan.results, test_size=0.05).set_index("status")["points"]
    assert summary.statuses == {"ok": table["ok"], "not_converged": table["not_converged"]}
    assert (summary.observed, summary.expected) == (2, 2)
    assert summary.observed == table["excluded (observed)"]
    assert summary.expected == table["excluded (expected)"]
    assert summary.not_ok == 3


def test_a_number_of_a_failed_point_excludes_nothing() -> None:
    scan = scan_of(2)
    scan.results.loc[0, "status"] = "failed"
    assert summarise(scan, test_size=0.05).observed == 0


def test_a_status_that_is_not_known_is_counted_and_shown() -> None:
    scan = scan_of(2)
    scan.results.loc[0, "status"] = "new_kind"
    assert "1 ok, 1 new kind" in Page(page_of(scan)).text


def test_a_fit_that_points_share_is_timed_once() -> None:
    scan = scan_of(4)
    scan.timings.loc[1, "key"] = f"{0:064x}"
    summary = summarise(scan, test_size=0.05)
    assert (summary.cpu_s, summary.wall_s) == (4.0, 6.0)
    assert (summary.median_s, summary.slowest_s, summary.slowest) == (1.0, 2.0, "point_3")


@pytest.mark.parametrize(
    "message",
    ["scipy: no; then minuit: converged", "no mu_up_exp_m2 from toys: more toys are needed"],
)
def test_points_that_are_ok_with_a_message_are_mentioned_whatever_it_says(message: str) -> None:
    scan = scan_of(4)
    scan.results.loc[[0, 1], "message"] = message
    text = Page(page_of(scan)).text
    assert "2 points are ok with a remark; see the column message of results.csv" in text
    assert "second minimiser" not in text


@pytest.mark.parametrize("where", ["name", "message", "engine", "title", "axis", "cite", "made"])
def test_html_in_the_input_stays_text(where: str) -> None:
    scan, made = scan_of(3, failed=1), MADE
    match where:
        case "name" | "message" | "engine":
            scan.results[where] = HOSTILE
        case "title":
            scan = scan_of(title=HOSTILE + "$" + HOSTILE + "$")
        case "axis":
            scan = scan_of(axis_titles={"m1": HOSTILE})
        case "cite":
            scan = scan_of(cite={"paper": HOSTILE, "hepdata": f"https://a.org/{HOSTILE}"})
        case "made":
            made = replace(made, command=HOSTILE)
    text = render_page([scan], test_size=0.05, made=made)
    page = Page(text)
    assert "<script" not in text
    assert page.all("script") == []
    assert len(page.all("img")) == 1
    assert not any(name.startswith("on") for _, element in page.elements for name in element)
    assert HOSTILE in page.text


def test_the_page_needs_no_other_file_and_forbids_scripts() -> None:
    text = page_of(scan_of(3))
    page = Page(text)
    assert [image["src"] for image in page.all("img")] == [
        "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%224%22"
        " height=%223%22/%3E"
    ]
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in page.elements}
    assert "url(" not in text
    assert "@import" not in text
    policies = {
        meta["http-equiv"]: meta["content"] for meta in page.all("meta") if "http-equiv" in meta
    }
    assert str(policies["Content-Security-Policy"]).startswith("default-src 'none'; style-src")


def test_the_page_can_be_read_without_eyes() -> None:
    page = Page(page_of(scan_of(4, failed=1), replace(scan_of(3), scan="other")))
    assert page.all("html") == [{"lang": "en"}]
    headings = [int(tag[1]) for tag, _ in page.elements if tag in {"h1", "h2", "h3", "h4"}]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("scope" in cell for cell in page.all("th"))
    ids = [element["id"] for _, element in page.elements if "id" in element]
    assert len(ids) == len(set(ids))
    local = {str(link["href"])[1:] for link in page.all("a") if str(link["href"]).startswith("#")}
    named = {
        element["aria-labelledby"] for _, element in page.elements if "aria-labelledby" in element
    }
    assert local | named <= set(ids)
    alt = page.all("img")[0]["alt"]
    assert alt is not None
    assert "Staus, 139 fb⁻¹" in alt
    assert "Of 4 points, 1 are excluded" in alt


def test_the_table_of_points_has_three_digits_and_marks_what_is_excluded() -> None:
    text = page_of(scan_of(2))
    cells = "<td>100</td><td>0</td>" + "<td><b>0.0123</b></td>" * 4 + "<td>0.0123</td><td>ok</td>"
    assert f'<tr><th scope="row">point_0</th>{cells}</tr>' in text.replace("\u2007", "")


def test_long_tables_show_their_beginning_and_name_the_file() -> None:
    points = MAX_ROWS + 10
    text = page_of(scan_of(points, failed=points))
    assert text.count(f'<th scope="row">point_{MAX_ROWS - 1}<') == 2
    assert f'<th scope="row">point_{MAX_ROWS}<' not in text
    assert f"The first {MAX_ROWS} of 2\u202f010 points" in text
    assert f"the first {MAX_ROWS} are here" in text


def test_a_scan_without_any_number_is_reported() -> None:
    text = page_of(scan_of(3, failed=3))
    assert "1 scan, 3 points: 3 not converged." in text
    assert "nan" not in Page(text).text


def test_an_analysis_with_two_scans_is_cited_once() -> None:
    text = page_of(scan_of(2), replace(scan_of(2), scan="other"))
    assert text.count('href="https://doi.org/10.17182/hepdata.90607"') == 1
    assert text.count('href="https://doi.org/10.17182/hepdata.90607.v3/r3"') == 1


def test_what_to_cite_is_on_the_page_as_links() -> None:
    targets = {link["href"] for link in Page(page_of(scan_of(2))).all("a")}
    assert targets >= {
        "https://doi.org/10.5281/zenodo.1169739",
        "https://doi.org/10.21105/joss.02823",
        "https://cds.cern.ch/record/1456844",
        "https://arxiv.org/abs/1007.1727",
        "https://doi.org/10.1088/0954-3899/28/10/313",
        "https://arxiv.org/abs/2103.02182",
    }
    assert all("<a href=" in linked(reference) for reference in (*SOFTWARE, *METHOD))


def test_the_same_input_gives_the_same_page_and_another_date_another_one() -> None:
    later = replace(MADE, at=datetime(2022, 1, 1, tzinfo=UTC))
    assert page_of(scan_of(3)) == page_of(scan_of(3))
    assert render_page([scan_of(3)], test_size=0.05, made=later) != page_of(scan_of(3))
    assert "20 May 2021, 09:05 UTC" in page_of(scan_of(3))


def test_coverage_has_a_section_that_names_points_where_it_is_too_low() -> None:
    scan = scan_of(4)
    results = scan.results.assign(level=0.95, n_experiments=500.0, n_experiments_failed=1.0)
    results = results.assign(n_toys=200.0, n_toys_failed=0.0, mu_hat_mean=1.1, mu_hat_mean_err=0.02)
    for column in COVERAGES:
        results[column], results[f"{column}_err"] = 0.95, 0.0098
    results.loc[1, "coverage_CLsb_asymptotic"] = 0.91
    results.loc[2, "name"] = HOSTILE
    scan = replace(scan, results=results, files=figures("coverage"))
    page = Page(page_of(scan, replace(scan_of(3), analysis="other")))
    assert "500 experiments at each of 4 points with μ = 1, and with each of them 200 toys" in (
        page.text
    )
    assert "4 experiments could not be fitted." in page.text
    assert "Coverage is below 95% by more than three standard deviations at 1 point" in page.text
    assert "point_1 (CLs+b, asymptotic, 0.9100\u202f±\u202f0.0098)." in page.text
    warned = [a for name, a in page.elements if name == "td" and a.get("class") == "warn"]
    assert len(warned) == 1
    assert "1.100\u202f±\u202f0.020" in page.text
    assert not page.all("script")
    assert {"href": "#coverage"} in page.all("a")
    assert {"href": "#coverage"} not in Page(page_of(scan_of(3))).all("a")


def test_tables_are_read_as_they_were_written(tmp_path: Path) -> None:
    scan = scan_of(4, failed=1)
    scan.results.loc[[1, 2], "name"] = ["NA", "0012"]
    scan.results.to_csv(tmp_path / "results.csv", index=False)
    found = read_table(tmp_path / "results.csv")
    pd.testing.assert_frame_equal(found, scan.results, check_dtype=False)
    assert found["message"].tolist() == ["reason 0", "", "", ""]
    assert found[list(NUMBERS)].dtypes.unique().tolist() == [np.dtype(float)]


def test_the_script_writes_the_page_from_files(tmp_path: Path) -> None:
    scan = scan_of(3, failed=1)
    folder = tmp_path / "staus" / "hypotest"
    (folder / "figures").mkdir(parents=True)
    paths = [folder / f"{table}.csv" for table in ("results", "timings", "audit")]
    for path, table in zip(paths, (scan.results, scan.timings, scan.audit), strict=True):
        table.to_csv(path, index=False)
    figure = folder / "figures" / "exclusion.svg"
    figure.write_bytes(SVG)
    path = Path(__file__).parents[2] / "scripts" / "write_report.py"
    spec = importlib.util.spec_from_file_location("write_report", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(
        scans=[("staus", "hypotest")],
        analyses={"staus": SETTINGS},
        paths=[str(path) for path in (*paths, figure)],
        path_to_report=str(tmp_path / "report.html"),
        test_size=0.05,
        command="snakemake --cores 'all'",
    )
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert "1 scan, 3 points: 2 ok, 1 not converged." in page.text
    assert "snakemake --cores 'all'" in page.text


def test_importing_the_report_imports_neither_matplotlib_nor_pyhf() -> None:
    code = "import sys, fitscan.report; print({'matplotlib', 'pyhf', 'scipy'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        ("no math & <b>", "no math &amp; &lt;b&gt;", "no math & <b>"),
        ("139 fb$^{-1}$", "139 fb<sup>−1</sup>", "139 fb⁻¹"),
        (r"$m(\tilde{\chi}_1)$ [GeV]", "m(χ̃<sub>1</sub>) [GeV]", "m(χ̃₁) [GeV]"),
        (r"$\sqrt{s}=13\,\mathrm{TeV}$", "√s=13\u2009TeV", "√s=13\u2009TeV"),
        (r"costs 5 $ or \$6", "costs 5 $ or $6", "costs 5 $ or $6"),
        (r"$\unknown{x}$", "unknownx", "unknownx"),
        (r"$H^{\pm}$", "H<sup>±</sup>", "H±"),
        (r"$\bar{t}t$", "t̅t", "t̅t"),
        (
            r"$\tilde{\chi}^{\pm}_{1}$",
            'χ̃<span class="scripts"><sup>±</sup><sub>1</sub></span>',
            "χ̃±₁",
        ),
        (
            r"$\chi_1^0$",
            'χ<span class="scripts"><sup>0</sup><sub>1</sub></span>',
            "χ₁⁰",
        ),
    ],
)
def test_tex_becomes_html_and_text(text: str, html: str, plain: str) -> None:
    assert str(tex_to_html(text)) == html
    assert tex_to_text(text) == plain


@pytest.mark.parametrize("text", ["$^$", "$_", r"$\tilde$", "${{{$", "$}}x$", "$a^{b_{c$", "$\\$"])
def test_faulty_tex_is_still_a_title(text: str) -> None:
    Page(f"<p>{tex_to_html(text)}</p>")
    assert isinstance(tex_to_text(text), str)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("10.17182/hepdata.90607.", "https://doi.org/10.17182/hepdata.90607"),
        ("doi: 10.1000/a(b)c", "https://doi.org/10.1000/a(b)c"),
        ("see https://www.hepdata.net/x?a=1&b=2, then", "https://www.hepdata.net/x?a=1&b=2"),
        ("arXiv:1912.08479v2", "https://arxiv.org/abs/1912.08479v2"),
        ("arXiv:hep-ex/9902006", "https://arxiv.org/abs/hep-ex/9902006"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt://example.org/%0aalert(1)", None),
        ("javascript:https", None),
        ("data:text/html,<script>", None),
        ("/data/10.1000/archive.tar.gz", None),
        ("file:///etc/hosts", None),
    ],
)
def test_only_dois_arxiv_and_http_become_links(text: str, target: str | None) -> None:
    page = Page(f"<p>{linked(text)}</p>")
    assert [link["href"] for link in page.all("a")] == ([] if target is None else [target])
    assert page.text == text


def test_numbers_are_short_and_aligned() -> None:
    numbers = [significant(x) for x in (0.05, 1.0, -12.3456, 1234.5, 4e-9, float("inf"))]
    assert numbers == ["0.0500", "1.00", "−12.3", "1.23×10³", "4.00×10⁻⁹", "–"]
    assert aligned(["0.1", "−12.5", "7"]) == ["\u2007\u20070.1", "−12.5", "\u2007\u20077"]
    assert [duration(x) for x in (0.5, 59.97, 3599.7, float("nan"))] == [
        "500 ms",
        "1 min 0 s",
        "1 h 0 min",
        "–",
    ]


def with_lowest(scan: ReportedScan, *, gap: float = 0.0, CLs: float | None = None) -> ReportedScan:
    """Give a scan a second answer: the same, or one in which all points have this CLs."""
    lowest = {
        f"{column}_lowest": scan.results[column] if CLs is None else CLs
        for column in ("CLs_obs", *EXPECTED)
    }
    results = scan.results.assign(
        **lowest, mu_hat_lowest=0.0, nll_gap=gap, minima=4.0, lowest_yields="negative"
    )
    return replace(scan, results=results, files=figures("minima"))


def test_report_says_which_conclusions_change_with_the_lowest_minima() -> None:
    page = Page(page_of(with_lowest(scan_of(6), gap=0.25, CLs=0.2)))
    assert "At 6 of 6 points a fit has a lower minimum, by up to 0.25 in NLL" in page.text
    assert "observed: 3, with the lowest minima 0" in page.text
    assert "The conclusion changes for 3 points." in page.text
    assert "Points whose exclusion changes" in page.text
    assert len([image for image in page.all("img") if "lowest minima" in str(image["alt"])]) == 1


def test_report_is_short_where_there_is_no_lower_minimum() -> None:
    page = Page(page_of(with_lowest(scan_of(6))))
    assert "No fit of the 6 points has a lower minimum: nothing changes." in page.text
    assert "Points whose exclusion changes" not in page.text


def test_report_of_a_scan_without_a_search_says_nothing_of_minima() -> None:
    assert 'id="minima"' not in page_of(scan_of(6))


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


def test_report_says_how_far_pyhf_agrees_and_whose_minimum_is_lower() -> None:
    page = Page(page_of(audited(scan_of(3))))
    assert "At the 1 minima of 1 point pyhf's log-density is the same, to 2.0×10⁻¹²" in page.text
    assert "pyhf tested 1 point itself: its CLs differ by 0.00057 at the most." in page.text
    assert "3.250000" in page.text
    assert "do not use these numbers" not in page.text


def test_report_is_loud_when_pyhf_disagrees_about_a_likelihood() -> None:
    text = page_of(audited(scan_of(3), outcome="differs"))
    assert "pyhf disagrees about the likelihood of 1 point: do not use these numbers." in text
    assert text.index("do not use these numbers") < text.index('<section id="summary"')


@pytest.mark.parametrize(
    ("check", "outcome", "loud"),
    [
        ("log_density", "failed", "1 point of the audit could not be compared with pyhf."),
        ("CLs", "failed", None),
        ("log_density", "refused", None),
    ],
)
def test_an_audit_without_any_comparison_is_reported(check, outcome, loud) -> None:
    scan = audited(scan_of(3), outcome=outcome, check=check, message=HOSTILE)
    page = Page(page_of(replace(scan, audit=scan.audit.head(1))))
    assert "No log-density could be compared." in page.text
    assert (loud in page.text) if loud else ("attention" not in page.text)
    assert (HOSTILE in page.text) == (outcome == "failed")
    assert "nan" not in page.text


def test_report_is_loud_when_pyhf_has_a_lower_minimum_and_another_CLs() -> None:
    scan = audited(scan_of(3))
    scan.audit.loc[scan.audit["check"] == "minimum", "outcome"] = "pyhf"
    assert "pyhf found a lower minimum at point_0, and another CLs." in Page(page_of(scan)).text


@pytest.mark.parametrize("found", [0.01234, 0.0125])
def test_report_is_loud_when_the_audit_finds_another_CLs_than_the_results_have(found) -> None:
    """Such as those of a shard that somebody changed."""
    loud = "The audit finds another CLs than results.csv has at point_0."
    page = Page(page_of(audited(scan_of(3), fitscan=found, tolerance=1e-4)))
    assert (loud in page.text) == (found != 0.01234)


def test_figures_of_the_fits_of_a_point_are_in_the_report() -> None:
    page = Page(page_of(replace(scan_of(3), files=figures("pulls", "yields"))))
    shown = [
        image for image in page.all("img") if "of the background-only fit" in str(image["alt"])
    ]
    assert len(shown) == 2


def with_toys(scan: ReportedScan, *first: float) -> ReportedScan:
    """Return a scan whose first points have so many toys of each hypothesis, and others none."""
    toys = [*first, *[0.0] * (len(scan.results) - len(first))]
    numbers = {column: scan.results[column] for column in ("CLs_obs", *EXPECTED)}
    results = scan.results.assign(
        n_toys_signal=toys,
        n_toys_background=toys,
        n_toys_failed=0.0,
        q_obs=1.0,
        **{f"{column}_err": 0.01 for column in numbers},
        **{f"{column}_asymptotic": values for column, values in numbers.items()},
    )
    return replace(scan, results=results, files=figures("toys", "toys_spent"))


def test_report_says_how_many_toys_were_thrown_and_saved_and_shows_where() -> None:
    page = Page(page_of(with_toys(scan_of(5), 2000.0, 2000.0, 500.0)))
    assert "9\u202f000 toys at 3 points; 2 other points kept the asymptotic CLs" in page.text
    assert "it would have been 20\u202f000 toys: 55% were saved" in page.text
    (spent,) = [image for image in page.all("img") if "number of toys" in str(image["alt"])]
    assert str(spent["src"]).startswith("data:image/svg+xml,")
    assert {"href": "staus/hypotest/figures/toys_spent.csv"} in page.all("a")


def test_report_has_upper_limits_from_toys_beside_the_asymptotic_ones() -> None:
    scan = with_toys(scan_of(3), 2000.0, 2000.0)
    assert "Upper limits on μ" not in Page(page_of(scan)).text
    limits: dict[str, list[float]] = {}
    for column, toys in (("mu_up_obs", 1.234), ("mu_up_exp_0", 2.345)):
        limits |= {column: [toys, 9.0, 9.0], f"{column}_err": [0.056, np.nan, np.nan]}
        limits[f"{column}_asymptotic"] = [1.0, 9.0, 9.0]
    page = Page(page_of(replace(scan, results=scan.results.assign(**limits))))
    assert "Upper limits on μ" in page.text
    assert "1.234\u202f±\u202f0.056" in page.text
    assert "2.345\u202f±\u202f0.056" in page.text


def test_report_of_a_scan_whose_points_got_no_toys_says_so_and_shows_none() -> None:
    page = Page(page_of(with_toys(scan_of(5))))
    assert "No point got toys: all kept the asymptotic CLs." in page.text
    assert "All were fitted" not in page.text
    assert not [image for image in page.all("img") if "toys" in str(image["alt"])]


def test_report_of_scans_without_toys_says_nothing_of_them() -> None:
    assert 'id="toys"' not in page_of(scan_of(3))
