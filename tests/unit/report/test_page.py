"""The page escapes what it is given, and is one file that needs no other."""

import base64
import hashlib
import importlib.util
import io
import itertools
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reported import HOSTILE, MADE, SETTINGS, SVG, Page, page_of, scan_of, with_lowest

from fitscan.likelihood.region_tables import write_regions
from fitscan.likelihood.regions import Region, SignalByRegion
from fitscan.report import render_page
from fitscan.tables.outdated import PLACE


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
    assert HOSTILE not in text
    assert page.all("script") == [{"type": "application/json", "data-scan": "scan-1"}, {}]
    assert len(page.all("img")) == 1
    assert not any(name.startswith("on") for _, element in page.elements for name in element)
    assert HOSTILE in page.text
    assert where not in page.data[0]["columns"] or HOSTILE in page.data[0]["columns"][where]


def test_a_page_has_a_place_for_what_later_runs_say() -> None:
    assert page_of(scan_of(3)).count(f"\n{PLACE}\n") == 1


def test_a_figure_without_an_svg_is_shown_as_png() -> None:
    png = b"\x89PNG"
    (image,) = Page(page_of(replace(scan_of(3), files={"figures/exclusion.png": png}))).all("img")
    assert image["src"] == f"data:image/png;base64,{base64.b64encode(png).decode()}"


def test_a_picture_of_thousands_of_points_has_fewer_colours_and_looks_the_same() -> None:
    random = np.random.default_rng(3)
    pixels = np.full((600, 800, 3), 255, dtype=np.uint8)
    pixels[100:500, 100:700] = random.normal((90, 160, 200), 12, (400, 600, 3)).clip(0, 255)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    png = content.getvalue()
    (image,) = Page(page_of(replace(scan_of(3), files={"figures/exclusion.png": png}))).all("img")
    shown = base64.b64decode(str(image["src"]).removeprefix("data:image/png;base64,"))
    assert len(shown) < 0.5 * len(png)
    with Image.open(io.BytesIO(shown)) as picture:
        off = np.abs(np.asarray(picture.convert("RGB")).astype(int) - pixels)
    assert off[:100].max() == 0
    assert np.quantile(off, 0.99) < 20


def test_links_lead_to_the_formats_that_are_drawn() -> None:
    """Was a bug: with `formats: [svg]` every figure had a link to a PDF that is not there."""
    scan = replace(scan_of(3), files={"figures/CLs_map.svg": b"<svg/>"})
    page = Page(render_page([scan], test_size=0.05, made=MADE, pictures=["png", "svg"]))
    links = {str(link["href"]) for link in page.all("a")}
    assert {"staus/hypotest/figures/CLs_map.png", "staus/hypotest/figures/CLs_map.svg"} <= links
    assert not [link for link in links if link.endswith(".pdf")]


def test_links_lead_to_files_beside_the_page_and_to_the_web_only() -> None:
    """Was a bug: links to ../docs led nowhere once the page was moved, or fitscan is a wheel."""
    page = Page(page_of(with_lowest(scan_of(6, failed=2), gap=0.25, CLs=0.2)))
    assert [link for link in page.all("a") if str(link["href"]).startswith("..")] == []


def test_the_page_needs_no_other_file_and_forbids_all_but_its_own_script() -> None:
    text = page_of(scan_of(3))
    page = Page(text)
    assert [image["src"] for image in page.all("img")] == [
        "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%224%22"
        " height=%223%22/%3E"
    ]
    assert not {"link", "iframe", "object"} & {tag for tag, _ in page.elements}
    assert len([element for _, element in page.elements if "src" in element]) == 1
    assert not any("style" in element for _, element in page.elements)
    assert "url(" not in text
    assert "@import" not in text
    policies = {
        meta["http-equiv"]: meta["content"] for meta in page.all("meta") if "http-equiv" in meta
    }
    script, style = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (page.scripts[-1], page.style)
    )
    assert policies["Content-Security-Policy"] == (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not any(word in page.scripts[-1] for word in ("fetch(", "innerHTML", "http", "eval"))


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


def test_the_same_input_gives_the_same_page_and_another_date_another_one() -> None:
    later = replace(MADE, at=datetime(2022, 1, 1, tzinfo=UTC))
    assert page_of(scan_of(3)) == page_of(scan_of(3))
    assert render_page([scan_of(3)], test_size=0.05, made=later) != page_of(scan_of(3))
    assert "20 May 2021, 09:05 UTC" in page_of(scan_of(3))


def test_the_script_writes_the_page_from_files(tmp_path: Path, project_folder: Path) -> None:
    scan = scan_of(3, failed=1)
    folder = tmp_path / "staus" / "hypotest"
    (folder / "figures").mkdir(parents=True)
    paths = [folder / f"{table}.csv" for table in ("results", "timings", "audit")]
    for path, table in zip(paths, (scan.results, scan.timings, scan.audit), strict=True):
        table.to_csv(path, index=False)
    figure = folder / "figures" / "exclusion.svg"
    figure.write_bytes(SVG)
    regions = SignalByRegion((Region("SR", 1, 2.5, 3.0),), {"point_0": (1.0,)})
    write_regions(tmp_path / "likelihood", regions)
    path = project_folder / "scripts" / "write_report.py"
    spec = importlib.util.spec_from_file_location("write_report", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(
        scans=[("staus", "hypotest")],
        methods=[{"test_stat": "q", "minima": "default"}],
        analyses={"staus": SETTINGS},
        combinations={},
        paths=[str(path) for path in (*paths, figure)],
        folders={"staus": tmp_path / "likelihood"},
        path_to_report=str(tmp_path / "report.html"),
        test_size=0.05,
        space="significance",
        pictures=["pdf", "png"],
        command="snakemake --cores 'all'",
    )
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert "1 scan, 3 points: 2 ok, 1 not converged." in page.text
    assert "snakemake --cores 'all'" in page.text
    assert "Signal by region" in page.text


def test_importing_the_report_imports_neither_matplotlib_nor_pyhf() -> None:
    code = "import sys, fitscan.report; print({'matplotlib', 'pyhf'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
