"""Audits as they are written and read, and which points are flagged."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from audited import audit_tiny, results_of, verdict_of

from fitscan.audit import audit_table, point
from fitscan.engines.undecided import words_of_undecided
from fitscan.report.audit import audit_summary
from fitscan.tables.audit import Verdict, flagged_table, read_audit, read_flagged, verdicts


@pytest.fixture
def audit(tiny):
    return partial(audit_tiny, tiny)


def test_another_CLs_in_the_same_minima_is_flagged(audit, monkeypatch):
    right = point.hypotest

    def other(model, **options):
        result = right(model, **options)
        return replace(result, CLs=[value + 0.01 for value in result.CLs])

    monkeypatch.setattr(point, "hypotest", other)
    table = audit()
    assert verdict_of(table).words == "CLs differs from pyhf's by 0.01, at equal minima"
    assert flagged_table(table, results_of(table))["name"].tolist() == ["a"]
    assert audit_summary(table).unexplained == ("a",)


def test_a_difference_of_CLs_that_is_no_number_does_not_hide(audit):
    """Was a bug: the report said "by at most" of those that are numbers."""
    table = audit()
    observed = (table["check"] == "CLs") & (table["quantity"] == "CLs_obs")
    table.loc[observed, ["fitscan", "difference", "outcome"]] = [np.nan, np.nan, "differs"]
    summary = audit_summary(table)
    assert np.isnan([summary.delta_CLs, summary.differing[0].delta_CLs]).all()


def test_results_that_are_not_reproduced_are_flagged(audit):
    table = audit()
    assert verdict_of(table) == Verdict("CLs agrees")
    assert verdicts(table, results_of(table))["b"] == Verdict("log-density agrees")
    changed = verdict_of(table, CLs_obs=0.5)
    assert changed == Verdict("refitted: CLs differs from results.csv", flagged=True)
    # Was a bug: a CLs that only one of them has was taken for the same.
    assert verdict_of(table, CLs_obs=np.nan) == changed


def test_flagged_points_are_read_as_they_were_written(audit, tmp_path):
    table = audit()
    for CLs_obs, names in ((0.5, ["a"]), (results_of(table)["CLs_obs"], [])):
        flagged = flagged_table(table, results_of(table).assign(CLs_obs=CLs_obs))
        flagged.to_csv(tmp_path / "flagged.csv", index=False)
        assert list(read_flagged(tmp_path / "flagged.csv")) == names


def test_points_whose_rows_say_that_a_sign_is_undecided_are_flagged(audit):
    """Was a bug: flagged.csv had only what the audit finds."""
    table = audit()
    said = words_of_undecided(["x"], {"CLs_obs": [0.1, 0.2]})
    results = results_of(table).assign(message=["odd", f"more; {said}; odd"])
    assert flagged_table(table, results).to_numpy().tolist() == [["b", said]]
    results["CLs_obs"] += [0.1, 0.0]
    results["message"] = said
    flagged = flagged_table(table, results)
    assert flagged["name"].tolist() == ["a", "b"]
    assert flagged["reason"][0] == f"refitted: CLs differs from results.csv; {said}"
    assert flagged["reason"][1] == said


def test_audit_is_read_as_it_was_written(audit, tmp_path):
    table = audit()
    table.to_csv(tmp_path / "audit.csv", index=False)
    pd.testing.assert_frame_equal(read_audit(tmp_path / "audit.csv"), table, check_dtype=False)
    audit_table([]).to_csv(tmp_path / "none.csv", index=False)
    assert not audit_summary(read_audit(tmp_path / "none.csv")).made
