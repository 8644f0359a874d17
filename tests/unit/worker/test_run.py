"""A worker answers whatever it is asked, and reads a workspace once."""

import importlib.metadata
import json
import math

import pyhf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scan_settings import COMPILED, WITH_PYHF

from fitscan import strictjson
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.engines.registry import engine_version
from fitscan.worker import run as worker
from fitscan.worker import workspace_cache as workspaces
from fitscan.worker.request import FORMAT

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def ask(request):
    return json.loads(worker.run(json.dumps(request).encode()))


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    """What other tests have read and made is not known here."""
    monkeypatch.setattr(workspaces, "_known", {})
    monkeypatch.setattr(worker, "_engines", {})
    worker._software.cache_clear()
    yield
    worker._software.cache_clear()


@pytest.fixture
def request_for(tiny, tmp_path):
    """A request for these points, given as (key, patch); the workspace is in ``tmp_path``."""
    workspace = tiny.workspace()
    path = tmp_path / "workspace.json"
    tiny.write(path, workspace)

    def make(*points, **parts):
        return {
            "format": FORMAT,
            "engine": engine_version(WITH_PYHF),
            "workspace": {"digest": strictjson.digest(workspace), "path": str(path)},
            "settings": WITH_PYHF,
            "points": [
                {"key": k, "name": f"point {k}", "signal": {"patch": patch}} for k, patch in points
            ],
        } | parts

    return make


def test_points_are_fitted_with_their_patches_in_order(request_for, tiny):
    response = ask(request_for(("a", tiny.patch(30.0)), ("b", tiny.patch(3.0))))
    assert response["ok"] is True
    assert [row["key"] for row in response["rows"]] == ["a", "b"]
    strong, weak = (row["CLs_exp_0"] for row in response["rows"])
    assert strong < 0.05 < weak
    assert response["worker"] == worker.identity()


def test_workspace_is_read_once(request_for, tmp_path):
    assert ask(request_for())["ok"] is True
    (tmp_path / "workspace.json").unlink()
    assert ask(request_for())["ok"] is True


def test_workspace_with_another_digest_is_refused_and_not_kept(request_for):
    wrong = request_for()
    wrong["workspace"]["digest"] = "0" * 64
    for _ in range(2):
        response = ask(wrong)
        assert (response["ok"], response["kind"]) == (False, "LikelihoodError")
        assert "not the workspace of the plan" in response["message"]
        assert response["traceback"] == ""


def test_request_of_another_version_is_refused(request_for):
    response = ask(request_for(format=1))
    assert (response["ok"], response["kind"]) == (False, "FitscanError")
    assert "another version of fitscan: 1. Hint: this worker reads format 3" in response["message"]


@pytest.mark.parametrize("changed", [{"kind": "toys"}, {"engine": "root"}], ids=str)
def test_engine_or_kind_of_scan_that_is_not_known_is_refused(request_for, changed):
    asked = WITH_PYHF | changed
    response = ask(request_for(settings=asked))
    assert (response["ok"], response["kind"]) == (False, "FitscanError")
    assert response["message"] == (
        f"no engine of this name supports scans of this kind: {[asked['engine'], asked['kind']]}."
    )


@pytest.mark.parametrize("error", [OSError("disk full"), MemoryError()], ids=repr)
def test_fault_of_the_machine_in_a_fit_is_an_error_and_not_a_row(
    request_for, tiny, monkeypatch, error
):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(pyhf.infer, "hypotest", fail)
    response = ask(request_for(("a", tiny.patch(3.0))))
    assert (response["ok"], response["kind"]) == (False, type(error).__name__)
    assert "Traceback" in response["traceback"]
    assert response["machine"] is True
    assert "rows" not in response


def test_patch_that_does_not_apply_is_refused_by_name(request_for):
    response = ask(request_for(("a", [{"op": "remove", "path": "/nowhere"}])))
    assert (response["ok"], response["kind"]) == (False, "LikelihoodError")
    assert "patch 'point a' does not apply" in response["message"]
    assert response["machine"] is False


def test_workspace_that_is_not_there_is_an_answer_with_a_traceback(request_for, tmp_path):
    (tmp_path / "workspace.json").unlink()
    response = ask(request_for())
    assert (response["ok"], response["kind"]) == (False, "FileNotFoundError")
    assert "Traceback" in response["traceback"]


def test_row_that_json_cannot_hold_is_a_failed_row(request_for, tiny, monkeypatch):
    monkeypatch.setattr(
        "fitscan.engines.pyhf.reference.fit_point", lambda *args: {"mu_hat": math.nan}
    )
    [row] = ask(request_for(("a", tiny.patch(3.0))))["rows"]
    assert (row["status"], row["message"], row["mu_hat"]) == ("failed", "not finite: mu_hat", None)


def test_worker_with_another_engine_than_the_plan_is_a_version_mismatch(request_for, tiny):
    response = ask(request_for(("a", tiny.patch(3.0)), engine="0123456789abcdef numpy-1.0"))
    assert (response["ok"], response["kind"]) == (False, "VersionMismatch")
    assert engine_version(WITH_PYHF) in response["message"]
    assert "0123456789abcdef numpy-1.0" in response["message"]


def test_engine_of_an_analysis_is_made_once_for_all_its_tasks(request_for, tiny, monkeypatch):
    made = []
    monkeypatch.setattr(
        "fitscan.engines.compiled.adapter.CompiledEngine",
        lambda *args, **kw: made.append(args) or CompiledEngine(*args, **kw),
    )

    def fit(mu_test):
        settings = COMPILED | {"mu_test": mu_test}
        parts = {"settings": settings, "engine": engine_version(settings)}
        response = ask(request_for(("a", tiny.patch(3.0)), **parts))
        assert response["rows"][0]["status"] == "ok"
        return len(made), response["worker"]["engines"]

    assert [fit(1.0), fit(1.0), fit(2.0), fit(1.0)] == [(1, 1), (1, 1), (2, 2), (2, 2)]


def test_worker_without_pyhf_says_so_and_answers(monkeypatch):
    """Was a bug: whoever asked got a PackageNotFoundError, whatever was asked."""
    real = importlib.metadata.version

    def version(name):
        if name == "pyhf":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    response = ask({"format": FORMAT, "probe": True})
    assert response["worker"]["packages"]["pyhf"] is None


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.binary(max_size=40) | json_values.map(lambda value: json.dumps(value).encode()))
def test_worker_never_raises_whatever_the_bytes(request_bytes):
    response = json.loads(worker.run(request_bytes))
    assert (response["format"], response["ok"]) == (FORMAT, False)


KNOWN = "0" * 64

# Right in most places, so that some get far; each can be left out or be anything.
requests = st.fixed_dictionaries(
    {},
    optional={
        "format": st.sampled_from([FORMAT] * 6 + [1, None, "2", 2.0]),
        "engine": st.just(engine_version(WITH_PYHF)) | json_values,
        "probe": st.sampled_from([True, False, None]),
        "workspace": st.fixed_dictionaries(
            {"digest": st.just(KNOWN) | json_values},
            optional={"path": json_values, "content": json_values},
        )
        | json_values,
        "settings": st.just(WITH_PYHF)
        | st.fixed_dictionaries(
            {"engine": st.just("pyhf") | json_values, "kind": st.just("asymptotic") | json_values}
        )
        | json_values,
        "points": json_values
        | st.lists(
            st.fixed_dictionaries(
                {
                    "key": json_values,
                    "name": st.text(),
                    "signal": st.just({"patch": []})
                    | json_values.map(lambda value: {"patch": value})
                    | json_values,
                }
            )
            | json_values
        ),
    },
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(requests)
def test_worker_never_raises_whatever_the_request(request_parts):
    workspaces._known[KNOWN] = {"channels": []}
    response = ask(request_parts)
    assert response["format"] == FORMAT
    assert response["ok"] is True or response["kind"]
