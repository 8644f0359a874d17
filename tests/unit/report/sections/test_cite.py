"""What to cite is on the page."""

import re
from dataclasses import replace
from importlib import resources

import pyhf
import yaml
from reported import HOSTILE, SETTINGS, Page, page_of, scan_of

from fitscan.report.links import METHOD, SOFTWARE, linked


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


def fields(bibtex: str) -> dict[str, dict[str, str]]:
    """Read BibTeX entries of one field a line: key -> field -> value."""
    entries = re.findall(r"^@\w+\{([^,]+),\n(.*?)^\}$", bibtex, flags=re.MULTILINE | re.DOTALL)
    return {key: dict(re.findall(r"^  (\w+) = \{(.*)\},?$", body, re.M)) for key, body in entries}


def test_entries_for_bibtex_are_complete_and_agree_with_what_the_page_says(project_folder) -> None:
    page = Page(page_of(scan_of(2)))
    entries = fields(page.text)
    assert len(entries) == page.text.count("@article{") + page.text.count("@software{") + 1
    assert all({"author", "title"} <= set(entry) for entry in entries.values())
    cited = " ".join((*SOFTWARE, *METHOD))
    for entry in entries.values():
        for name in ("eprint", "pages"):
            assert entry.get(name, "").partition("--")[0] in cited
    own = yaml.safe_load((project_folder / "CITATION.cff").read_text())
    assert entries["fitscan"] == {
        "author": "{" + own["authors"][0]["name"] + "}",
        "title": own["title"],
        "version": own["version"],
        "year": str(own["date-released"].year),
    }


def test_entries_of_pyhf_are_those_that_it_asks_for() -> None:
    own = resources.files("fitscan.report").joinpath("references.bib").read_text("utf-8")
    ours, theirs = fields(own), fields(pyhf.utils.citation())
    for key in ("pyhf", "pyhf_joss"):
        for name in ("author", "doi", "volume", "number", "pages", "year"):
            assert ours[key].get(name) == theirs[key].get(name)


def test_entries_of_the_configuration_come_first_and_stay_text() -> None:
    entry = "@article{ATLAS,\n  title = {" + HOSTILE + "}\n}\n"
    page = Page(page_of(scan_of(2, cite=SETTINGS["cite"] | {"bibtex": entry})))
    assert entry + "\n@software{fitscan" in page.text


def test_the_published_likelihoods_have_entries_of_their_own(project_folder) -> None:
    config = yaml.safe_load((project_folder / "config/published.yaml").read_text())
    for analysis in config["analyses"].values():
        ((_, entry),) = fields(analysis["cite"]["bibtex"]).items()
        assert "arXiv:" + entry["eprint"] in analysis["cite"]["paper"]
        assert entry["journal"] in analysis["cite"]["paper"]
        assert entry["pages"] in analysis["cite"]["paper"]
