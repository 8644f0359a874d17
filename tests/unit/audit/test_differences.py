"""What pyhf has to be told so that it computes the same model."""

import pytest
from saved_cases import read_case
from scan_settings import COMPILED, PYHF
from small import MU, modifier, one_channel, sample

from fitscan.audit import audit_scan
from fitscan.audit import differences as asked
from fitscan.likelihood import JsonPatch
from fitscan.report.audit import audit_summary


@pytest.mark.parametrize("name", ["normsys_to_zero", "staterror_of_a_negative_yield"])
def test_pyhf_agrees_where_it_has_to_be_told_what_the_model_means(name):
    """It had no answer for one, and dropped the other without a word."""
    case = read_case(name)
    table = audit_scan(
        case["workspace"],
        [("point", JsonPatch(case["patchset"]["patches"][0]["patch"]))],
        refits={"point"},
        settings=COMPILED | {"measurement": "m"},
        options=PYHF,
    )
    summary = audit_summary(table)
    assert summary.all_agree
    assert (summary.fits, summary.refits, summary.failed) == (4, 1, ())
    assert summary.delta_CLs < 1e-4
    [(message, [modifier])] = summary.remarks
    assert message.startswith("pyhf ")
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


def test_a_shapesys_of_a_negative_yield_is_said_to_be_held():
    """Was a bug: both dropped the uncertainty without a word."""
    document = one_channel(
        sample("signal", [3.0, 1.0], MU),
        sample("weights", [-4.0, 9.0], modifier("negative", "shapesys", [1.0, 2.0])),
        sample("exact", [-1.0, 9.0], modifier("exact", "shapesys", [0.0, 2.0])),
        sample("plenty", [20.0, 20.0], modifier("positive", "shapesys", [2.0, 3.0])),
        observed=[18.0, 30.0],
    )
    table = audit_scan(
        document,
        [("point", JsonPatch([]))],
        refits=set(),
        settings=COMPILED | {"measurement": None},
        options=PYHF,
    )
    summary = audit_summary(table)
    assert summary.all_agree
    [(message, modifiers)] = summary.remarks
    assert message.startswith("a shapesys of negative yields is fixed")
    assert list(modifiers) == ["negative"]
