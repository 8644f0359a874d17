"""A scan in a program is a scan of the workflow."""

import pandas as pd
import pytest

import fitscan
from fitscan.api.likelihood import Likelihood
from fitscan.columns import CLS

POINTS = [(100 * a, 50 * b) for a in range(1, 5) for b in range(2)]


@pytest.fixture
def likelihood(tiny):
    workspace = tiny.workspace()
    return Likelihood(workspace, tiny.patchset(POINTS, workspace))


def test_rows_are_those_of_single_tests(likelihood):
    table = likelihood.scan()
    assert list(table.columns[:4]) == ["name", "m1", "m2", "mu_test"]
    assert table["name"].tolist() == list(likelihood.signals)
    for row in table.to_dict("records"):
        test = likelihood.hypotest(row["name"])
        assert [row[column] for column in CLS] == [test.CLs_obs, *test.CLs_exp]


def test_processes_change_nothing(likelihood):
    here = likelihood.scan(kind="limits")
    pd.testing.assert_frame_equal(likelihood.scan(kind="limits", processes=2), here)


def test_points_are_chosen_by_name(likelihood):
    chosen = likelihood.scan(points=["m_300_0", "m_100_50"])
    assert chosen["name"].tolist() == ["m_100_50", "m_300_0"]
    with pytest.raises(fitscan.ConfigError, match="does not name a point of the analysis: 'm_1_1'"):
        likelihood.scan(points=["m_1_1"])


def test_signal_that_cannot_be_fitted_is_a_row(likelihood, tiny):
    wrong = tiny.patch(10.0)
    wrong[0]["value"]["data"] = [1.0]
    table = likelihood.scan({"right": tiny.patch(10.0), "wrong": wrong})
    assert table["status"].tolist() == ["ok", "failed"]
    assert "data needs one entry per bin" in table["message"][1]
    with pytest.raises(fitscan.LikelihoodError):
        likelihood.scan({"wrong": wrong})


def test_toys_are_those_of_their_seed(likelihood):
    name = likelihood.signals[-1]
    toys = likelihood.toys(name, signal=300, background=200, seed=1)
    assert (toys.n_signal, toys.n_background, toys.n_failed) == (300, 200, 0)
    assert likelihood.toys(name, signal=300, background=200, seed=1) == toys
    assert likelihood.toys(name, signal=300, background=200, seed=2).CLs_obs != toys.CLs_obs
    assert abs(toys.CLs_obs - toys.asymptotic) < 6.0 * toys.CLs_obs_error + 0.02
    both = likelihood.toys(name, signal=300, background=200, seed=1, processes=2)
    assert both == toys


def test_strength_that_no_toy_may_have_is_refused_before_any_is_thrown(likelihood):
    """Was a bug: a result without numbers, where a test without toys raises."""
    with pytest.raises(fitscan.ModelError, match=r"^the signal strength lies above .* 10: 11\.0"):
        likelihood.toys(likelihood.signals[-1], mu=11.0)


def test_scan_of_toys_has_their_columns(likelihood):
    table = likelihood.scan(kind="toys", points=["m_100_0"], toys={"signal": 50, "background": 50})
    assert table["n_toys_signal"].tolist() == [50]
    assert table["enough_toys"].isin(["true", "false"]).all()


@pytest.mark.parametrize(
    ("toys", "key"),
    [
        ({"points": ["m_100_0", "m_1_1"]}, "toys.points"),
        ({"limits": {"points": ["m_1_1"]}}, "toys.limits.points"),
    ],
)
def test_toys_at_a_point_that_is_none_are_refused(likelihood, toys, key):
    """Was a bug: no toys were thrown there, and nothing said so."""
    said = f"`{key}` does not name a point of the analysis: 'm_1_1'"
    with pytest.raises(fitscan.ConfigError, match=said):
        likelihood.scan(kind="toys", toys={"signal": 9, "background": 9, **toys})


def test_progress_is_shown_where_it_is_asked_for(likelihood, capsys):
    likelihood.scan(progress=True)
    assert "8/8" in capsys.readouterr().err
    likelihood.scan()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"kind": "all"}, "kind is not valid: 'all'"),
        ({"kind": "toys", "toys": {"signal": 0}}, "toys.signal is not valid: 0"),
        ({"kind": "toys", "toys": {"signals": 1}}, "toys has an unknown key: 'signals'"),
        ({"mu": 0.0}, "mu_test is not valid: 0.0"),
        ({"level": 2.0}, "level is not valid: 2.0"),
        ({"processes": 0}, "processes is not a whole number of 1 or more: 0"),
        ({"processes": True}, "processes is not a whole number of 1 or more: True"),
    ],
)
def test_argument_that_is_not_valid_is_named(likelihood, arguments, said):
    with pytest.raises(ValueError, match=said):
        likelihood.scan(**arguments)


def test_scan_without_signals_is_refused(tiny):
    with pytest.raises(fitscan.ConfigError, match="there are no signals"):
        Likelihood(tiny.workspace()).scan()
