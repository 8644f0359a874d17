"""The section of upper limits."""

from compared import page_of, reference, reported, section


def test_limits_are_shown_where_there_are_figures():
    scan = reported(reference(0.01, 0.1, 0.5), figures=("limits", "mu_scan"))
    text = section(page_of(scan), "limits")
    assert text.count("<img") == 2
    assert "A/hypotest/figures/limits.csv" in text
    assert '<section id="limits"' not in page_of(reported(reference(0.01, 0.1, 0.5)))
