"""bench/peers.py: what it says of times, CLs and minima that nobody measured."""

import importlib
import math
import os
import re
import subprocess
import sys

import pandas as pd
import pytest

NLL = {"background": -50.0, "signal": -49.0, "free": -51.0}


@pytest.fixture(scope="module")
def peers(project_folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(project_folder / "bench")
        yield importlib.import_module("peers")


def answers(CLs=(0.5, 0.2), **changed):
    return {"CLs": list(CLs), "nll": NLL | changed}


def test_minima_that_differ_are_named_with_their_distance(peers):
    assert peers.other_minima(NLL | {"signal": -49.0002}, NLL) == []
    assert peers.other_minima(NLL | {"signal": -49.031, "free": -50.5}, NLL) == [
        "mu = 1 0.031 lower",
        "free fit 0.500 higher",
    ]


def test_differences_of_CLs_are_told_apart_by_minima(peers):
    ours = {"p": answers(), "q": answers()}
    theirs = {"p": answers((0.5001, 0.2)), "q": answers((0.5, 0.19), signal=-49.1)}
    found = peers.agreement(theirs, ours)
    assert found["CLs_off"] == pytest.approx(0.01)
    assert found["CLs_off_same_minima"] == pytest.approx(1e-4)
    assert found["minima"] == "q: mu = 1 0.100 lower"


def test_without_a_point_in_the_same_minima_there_is_no_difference(peers):
    found = peers.agreement({"p": answers(free=-52.0)}, {"p": answers()})
    assert math.isnan(found["CLs_off_same_minima"])


def test_ratios_are_of_the_mean_of_a_peer_to_the_median_of_fitscan(peers):
    """A peer is asked about each point once, fitscan about all of them each time."""
    seconds = {
        ("fitscan", "asymptotic"): [0.002, 0.009, 0.002],
        ("pyhf", "asymptotic"): [10.0, 14.0],
        ("fitscan", "toys"): [0.004],
        ("pyhf", "toys"): [8.0],
    }
    tests = {name: {"p": answers()} for name in ("fitscan", "pyhf")}
    made = peers.table(seconds, tests, {"fitscan": "0.1.0", "pyhf": "0.7.6"})
    assert made["peer"].tolist() == ["fitscan", "pyhf"] * 2
    assert made["ratio"].tolist() == pytest.approx([1.0, 6000.0, 1.0, 2000.0])
    assert made["minima"].tolist()[:2] == ["the same"] * 2
    assert made["minima"].isna().tolist()[2:] == [True, True]


def test_each_point_has_the_answer_of_each_engine(peers):
    ours, theirs = {"p": answers()}, {"p": answers((0.4, 0.1), signal=-49.5)}
    made = peers.answers_of_points({"fitscan": ours, "pyhf": theirs})
    assert made.to_dict("list") == {
        "point": ["p", "p"],
        "peer": ["fitscan", "pyhf"],
        "CLs_obs": [0.5, 0.4],
        "CLs_exp_0": [0.2, 0.1],
        "minima": ["the same", "mu = 1 0.500 lower"],
    }


def test_small_differences_are_written_with_their_digits(peers):
    made = peers.digits(pd.DataFrame({"CLs_off": [4.2e-7, math.nan], "peer": ["p", "q"]}), 2)
    assert made.to_dict("list") == {"CLs_off": ["4.2e-07", ""], "peer": ["p", "q"]}


@pytest.fixture
def adapter(project_folder, tmp_path):
    """An adapter that doubles the number in a file for each point."""
    path = tmp_path / "adapter.py"
    path.write_text(
        f"import sys; sys.path.insert(0, {str(project_folder / 'bench/adapters')!r})\n"
        "from serving import read, serve\n"
        "serve('1.2', {'doubled': lambda points: [2 * int(read(p)) for p in points]})\n"
    )
    return path


def test_an_adapter_answers_until_it_is_left(peers, adapter, tmp_path):
    for point in (3, 4):
        (tmp_path / f"p{point}.json").write_text(str(point))
    with peers.started(sys.executable, adapter, str(tmp_path)) as peer:
        assert peer.version == "1.2"
        assert peer.ask("doubled", ["p3", "p4"]) == [6, 8]
        assert peer.ask("doubled", ["p4"]) == [8]


def test_an_adapter_that_fails_ends_the_comparison(peers, adapter, tmp_path, capfd):
    with (
        pytest.raises(SystemExit, match=r"adapter\.py"),
        peers.started(sys.executable, adapter, str(tmp_path)) as peer,
    ):
        peer.ask("doubled", ["missing"])
    assert "missing.json" in capfd.readouterr().err


@pytest.mark.parametrize("module", ["engine", "toys"])
def test_pyhf_is_not_measured_with_a_thread_for_each_core(project_folder, module):
    """Was a bug: its waiting threads doubled its CPU time, 23 s rather than 12 on 1Lbb."""
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    environment["PYTHONPATH"] = str(project_folder / "src")
    environment["FITSCAN_DATA"] = "nowhere"
    done = subprocess.run(
        [sys.executable, str(project_folder / f"bench/{module}.py")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "OMP_NUM_THREADS=1" in done.stderr


def test_nextstat_is_pinned_by_hashes_and_no_dependency(project_folder):
    text = (project_folder / "bench/adapters/nextstat.txt").read_text()
    packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert [package.split(" ")[0] for package in packages] == [
        "nextstat==0.10.1",
        "nextstat-cli==0.10.1",
    ]
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text
    for locked in project_folder.glob("envs/*"):
        assert "nextstat" not in locked.read_text()
