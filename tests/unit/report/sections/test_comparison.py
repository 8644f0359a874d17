"""The section of the comparison with a reference."""

from compared import page_of, reference, reported, section

from fitscan.report.sections import comparison

HOSTILE = "<script>alert(1)</script>"


def test_a_comparison_says_how_much_differs_and_that_no_conclusion_does():
    text = section(page_of(reported(reference(0.0101, 0.1, 0.52))), "comparison")
    assert "Points with an observed CL<sub>s</sub> in both: 3." in text
    assert "the largest 0.020, at p2. Both exclude 1, only this scan 0" in text
    assert "No conclusion differs." in text
    assert "Observed −2σ" not in text
    assert text.count("<tbody>") == 2


def test_points_that_change_sides_are_named():
    text = section(page_of(reported(reference(0.2, 0.1, 0.01))), "comparison")
    assert "only this scan 1, only the reference 1" in text
    assert "p0 (observed and expected), p2 (observed and expected)." in text
    assert "<b>p0</b>" in text
    assert "<b>p1</b>" not in text


def test_points_without_a_comparison_are_listed_with_the_reason():
    theirs = reference(0.01, float("nan"), 0.5, errors=("", "FailedMinimization", ""))
    text = section(page_of(reported(theirs)), "comparison")
    assert "1 point without a comparison" in text
    assert "p1: theirs: FailedMinimization" in text


def test_a_table_that_is_cut_says_so(monkeypatch):
    """Was a bug: of a larger grid the table ended after 250 points without a word."""
    page = section(page_of(reported(reference(0.01, 0.1, 0.5))), "comparison")
    assert "the first" not in page
    monkeypatch.setattr(comparison, "MAX_ROWS", 2)
    page = section(page_of(reported(reference(0.01, 0.1, 0.5))), "comparison")
    assert "in bold; the first 2 of 3 points" in page


def test_points_that_the_analysis_leaves_out_are_counted_apart():
    theirs = reference(0.01, 0.1, 0.5)
    text = section(page_of(reported(theirs, left_out=1)), "comparison")
    assert "1 point of the reference is left out here by <code>points</code>." in text
    assert "without a comparison" not in text
    assert "left out" not in section(page_of(reported(theirs)), "comparison")


def test_what_a_reference_says_stays_text():
    theirs = reference(0.01, 0.1, float("nan"), errors=("", "", HOSTILE)).assign(
        name=["p0", "p1", HOSTILE]
    )
    page = page_of(reported(theirs, title=HOSTILE))
    assert HOSTILE not in page
    assert "&lt;script&gt;" in section(page, "comparison")
