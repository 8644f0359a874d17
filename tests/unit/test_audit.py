"""pyhf is asked about a sample of points, and what it says is written down as it is."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyhf
import pytest
from saved_cases import read_case
from scan_settings import COMPILED, PYHF
from small import MU, modifier, one_channel, sample

from fitscan.audit import asked, audit_sample, audit_scan, audit_table, point
from fitscan.engine.batch import nll_at
from fitscan.reference import pyhf_model
from fitscan.report.audit import audit_summary, read_audit


@pytest.fixture
def audit(tiny):
    """Audit two points, the first by a hypothesis test of pyhf's too."""

    def run(options=PYHF, **changes):
        patches = [("a", tiny.patch(10.0)), ("b", tiny.patch(3.0))]
        return audit_scan(
            tiny.workspace(), patches, refits={"a"}, settings=COMPILED | changes, options=options
        )

    return run


def test_sample_is_spread_over_the_points_and_always_the_same():
    points = [f"p{n}" for n in range(101)]
    sample = audit_sample(points, 11)
    assert sample == audit_sample(points, 11)
    assert (sample[0], sample[-1], len(sample)) == ("p0", "p100", 11)
    assert audit_sample(points[:3], 10) == points[:3]
    assert audit_sample(points, 0) == []


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
    summary = audit_summary(audit())
    assert summary.disagreeing == ("a", "b")


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
    [point] = audit_summary(audit()).differing
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
        return replace(result, signal=result.signal._replace(pars=pars, nll=nll))

    monkeypatch.setattr(point, "hypotest", stopped)
    table = audit()
    # The density is right where it is taken; only the minimum is not one.
    assert audit_summary(table).all_agree
    minima = table[table["check"] == "minimum"].set_index("quantity")["outcome"]
    assert minima["signal"] == "pyhf"


def test_parameters_are_found_by_name_and_not_by_place(audit, monkeypatch):
    """The orders differ, else this test would prove nothing."""
    orders = []
    right = point.Point.of.__func__

    def noted(cls, *args):
        made = right(cls, *args)
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
        tiny.workspace(), [("a", patch)], refits={"a"}, settings=COMPILED, options=PYHF
    )
    summary = audit_summary(table)
    assert (summary.refused, summary.failed, summary.fits) == (("a",), (), 0)


@pytest.mark.parametrize("name", ["normsys_to_zero", "staterror_of_a_negative_yield"])
def test_pyhf_agrees_where_it_has_to_be_told_what_the_model_means(name):
    """It had no answer for one, and dropped the other without a word."""
    case = read_case(name)
    table = audit_scan(
        case["workspace"],
        [("point", case["patchset"]["patches"][0]["patch"])],
        refits={"point"},
        settings=COMPILED | {"measurement": "m"},
        options=PYHF,
    )
    summary = audit_summary(table)
    assert summary.all_agree
    assert (summary.fits, summary.refits, summary.failed) == (4, 1, ())
    assert summary.delta_CLs < 1e-4
    [(message, [modifier])] = summary.remarks
    assert message.startswith("pyhf by itself")
    assert modifier in {"np_a", "st"}


def test_pyhf_is_told_the_width_of_each_bin_and_what_is_held():
    document = one_channel(
        sample("signal", [3.0, 1.0, 1.0], MU),
        sample("weights", [-4.0, 9.0, -2.0], modifier("st", "staterror", [1.0, 2.0, 0.0])),
        sample("other", [-1.0, 1.0, 9.0], modifier("st", "staterror", [0.5, 0.0, 0.0])),
        sample("plenty", [20.0, 20.0, 20.0]),
        observed=[18.0, 30.0, 27.0],
    )
    theirs, _, notes = asked.pyhf_counterpart(
        document, {"measurement": None, "interpolation": COMPILED["interpolation"]}
    )
    st = theirs.config.param_set("st")
    assert st.sigmas == pytest.approx([1.25**0.5 / 5.0, 0.2, 1.0])
    assert st.suggested_fixed == [False, False, True]
    assert list(notes) == ["st"]


def test_audit_is_read_as_it_was_written(audit, tmp_path):
    table = audit()
    table.to_csv(tmp_path / "audit.csv", index=False)
    pd.testing.assert_frame_equal(read_audit(tmp_path / "audit.csv"), table, check_dtype=False)
    audit_table([]).to_csv(tmp_path / "none.csv", index=False)
    assert not audit_summary(read_audit(tmp_path / "none.csv")).made


def test_points_audited_together_or_alone_have_the_same_rows(audit, tiny):
    together = audit()
    alone = audit_scan(
        tiny.workspace(),
        [("b", tiny.patch(3.0))],
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
