"""The report says how well pyhf agrees, and is loud where it does not."""

from dataclasses import replace

import pandas as pd
import pytest
from reported import HOSTILE, Page, audited, page_of, scan_of

from fitscan.columns import AUDIT
from fitscan.engines.undecided import words_of_undecided


def test_report_says_how_far_pyhf_agrees_and_whose_minimum_is_lower() -> None:
    page = Page(page_of(audited(scan_of(3))))
    assert "At the 1 minima of 1 point pyhf's log-density agrees to 2.0×10⁻¹²" in page.text
    assert "pyhf tested 1 point itself: its CLs differ by at most 0.00057." in page.text
    assert "3.250000" in page.text
    assert "do not use these numbers" not in page.text


def test_report_is_loud_when_pyhf_disagrees_about_a_likelihood() -> None:
    text = page_of(audited(scan_of(3), outcome="differs"))
    assert "pyhf has another likelihood at 1 point: do not use these numbers." in text
    assert text.index("do not use these numbers") < text.index('<section id="summary"')


@pytest.mark.parametrize(
    ("check", "outcome", "loud"),
    [
        ("log_density", "failed", "1 point could not be cross-checked with pyhf."),
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
    text = Page(page_of(with_pyhf_lower())).text
    assert "pyhf found a lower minimum and a different CLs at point_0." in text


def with_pyhf_lower(points: int = 3):
    scan = audited(scan_of(points))
    scan.audit.loc[scan.audit["check"] == "minimum", "outcome"] = "pyhf"
    scan.audit.loc[scan.audit["check"] == "CLs", "fitscan"] = scan.results["CLs_obs"][0]
    return scan


def rings(page: Page) -> list[str]:
    return [path["d"] for path in page.all("path") if path.get("class") == "dots flagged"]


REASON = "pyhf finds a lower minimum; CLs differs by 0.00057"


def test_a_point_at_which_pyhf_disagrees_is_marked_and_not_only_the_first_line() -> None:
    page = Page(page_of(with_pyhf_lower()))
    assert f"Points in doubt: point_0 ({REASON})" in page.text
    (data,) = page.data
    assert data["table"][-1] == ["audit", "audit"]
    assert data["columns"]["audit"] == [REASON, "", ""]
    assert data["flagged"] == [0]
    # The ring in the legend, and the choice of such points in the table.
    assert len(rings(page)) == 1
    assert "flagged" in [option.get("value") for option in page.all("option")]
    warned = [cell for cell in page.all("td") if cell.get("class") == "warn"]
    assert page.text.count(REASON) == 2
    assert len(warned) == 2


def test_a_point_whose_sign_is_undecided_is_marked_without_any_audit() -> None:
    words = words_of_undecided(["x"], {"CLs_obs": [0.1, 0.2]})
    scan = scan_of(3)
    scan.results.loc[1, "message"] = words
    page = Page(page_of(scan))
    assert f"Points in doubt: point_1 ({words})" in page.text
    (data,) = page.data
    assert data["flagged"] == [1]
    assert data["columns"]["audit"] == ["", words, ""]
    assert len(rings(page)) == 1


def test_points_of_an_audit_that_agrees_are_not_marked() -> None:
    page = Page(page_of(audited(scan_of(3), fitscan=0.01234, outcome="agrees")))
    (data,) = page.data
    assert data["columns"]["audit"] == ["CLs agrees", "", ""]
    assert data["flagged"] == []
    assert rings(page) == []
    assert "flagged" not in [option.get("value") for option in page.all("option")]
    page = Page(page_of(scan_of(3)))
    assert "audit" not in page.data[0]["columns"]
    assert "Cross-check with pyhf" not in page.text


def test_report_is_loud_when_CLs_differs_though_the_minima_are_the_same() -> None:
    scan = audited(scan_of(3), fitscan=0.01234)
    scan.audit.loc[scan.audit["check"] == "minimum", "outcome"] = "equal"
    page = Page(page_of(scan))
    assert "pyhf gives a different CLs at point_0, although its minima are the same." in page.text
    assert page.data[0]["flagged"] == [0]


@pytest.mark.parametrize("found", [0.01234, 0.0125])
def test_report_is_loud_when_the_audit_finds_another_CLs_than_the_results_have(found) -> None:
    """Such as those of a shard that somebody changed."""
    loud = "The audit does not reproduce CLs of results.csv at point_0."
    page = Page(page_of(audited(scan_of(3), fitscan=found, tolerance=1e-4)))
    assert (loud in page.text) == (found != 0.01234)


def test_report_says_what_pyhf_had_to_be_told_and_is_not_loud() -> None:
    scan = audited(scan_of(3))
    remark = {"name": "point_0", "check": "model", "quantity": "st", "outcome": "remark"}
    rows = [remark, remark | {"name": "point_1"}, remark | {"quantity": "st_CR"}]
    told = pd.DataFrame([row | {"message": HOSTILE} for row in rows], columns=list(AUDIT))
    page = Page(
        page_of(replace(scan, audit=pd.concat([told.astype(scan.audit.dtypes), scan.audit])))
    )
    assert f"st, st_CR: {HOSTILE}." in page.text
    assert "At the 1 minima of 1 point pyhf's log-density agrees to" in page.text
    assert "do not use these numbers" not in page.text
    assert "could not be cross-checked" not in page.text
