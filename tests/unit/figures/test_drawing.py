"""Figures of a registry: each is drawn with its numbers, and one that fails stops no other."""

import os
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from odd_grids import odd_results
from PIL import Image

from fitscan.columns import CLS, COVERAGE, LOWEST, MU_UP
from fitscan.errors import FitscanError
from fitscan.figures import FIGURES
from fitscan.figures.drawing import draw_figures
from fitscan.figures.inputs import Inputs
from fitscan.tables.comparison import compare
from fitscan.tables.meanings import BESIDE, RESULTS, by_column
from fitscan.tables.notes import note_of

X, Y = (a.ravel() for a in np.meshgrid(np.linspace(0.0, 400.0, 5), np.linspace(0.0, 300.0, 4)))
SETTINGS = {
    "limit_size": 0.05,
    "mu_test": 1.0,
    "test_stat": "qtilde",
    "minima": "default",
    "thrown_at": "default",
    "axes": None,
    "axis_titles": {},
    "title": None,
    "slice": {},
    "overlays": [],
}
LOOK = {
    "test_size": 0.05,
    "style": "neutral",
    "formats": ["pdf", "svg"],
    "interpolation": {"in": "log_CLs"},
}
FIGURE = {figure.name: figure for figure in FIGURES}


@pytest.fixture
def results():
    return odd_results(np.column_stack([X, Y])).assign(message="", engine="e", key="k")


@pytest.fixture
def draw(tmp_path):
    """Draw figures of results; give the folder."""

    def call(*figures, results, flagged="name,reason\n", figures_look=LOOK, cores=1):
        results.to_csv(tmp_path / "results.csv", index=False)
        (tmp_path / "flagged.csv").write_text(flagged)
        files = {name: [str(tmp_path / f"{name}.csv")] for name in ("results", "flagged")}
        folder = tmp_path / f"drawn by {cores}"
        inputs = Inputs("staus", files, SETTINGS, figures_look)
        draw_figures(figures, inputs, folder, cores=cores)
        return folder

    return call


@pytest.mark.parametrize("doubt", [True, False])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_both_maps_are_drawn_with_their_numbers(draw, dimensions, doubt):
    places = np.column_stack([X, Y]) if dimensions == 2 else X[:5, None]
    results = odd_results(places).assign(message="", engine="e", key="k")
    results = results.drop(columns=["n_toys_signal", "n_toys_background"])
    doubted = results["name"][results["status"] == "ok"].iloc[1]
    flagged = "name,reason\n" + (f'{doubted},"a, b"\n' if doubt else "")
    folder = draw(FIGURE["CLs_map"], FIGURE["status_map"], results=results, flagged=flagged)
    labels = ["m1", "m2"][:dimensions]
    table, ends = (pd.read_csv(folder / f"{name}_map.csv") for name in ("CLs", "status"))
    assert list(table) == ["name", *labels, "CLs_obs", "CLs_exp_0", "method"]
    found = ["status", "audit", "mu_hat", "delta_nll", "n_minima", "method"]
    assert list(ends) == ["name", *labels, *found]
    for name, drawn in (("CLs_map", table), ("status_map", ends)):
        known = by_column([*RESULTS, *BESIDE[f"figures/{name}.csv"]])
        assert {*drawn} - {"m1", "m2"} <= known.keys()
    said = ends.set_index("name")["audit"].dropna().to_dict()
    assert said == ({doubted: "a, b"} if doubt else {})
    np.testing.assert_array_equal(table["CLs_obs"], results["CLs_obs"])
    assert table["method"].str.startswith("linear in log CLs").all()


def test_number_of_toys_is_drawn_with_its_numbers(draw, results):
    toys = dict.fromkeys(["q_obs", "CLs_obs_asymptotic", "CLs_obs_err"], 0.01)
    bands = ("obs", "exp_m2", "exp_m1", "exp_0", "exp_p1", "exp_p2")
    errors = {f"CLs_{band}{end}": 0.01 for band in bands for end in ("_err", "_asymptotic")}
    folder = draw(
        FIGURE["number_of_toys"],
        results=results.assign(**toys | errors, n_toys_failed=0.0, enough_toys="true"),
    )
    table = pd.read_csv(folder / "number_of_toys.csv")
    assert list(table) == ["name", "m1", "m2", "n_toys_signal", "n_toys_background", "enough_toys"]
    np.testing.assert_array_equal(table["n_toys_signal"], results["n_toys_signal"])
    with Image.open(folder / "number_of_toys.png") as picture:
        assert picture.width > picture.height > 600


# Those that need no more than results.csv, and what they write of it.
OF_RESULTS = {
    "exclusion": ["curve", "segment", "m1", "m2", "method"],
    "minima": ["name", "m1", "m2", *CLS, *LOWEST],
    "limits": ["curve", "kind", "segment", "m1", "m2"],
    "coverage": ["name", "m1", "m2", *COVERAGE],
}


@pytest.mark.parametrize("name", OF_RESULTS)
def test_figures_of_results_are_drawn_with_their_numbers(draw, results, name):
    results = results.drop(columns=["n_toys_signal", "n_toys_background"])
    results = results.assign(mu_hat_lowest=results["mu_hat"])
    limits = {column: np.exp((X - 200.0) / 100.0) for column in MU_UP}
    folder = draw(FIGURE[name], results=results.assign(**limits))
    assert note_of((folder / f"{name}.csv").read_bytes()) == ""
    table = pd.read_csv(folder / f"{name}.csv")
    assert list(table)[: len(OF_RESULTS[name])] == OF_RESULTS[name]
    known = by_column([*RESULTS, *BESIDE.get(f"figures/{name}.csv", ())])
    assert {*table} - {"m1", "m2"} <= known.keys()
    assert len(table) > 0
    assert (folder / f"{name}.png").exists()


@pytest.mark.parametrize("name", [*OF_RESULTS, "CLs_map", "status_map", "number_of_toys"])
def test_a_figure_names_the_test_statistic_and_the_minima(tmp_path, results, name):
    toys = {"n_toys_failed": 0.0, "CLs_obs_asymptotic": 0.01, "q_obs": 1.0}
    toys |= {f"{column}{end}": 0.01 for column in CLS for end in ("_err", "_asymptotic")}
    limits = {column: np.exp((X - 200.0) / 100.0) for column in MU_UP}
    extra = {"mu_hat_lowest": results["mu_hat"], **limits}
    if name == "number_of_toys":
        extra |= toys
    else:
        results = results.drop(columns=["n_toys_signal", "n_toys_background"])
    results.assign(**extra).to_csv(tmp_path / "results.csv", index=False)
    (tmp_path / "flagged.csv").write_text("name,reason\n")
    files = {table: [str(tmp_path / f"{table}.csv")] for table in ("results", "flagged")}
    picture, _ = FIGURE[name].draw(Inputs("staus", files, SETTINGS, LOOK))
    said = " ".join(text.get_text() for text in picture.findobj(Text))
    assert r"$\tilde{q}_\mu$" in said
    assert "default initial values" in said.lower()


@pytest.mark.parametrize("name", ["exclusion", "CLs_map", "limits", "combination", "comparison"])
@pytest.mark.parametrize("enough", [True, False])
def test_every_figure_of_limits_says_where_it_has_too_few_toys(tmp_path, results, name, enough):
    toys = {"q_obs": 1.0, "n_toys_failed": 0.0, "mu_up_obs_err": 0.1, "mu_hat_lowest": 0.0}
    toys |= {f"{column}{end}": 0.01 for column in CLS for end in ("_err", "_asymptotic")}
    limits = {column: np.exp((X - 200.0) / 100.0) for column in MU_UP}
    ok = results["status"] == "ok"
    results = results.assign(**toys, **limits)
    results["enough_toys"] = np.where(ok & (not enough), "false", "true")
    paths = {table: tmp_path / f"{table}.csv" for table in ("results", "flagged", "comparison")}
    results.to_csv(paths["results"], index=False)
    theirs = results[["name", *CLS]].assign(error="")
    compare(results, theirs, labels=["m1", "m2"], test_size=0.05).to_csv(
        paths["comparison"], index=False
    )
    files = {table: [str(path)] for table, path in paths.items()} | {"parts": []}
    settings = {"parts": [], "match": {}, "how": "statistical", "compare": {"title": "pyhf"}}
    inputs = Inputs("staus", files, SETTINGS | settings, LOOK)
    picture, _ = FIGURE[name].draw(inputs)
    said = " ".join(text.get_text() for text in picture.findobj(Text))
    assert (f"Lighter: too few toys at {ok.sum()} points" in said) is not enough


def test_a_figure_that_fails_is_a_note_and_stops_no_other(draw, results):
    def fail(inputs):
        raise FitscanError("no ink")

    broken = replace(FIGURE["exclusion"], name="broken", draw=fail)
    bare = replace(broken, name="bare", has_table=False)
    folder = draw(broken, bare, FIGURE["CLs_map"], results=results)
    assert note_of((folder / "broken.csv").read_bytes()) == "no ink."
    assert sorted(path.suffix for path in folder.glob("bare.*")) == [".pdf", ".png", ".svg"]
    assert note_of((folder / "CLs_map.csv").read_bytes()) == ""
    assert sorted(path.suffix for path in folder.glob("CLs_map.*")) == [
        *(".csv", ".pdf"),
        *(".png", ".svg"),
    ]


def test_two_cores_draw_the_same_files_as_one(draw, results):
    figures = [FIGURE[name] for name in ("exclusion", "CLs_map", "status_map")]
    alone, together = (draw(*figures, results=results, cores=cores) for cores in (1, 2))
    names = sorted(path.name for path in alone.iterdir())
    assert len(names) == 12
    assert names == sorted(path.name for path in together.iterdir())
    for name in names:
        assert (alone / name).read_bytes() == (together / name).read_bytes(), name


@pytest.mark.skipif(sys.platform != "linux", reason="one process draws all figures")
def test_what_a_killed_process_was_to_draw_is_drawn_by_the_other(draw, results):
    """Was an error without its reason: two processes may need more memory than there is."""
    here = os.getpid()

    def die(inputs):
        if os.getpid() != here:
            os._exit(9)
        time.sleep(0.5)  # leave one to the other
        return FIGURE["exclusion"].draw(inputs)

    figures = [replace(FIGURE["exclusion"], name=name, draw=die) for name in ("a", "b")]
    folder = draw(*figures, results=results, cores=2)
    assert {"a.png", "b.png"} <= {path.name for path in folder.iterdir()}


def test_the_numbers_of_an_exclusion_are_the_lines_that_are_drawn(draw, results, monkeypatch):
    """Was a waste: every line was found twice, once to draw it and once to write it."""
    from fitscan.contour import plane  # noqa: PLC0415

    found = []
    lines = plane.exclusion_lines
    monkeypatch.setattr(
        plane, "exclusion_lines", lambda *a, **k: found.append(lines(*a, **k)) or found[-1]
    )
    folder = draw(FIGURE["exclusion"], results=results)
    table = pd.read_csv(folder / "exclusion.csv")
    vertices = np.concatenate([line for each in found for line in each])
    np.testing.assert_allclose(table[["m1", "m2"]], vertices, rtol=1e-12)
    assert len(found) == 4  # observed, expected, and its band of one standard deviation
