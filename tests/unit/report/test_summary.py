"""The report says first what happened, and counts every point once."""

from dataclasses import replace

import pytest
from reported import Page, page_of, scan_of

from fitscan.report import summarise
from fitscan.tables.results import status_table


def test_the_first_sentence_counts_all_points_and_a_link_leads_to_those_not_ok() -> None:
    text = page_of(scan_of(6, failed=2), replace(scan_of(5), analysis="other"))
    assert "2 scans, 11 points: 9 ok, 2 not converged." in text
    page = Page(text)
    assert {"href": "#not-ok"} in page.all("a")
    assert "2 points of 11 failed or did not converge." in page.text
    assert text.index("failed or did not converge.</strong>") < text.index('<section id="summary"')
    assert "reason 0" in page.text
    assert "reason 1" in page.text


def test_a_clean_run_says_that_every_point_has_its_numbers() -> None:
    page = Page(page_of(scan_of(3)))
    assert "1 scan, 3 points: all ok." in page.text
    assert "all points have results" in page.text
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
    assert "2 points with a warning; see the column message of results.csv" in text
    assert "second minimiser" not in text


def test_a_scan_without_any_number_is_reported() -> None:
    text = page_of(scan_of(3, failed=3))
    assert "1 scan, 3 points: 3 not converged." in text
    assert "nan" not in Page(text).text


def test_each_scan_names_its_test_statistic_method_and_minima() -> None:
    scan = replace(scan_of(2), method={"test_stat": "qtilde", "minima": "default"})
    other = replace(scan_of(2), method={"test_stat": "q", "minima": "lowest"})
    text = Page(page_of(scan, other)).text
    assert "asymptotic formulae, q\u0303μ; default initial values" in text
    assert "asymptotic formulae, qμ; lowest minimum found" in text
