"""pyhf is asked about a sample of points, and what it says is written down as it is."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pyhf
import pytest
from audited import audit_tiny, results_of, verdict_of
from random_models.generator import make
from saved_cases import read_case
from scan_settings import COMPILED, PYHF

from fitscan.audit import audit_scan, point
from fitscan.audit import differences as asked
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.inference.minima import search_minima
from fitscan.engines.compiled.kernels.batch import nll_at
from fitscan.engines.pyhf.reference import pyhf_model
from fitscan.likelihood import JsonPatch
from fitscan.likelihood.patching import apply_patch
from fitscan.report.audit import audit_summary
from fitscan.tables.audit import Verdict, flagged_table


@pytest.fixture
def audit(tiny):
    return partial(audit_tiny, tiny)


def test_pyhf_agrees_about_every_minimum_and_about_the_refitted_point(audit):
    summary = audit_summary(audit())
    assert (summary.points, summary.fits, summary.refits) == (2, 8, 1)
    assert summary.all_agree
    assert summary.largest_difference < 1e-8
    assert summary.delta_CLs < 1e-4
    assert summary.failed == ()


def test_likelihood_that_is_wrong_is_found(audit, monkeypatch):
    right = point.constant_terms
    monkeypatch.setattr(point, "constant_terms", lambda *args: right(*args) + 1e-6)
    table = audit()
    assert audit_summary(table).disagreeing == ("a", "b")
    flagged = flagged_table(table, results_of(table))
    assert flagged["name"].tolist() == ["a", "b"]
    assert flagged["reason"].str.startswith("pyhf's log-density differs by 1e-06").all()


def test_failure_of_pyhf_is_a_row_and_not_the_end(audit, monkeypatch):
    def fail(*args, **kwargs):
        raise pyhf.exceptions.FailedMinimization("no luck")

    monkeypatch.setattr(pyhf.infer, "hypotest", fail)
    summary = audit_summary(audit())
    assert summary.all_agree
    assert [name for name, _ in summary.failed] == ["a"]


def test_pyhf_that_fits_by_no_minimiser_says_what_each_one_did(audit, monkeypatch):
    answers = iter([RuntimeError("gave up\nand more"), ValueError("")])
    monkeypatch.setattr(pyhf.infer, "hypotest", lambda *_, **__: throw(next(answers)))
    table = audit(options=PYHF | {"retry": "minuit"})
    [message] = table.loc[table["outcome"] == "failed", "message"]
    assert message == "scipy: RuntimeError: gave up; then minuit: ValueError: "


def throw(error):
    raise error


def test_pyhf_that_answers_nan_is_a_row(audit, monkeypatch):
    right = pyhf.infer.hypotest

    def nan(*args, **kwargs):
        _, expected, calculator = right(*args, **kwargs)
        return float("nan"), expected, calculator

    monkeypatch.setattr(pyhf.infer, "hypotest", nan)
    assert audit_summary(audit()).failed == (("a", "scipy: CLs is not finite"),)


def test_whose_minimum_is_lower_is_told_where_pyhf_stops_early(audit, monkeypatch):
    right = pyhf.infer.hypotest

    def early(*args, **kwargs):
        observed, expected, calculator = right(*args, **kwargs)
        fitted = calculator.fitted_pars
        poi = calculator.pdf.config.poi_index
        # Nuisance parameters are off, as after a minimiser that stopped early.
        off = fitted.fixed_poi_fit_to_data.copy()
        off[np.arange(len(off)) != poi] += 0.1
        calculator.fitted_pars = replace(fitted, fixed_poi_fit_to_data=off)
        return observed + 0.01, expected, calculator

    monkeypatch.setattr(pyhf.infer, "hypotest", early)
    table = audit()
    [point] = audit_summary(table).differing
    # As where SLSQP stops at its first steps: nothing is wrong with the numbers here.
    assert verdict_of(table) == Verdict("pyhf's fits stop higher; CLs differs by 0.01")
    assert (point.name, point.lower) == ("a", {"fitscan"})
    assert point.delta_CLs == pytest.approx(0.01, abs=1e-4)
    assert {fit.fit: fit.lower for fit in point.minima} == {
        "background": "equal",
        "signal": "fitscan",
        "free": "equal",
        "asimov": "equal",
    }


def test_a_minimum_that_fitscan_missed_is_pyhfs(audit, monkeypatch):
    """As a minimiser that stops at its start would."""
    right = point.hypotest

    def stopped(model, **options):
        result = right(model, **options)
        pars = model.init.copy()
        pars[model.poi] = options["mu_test"]
        nll = nll_at(model.arrays, model.data, pars)
        CLs = [value + 0.01 for value in result.CLs]
        return replace(result, signal=result.signal._replace(pars=pars, nll=nll), CLs=CLs)

    monkeypatch.setattr(point, "hypotest", stopped)
    table = audit()
    # The density is right where it is taken; only the minimum is not one.
    assert audit_summary(table).all_agree
    minima = table[table["check"] == "minimum"].set_index("quantity")["outcome"]
    assert minima["signal"] == "pyhf"
    verdict = verdict_of(table)
    assert verdict.flagged
    assert verdict.words == "pyhf finds a lower minimum; CLs differs by 0.01"


def test_main_column_of_one_sided_variations_is_that_of_pyhf():
    """Was a bug: CLs 0.0002 and not 0.120, since the fit of mu = 1 started at that of mu = 0."""
    case = read_case("one_sided_main_column")
    [patch] = case["patchset"]["patches"]
    table = audit_scan(
        case["workspace"],
        [("a", JsonPatch(patch["patch"]))],
        refits={"a"},
        settings=COMPILED | {"measurement": case["workspace"]["measurements"][0]["name"]},
        options=PYHF,
    )
    assert verdict_of(table) == Verdict("CLs agrees")
    assert results_of(table)["CLs_obs"][0] == pytest.approx(case["right"]["CLs_obs"], abs=1e-5)


def test_toys_are_audited_at_the_minima_at_which_they_are_compared():
    """Where a search finds lower minima their columns are of these, and not of the default ones."""
    made = make(0, 785)
    settings = COMPILED | {"measurement": None}
    hypotheses = Hypotheses(made.workspace, settings)
    model = hypotheses.model(apply_patch(made.workspace, made.patch, where="made"))
    toys = settings | {"kind": "toys", "minima": "search"}
    default, searched, started = (
        point.tested(hypotheses, model, each).CLs
        for each in (settings | {"minima": "search"}, toys, toys | {"minima": "default"})
    )
    lowest = search_minima(model, point.hypotest(model), hypotheses.other_starts(model))
    assert lowest.delta_nll > 0.1
    assert default == started
    assert searched == lowest.test.CLs != default


def test_parameters_are_found_by_name_and_not_by_place(audit, monkeypatch):
    """The orders differ, else this test would prove nothing."""
    orders = []
    right = point.Point.of.__func__

    def noted(cls, *args, **options):
        made = right(cls, *args, **options)
        orders.append(made.order.tolist())
        return made

    monkeypatch.setattr(point.Point, "of", classmethod(noted))
    assert audit_summary(audit()).all_agree
    assert all(order != sorted(order) for order in orders)


def test_other_parameters_than_pyhf_has_are_no_agreement(audit, monkeypatch):
    def renamed(hypothesis, settings):
        document = json.loads(json.dumps(hypothesis).replace("theory", "other"))
        return pyhf_model(document, settings)

    monkeypatch.setattr(asked, "pyhf_model", renamed)
    summary = audit_summary(audit())
    assert (summary.fits, summary.unaudited) == (0, ("a", "b"))
    assert "different parameters" in summary.failed[0][1]


def test_what_the_engine_refuses_has_nothing_to_compare(tiny):
    patch = tiny.patch(10.0)
    patch[0]["value"]["modifiers"][1]["data"]["lo"] = -0.1
    table = audit_scan(
        tiny.workspace(), [("a", JsonPatch(patch))], refits={"a"}, settings=COMPILED, options=PYHF
    )
    summary = audit_summary(table)
    assert (summary.refused, summary.failed, summary.fits) == (("a",), (), 0)


def test_points_audited_together_or_alone_have_the_same_rows(audit, tiny):
    together = audit()
    alone = audit_scan(
        tiny.workspace(),
        [("b", JsonPatch(tiny.patch(3.0)))],
        refits=set(),
        settings=COMPILED,
        options=PYHF,
    )
    again = together[together["name"] == "b"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, again)


def test_test_that_is_not_qtilde_is_audited_with_its_bounds(audit):
    summary = audit_summary(audit(test_stat="q", poi_bounds=[-2.0, 10.0]))
    assert summary.all_agree
    assert summary.delta_CLs < 1e-4
