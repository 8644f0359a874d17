"""Whatever a minimiser does, a point becomes a row that says so, and pyhf's state is restored."""

import copy
import logging
import sys
import warnings

import pyhf
import pytest
from pyhf.optimize.opt_minuit import minuit_optimizer
from pyhf.optimize.opt_scipy import scipy_optimizer
from pyhf.tensor import BackendRetriever, manager
from scan_settings import WITH_PYHF
from scipy.optimize import OptimizeResult
from small import MU, histosys, luminosity, modifier, normsys, one_channel, sample

from fitscan.columns import CLS, EXPECTED
from fitscan.engines.pyhf import reference
from fitscan.errors import MissingExtra
from fitscan.likelihood import apply_patch

NUMBERS = (*CLS, "mu_hat")


def settings(*, optimizer="scipy", retry="none", backend="numpy"):
    return WITH_PYHF | {
        "pyhf": {"backend": backend, "optimizer": optimizer, "retry": retry},
    }


@pytest.fixture
def hypothesis(tiny):
    return apply_patch(tiny.workspace(), tiny.patch(10.0), where="test")


@pytest.fixture
def give_up(monkeypatch):
    """Make one of pyhf's optimizers report failure instead of minimising."""

    def make(optimizer):
        monkeypatch.setattr(
            optimizer,
            "_minimize",
            lambda *args, **kwargs: OptimizeResult(success=False, message="gave up\nafter a while"),
        )

    return make


@pytest.fixture
def hypotest(monkeypatch):
    """Replace what pyhf's hypothesis test returns by a function of it."""
    original = pyhf.infer.hypotest

    def make(changed):
        monkeypatch.setattr(
            pyhf.infer, "hypotest", lambda *args, **kwargs: changed(*original(*args, **kwargs))
        )

    return make


def test_row_of_a_converged_fit_has_all_columns(hypothesis):
    row = reference.fit_point(hypothesis, settings())
    assert (row["status"], row["message"]) == ("ok", "")
    assert row["engine"] == f"pyhf-{pyhf.__version__}-numpy-scipy"
    assert row["mu_test"] == 1.0
    assert 0 < row["CLs_obs"] < 1
    assert [row[column] for column in EXPECTED] == sorted(row[column] for column in EXPECTED)
    assert row["wall_s"] > 0
    assert row["cpu_s"] >= 0
    assert all(type(row[column]) is float for column in NUMBERS)


def test_minimiser_that_gives_up_leaves_a_row_without_numbers(hypothesis, give_up):
    give_up(scipy_optimizer)
    row = reference.fit_point(hypothesis, settings())
    assert (row["status"], row["message"]) == ("not_converged", "gave up")
    assert {row[column] for column in NUMBERS} == {None}
    assert row["mu_test"] == 1.0


def test_minuit_takes_over_where_scipy_gives_up(hypothesis, give_up):
    alone = reference.fit_point(hypothesis, settings(optimizer="minuit"))
    give_up(scipy_optimizer)
    row = reference.fit_point(hypothesis, settings(retry="minuit"))
    assert row["status"] == "ok"
    assert row["message"] == "scipy: gave up; then minuit: converged"
    assert row["engine"] == f"pyhf-{pyhf.__version__}-numpy-minuit"
    assert [row[column] for column in NUMBERS] == [alone[column] for column in NUMBERS]


def test_scipy_takes_over_where_minuit_crashes(hypothesis, monkeypatch):
    def crash(*args, **kwargs):
        raise AttributeError("no covariance")

    monkeypatch.setattr(minuit_optimizer, "_minimize", crash)
    row = reference.fit_point(hypothesis, settings(optimizer="minuit", retry="scipy"))
    assert row["status"] == "ok"
    assert row["message"] == "minuit: AttributeError: no covariance; then scipy: converged"


def test_row_tells_both_stories_when_both_give_up(hypothesis, give_up):
    give_up(scipy_optimizer)
    give_up(minuit_optimizer)
    row = reference.fit_point(hypothesis, settings(retry="minuit"))
    assert row["status"] == "not_converged"
    assert row["message"] == "scipy: gave up; then minuit: gave up"
    assert row["engine"].endswith("-minuit")


@pytest.mark.parametrize("retry", ["none", "scipy"])
def test_same_minimiser_is_not_asked_twice(hypothesis, monkeypatch, retry):
    asked = []

    def fail(*args, **kwargs):
        asked.append(args)
        return OptimizeResult(success=False, message="gave up")

    monkeypatch.setattr(scipy_optimizer, "_minimize", fail)
    assert reference.fit_point(hypothesis, settings(retry=retry))["message"] == "gave up"
    assert len(asked) == 1


def test_retry_is_not_needed_where_the_first_minimiser_converges(hypothesis, give_up):
    give_up(minuit_optimizer)
    row = reference.fit_point(hypothesis, settings(retry="minuit"))
    assert (row["status"], row["message"]) == ("ok", "")
    assert row["engine"].endswith("-scipy")


def test_any_other_exception_is_a_failed_row_and_logged(hypothesis, hypotest, caplog):
    def explode(*answer):
        raise ZeroDivisionError("what happened\nand more")

    hypotest(explode)
    row = reference.fit_point(hypothesis, settings())
    assert row["status"] == "failed"
    assert row["message"] == "ZeroDivisionError: what happened"
    assert {row[column] for column in NUMBERS} == {None}
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("error", [OSError("disk full"), MemoryError()], ids=repr)
def test_fault_of_the_machine_is_raised_and_not_tried_again(
    hypothesis, hypotest, unusual_backend, error
):
    asked = []

    def fail(*answer):
        asked.append(answer)
        raise error

    hypotest(fail)
    with pytest.raises(type(error)) as caught:
        reference.fit_point(hypothesis, settings(retry="minuit"))
    assert caught.value is error
    assert len(asked) == 1
    assert pyhf.get_backend() == unusual_backend


def test_exception_without_text_is_named(hypothesis, hypotest):
    def explode(*answer):
        raise KeyError

    hypotest(explode)
    assert reference.fit_point(hypothesis, settings())["message"] == "KeyError: KeyError"


def test_model_that_pyhf_refuses_is_a_failed_row(hypothesis):
    row = reference.fit_point(hypothesis, settings() | {"measurement": "absent"})
    assert row["status"] == "failed"
    assert "absent" in row["message"]


def test_number_that_is_not_finite_is_none_and_makes_the_row_fail(hypothesis, hypotest):
    hypotest(lambda CLs, band, calc: (float("nan"), [*band[:4], float("inf")], calc))
    row = reference.fit_point(hypothesis, settings())
    assert (row["status"], row["message"]) == ("failed", "not finite: CLs_obs, CLs_exp_p2")
    assert (row["CLs_obs"], row["CLs_exp_p2"]) == (None, None)
    assert 0 < row["CLs_exp_0"] < 1


def test_warnings_of_pyhf_are_logged_once_and_change_nothing(hypothesis, hypotest, caplog):
    expected = reference.fit_point(hypothesis, settings())["CLs_obs"]

    def warn(*answer):
        for _ in range(2):
            warnings.warn("careful", RuntimeWarning, stacklevel=1)
        return answer

    hypotest(warn)
    with caplog.at_level(logging.INFO):
        row = reference.fit_point(hypothesis, settings())
    assert (row["status"], row["CLs_obs"]) == ("ok", expected)
    assert caplog.text.count("pyhf warned: careful") == 1


def of_all_kinds():
    """A hypothesis that has every kind of modifier."""
    signal = sample("signal", [3.0, 4.0], MU, luminosity_modifier())
    background = sample(
        "background",
        [50.0, 60.0],
        normsys("scale", 1.1, 0.9),
        histosys("tilt", [52.0, 57.0], [48.0, 63.0]),
        modifier("bins", "shapesys", [5.0, 6.0]),
        modifier("stat", "staterror", [2.0, 2.0]),
        luminosity_modifier(),
    )
    free = sample("free", [5.0, 5.0], modifier("shape", "shapefactor"))
    return one_channel(
        signal, background, free, observed=[57.0, 66.0], parameters=[luminosity(0.02)]
    )


def luminosity_modifier():
    return modifier("lumi", "lumi")


def test_pyhf_s_model_leaves_the_workspace_as_it_is_and_is_the_one_of_a_copy():
    """The model refers to the channels of the workspace, which all points share."""
    document = of_all_kinds()
    before = copy.deepcopy(document)
    with reference.pyhf_backend("numpy", "scipy"):
        model, data = reference.pyhf_model(document, settings())
        CLs, _ = reference.pyhf_hypotest(model, data, settings())
        workspace = pyhf.Workspace(before)
        interpolation = settings()["interpolation"].items()
        copied = workspace.model(modifier_settings={k: {"interpcode": c} for k, c in interpolation})
    assert document == before
    assert model.spec["channels"][0] is document["channels"][0]
    assert data == workspace.data(copied)
    pars = copied.config.suggested_init()
    assert model.logpdf(pars, data) == copied.logpdf(pars, data)
    assert CLs == reference.pyhf_hypotest(copied, data, settings())[0]


@pytest.fixture
def unusual_backend():
    """A state of pyhf that is not its default one."""
    before = pyhf.get_backend()
    pyhf.set_backend("numpy", minuit_optimizer(), precision="32b")
    yield pyhf.get_backend()
    pyhf.set_backend(*before)


def test_backend_is_set_in_double_precision_and_restored(unusual_backend):
    with reference.pyhf_backend("numpy", "scipy"):
        tensorlib, optimizer = pyhf.get_backend()
        assert (tensorlib.precision, optimizer.name) == ("64b", "scipy")
    assert pyhf.get_backend() == unusual_backend


def test_backend_is_restored_after_an_exception(unusual_backend):
    with pytest.raises(ZeroDivisionError), reference.pyhf_backend("numpy", "scipy"):
        raise ZeroDivisionError
    assert pyhf.get_backend() == unusual_backend


def test_backend_is_restored_after_a_failed_point(hypothesis, give_up, unusual_backend):
    give_up(scipy_optimizer)
    reference.fit_point(hypothesis, settings(retry="minuit"))
    assert pyhf.get_backend() == unusual_backend


def test_backend_that_is_not_installed_names_the_extra(hypothesis, monkeypatch):
    # As in a process that has not imported JAX, in an environment without it.
    monkeypatch.setattr(manager, "BackendRetriever", type(BackendRetriever)())
    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.delitem(sys.modules, "pyhf.tensor.jax_backend", raising=False)
    before = pyhf.get_backend()
    with pytest.raises(MissingExtra, match=r"'jax'\. Hint: pip install -e '\.\[jax\]'"):
        reference.fit_point(hypothesis, settings(backend="jax"))
    assert pyhf.get_backend() == before
