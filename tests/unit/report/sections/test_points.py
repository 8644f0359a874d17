"""Every point is in the table, with digits that people read."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reported import MADE, Page, page_of, scan_of

from fitscan.columns import NUMBERS
from fitscan.formats import significant
from fitscan.report import render_page
from fitscan.report.rows import MAX_ROWS
from fitscan.tables.meanings import LABELS, RESULTS, by_column
from fitscan.tables.results import read_table


def test_the_table_of_points_has_three_digits_and_marks_what_is_excluded() -> None:
    text = page_of(scan_of(2))
    CLs = "<td><b>0.0123</b></td>" * 4
    cells = f"<td>100</td><td>0</td>{CLs}<td>0.0123</td><td>1.00</td><td>ok</td>"
    assert f'<tr><th scope="row">point_0</th>{cells}</tr>' in text.replace("\u2007", "")


def test_no_number_of_a_failed_point_is_bold() -> None:
    """Was a bug: bold is "excluded", which a point that is not ok is nowhere else on the page."""
    scan = scan_of(2)
    scan.results.loc[0, "status"] = "failed"
    text = page_of(scan).replace("\u2007", "")
    row = text[text.rindex('<tr><th scope="row">point_0<') :].partition("</tr>")[0]
    assert "<td>0.0123</td>" in row
    assert "<b>" not in row


def test_the_head_of_a_column_says_what_it_holds() -> None:
    heads = {
        th["data-key"]: th["title"]
        for th in Page(page_of(scan_of(2))).all("th")
        if "data-key" in th
    }
    assert heads["CLs_obs"] == by_column(RESULTS)["CLs_obs"].words
    assert heads["m1"] == heads["m2"] == by_column(RESULTS)[LABELS].words
    assert all(heads.values())
    assert heads.keys() >= {"name", "CLs_exp_m1", "mu_hat", "cpu_s", "status"}


def test_all_points_are_there_for_the_script_and_the_first_ones_for_a_page_without_it() -> None:
    points = MAX_ROWS + 10
    text = page_of(scan_of(points, failed=points))
    assert text.count(f'<th scope="row">point_{MAX_ROWS - 1}<') == 2
    assert f'<th scope="row">point_{MAX_ROWS}<' not in text
    page = Page(text)
    assert f"The first {MAX_ROWS} of {points} points." in page.text
    assert f"the first {MAX_ROWS} are here" in page.text
    assert [len(column) for column in page.data[0]["columns"].values()] == [points] * len(
        page.data[0]["columns"]
    )


def test_a_column_that_most_points_share_is_a_word_and_its_exceptions() -> None:
    scan = scan_of(2000, failed=3)
    text = page_of(scan)
    (data,) = Page(text).data
    assert data["columns"]["status"] == scan.results["status"].tolist()
    assert data["columns"]["message"] == scan.results["message"].tolist()
    assert text.count('"not_converged"') < 10
    assert text.count('"ok"') < 10


@pytest.mark.parametrize("test_size", [0.05, 0.0123456])
def test_numbers_for_the_script_show_the_same_text_on_the_same_side(test_size: float) -> None:
    random = np.random.default_rng(1)
    CLs = 10 ** random.uniform(-12, 0, 500)
    CLs[:4] = [test_size, np.nextafter(test_size, 0), 0.0123460001, 1e-320]
    scan = scan_of(len(CLs))
    scan.results["CLs_obs"] = CLs
    page = Page(render_page([scan], test_size=test_size, made=MADE))
    found = page.data[0]["columns"]["CLs_obs"]
    said = [[significant(x, line=test_size) for x in numbers] for numbers in (found, CLs)]
    assert said[0] == said[1]
    assert [x < test_size for x in found] == (CLs < test_size).tolist()
    assert np.mean([len(repr(x)) for x in found]) < 10


def test_tables_are_read_as_they_were_written(tmp_path: Path) -> None:
    scan = scan_of(4, failed=1)
    scan.results.loc[[1, 2], "name"] = ["NA", "0012"]
    scan.results.to_csv(tmp_path / "results.csv", index=False)
    found = read_table(tmp_path / "results.csv")
    pd.testing.assert_frame_equal(found, scan.results, check_dtype=False)
    assert found["message"].tolist() == ["reason 0", "", "", ""]
    assert found[list(NUMBERS)].dtypes.unique().tolist() == [np.dtype(float)]
