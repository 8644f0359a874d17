"""Contours of published grids depend on nothing but the points around them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from requested import fitted

from fitscan.config.check import check_config
from fitscan.contour import exclusion_lines, line_distance, line_uncertainty
from fitscan.likelihood import read_index
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.tables.best_expected import best_expected

# The smallest steps of the grids, in GeV.
CELLS = {"1Lbb": 25.0, "staus": 20.0, "3L-RJ": 10.0}
CURVES = ("CLs_obs", "CLs_exp_0")

every_line = pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name in CELLS for column in CURVES]
)


@pytest.fixture(scope="module")
def grids(project_folder, data_folder, tmp_path_factory) -> dict[str, pd.DataFrame]:
    """Masses and CLs: pyhf's answers, but of 3L-RJ, where pyhf fails, those of the engine."""
    found = {}
    for name in ("1Lbb", "staus"):
        known = pd.read_csv(data_folder / "reference" / f"{name}.csv")
        masses = known["name"].str.extract(r"_(\d+)_(\d+)").astype(float)
        found[name] = known[["name", *CURVES]].assign(x=masses[0], y=masses[1], status="ok")
    config = yaml.safe_load((project_folder / "config/published.yaml").read_text())
    archive = data_folder / "pallets" / "3L-RJ.tar.gz"
    config["analyses"] = {"3L-RJ": config["analyses"]["3L-RJ"] | {"archive": str(archive)}}
    config = check_config(config) | {"minima": "default"}
    folder: Path = tmp_path_factory.mktemp("3L-RJ")
    fetch_likelihood(config["analyses"]["3L-RJ"], folder=folder, cache=folder / "archives")
    points = read_index(folder / "points.json").points
    rows = [fitted(folder, config, point.name) for point in points]
    masses = np.array([point.values for point in points], dtype=float)
    found["3L-RJ"] = pd.DataFrame(rows)[[*CURVES, "status"]].assign(
        name=[point.name for point in points], x=masses[:, 0], y=masses[:, 1]
    )
    return found


def lines_of(grid, column="CLs_obs", *, x=None, y=None):
    """The lines of a grid, at other places if these are given."""
    return exclusion_lines(
        grid["x"] if x is None else x, grid["y"] if y is None else y, grid[column]
    )


def moved(grid, column, image, back):
    """How far an image of the grid moves the lines, at most and in GeV."""
    lines = [line @ back for line in image]
    return line_distance(lines_of(grid, column), lines).largest


@every_line
def test_mirrors_units_and_order_move_no_line(grids, name, column):
    """Was a bug: a mirrored axis moved the observed line of 1Lbb from 736.9 to 730.1 GeV."""
    grid, tolerance = grids[name], 1e-3 * CELLS[name]
    x, y = grid["x"], grid["y"]
    images = [
        (lines_of(grid.sample(frac=1.0, random_state=5), column), np.eye(2)),
        (lines_of(grid, column, x=-x), np.diag([-1.0, 1.0])),
        (lines_of(grid, column, y=-y), np.diag([1.0, -1.0])),
        (lines_of(grid, column, x=y, y=x), np.eye(2)[::-1]),
        (lines_of(grid, column, x=x / 1e3, y=y / 1e3), 1e3 * np.eye(2)),
        (lines_of(grid, column, y=y / 1e3), np.diag([1.0, 1e3])),
    ]
    for image, back in images:
        assert moved(grid, column, image, back) < tolerance


@every_line
@pytest.mark.parametrize("seed", range(3))
def test_noise_of_a_millionth_of_a_cell_moves_no_line(grids, name, column, seed):
    grid = grids[name]
    noise = np.random.default_rng(seed).normal(0.0, 1e-6 * CELLS[name], (2, len(grid)))
    image = lines_of(grid, column, x=grid["x"] + noise[0], y=grid["y"] + noise[1])
    assert moved(grid, column, image, np.eye(2)) < 1e-3 * CELLS[name]


@every_line
@pytest.mark.parametrize(
    "far", [[(3000, 0)], [(500, 3000)], [(3000, 0), (0, 3000), (-2500, -2500)]], ids=len
)
def test_far_points_move_no_line(grids, name, column, far):
    """Was a bug: one far point moved lines by up to 46 GeV."""
    grid = grids[name]
    more = pd.DataFrame(far, columns=["x", "y"]).assign(**dict.fromkeys(CURVES, 0.99))
    lines = lines_of(pd.concat([grid, more], ignore_index=True), column)
    vertices = np.concatenate(lines_of(grid, column))
    assert max(nearest(vertex, lines) for vertex in vertices) < 0.01 * CELLS[name]


@pytest.mark.parametrize("other", ["staus", "3L-RJ"])
@pytest.mark.parametrize("shift", [(0, 0), (2000, 0), (0, 2000), (3000, 3000)])
@pytest.mark.parametrize("column", CURVES)
def test_the_line_of_the_best_expected_is_that_of_a_part_where_only_it_has_points(
    grids, other, shift, column
):
    """Was a bug: far from any point of the other search the line was off by 9 to 27 GeV."""
    first = grids["1Lbb"]
    second = grids[other].assign(x=grids[other]["x"] + shift[0], y=grids[other]["y"] + shift[1])
    parts = {
        name: part.rename(columns={"x": "m1", "y": "m2"})
        for name, part in (("1Lbb", first), (other, second))
    }
    both = best_expected(
        {name: with_every_column(part) for name, part in parts.items()}, match={}
    ).rename(columns={"m1": "x", "m2": "y"})
    vertices = np.concatenate(lines_of(first, column))
    apart = np.hypot(*(vertices[:, None] - second[["x", "y"]].to_numpy()[None]).transpose(2, 0, 1))
    alone = vertices[apart.min(axis=1) > 150.0]
    assert len(alone) > 10
    lines = lines_of(both, column)
    assert max(nearest(vertex, lines) for vertex in alone) < 1e-3 * CELLS["1Lbb"]


def with_every_column(part):
    return part[["name", "m1", "m2"]].assign(mu_test=1.0, **part[[*CURVES, "status"]])


def nearest(place, lines):
    """How far a place is from some lines."""
    found = []
    for line in lines:
        start, along = line[:-1], np.diff(line, axis=0)
        part = ((place - start) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-30)
        feet = start + np.clip(part, 0.0, 1.0)[:, None] * along
        found.append(np.hypot(*(feet - place).T).min())
    return min(found)


def test_lines_of_1Lbb_are_where_they_were_found(grids):
    """At m2 = 60, 70 and 80 GeV, where either diagonal gave 737 or 730, 724 and 717."""
    lines = lines_of(grids["1Lbb"])
    assert [crossing(lines, m2) for m2 in (60.0, 70.0, 80.0)] == pytest.approx(
        [733.5, 730.3, 730.4], abs=0.1
    )


def crossing(lines, height):
    """The largest abscissa at which lines cross a height."""
    found = []
    for line in lines:
        (x, y), (dx, dy) = line[:-1].T, np.diff(line, axis=0).T
        hit = (y - height) * (y + dy - height) < 0.0
        found += (x[hit] + dx[hit] * (height - y[hit]) / dy[hit]).tolist()
    return max(found)


@pytest.mark.parametrize(("name", "half_width"), [("1Lbb", 11.1), ("staus", 7.9), ("3L-RJ", 6.3)])
def test_uncertainty_by_interpolation_is_what_the_documentation_says(grids, name, half_width):
    grid = grids[name]
    found = line_uncertainty(grid["x"], grid["y"], grid["CLs_obs"])
    assert found.half_width == pytest.approx(half_width, rel=0.05)
    mirrored = line_uncertainty(-grid["x"], grid["y"], grid["CLs_obs"])
    assert mirrored.half_width == pytest.approx(found.half_width, rel=1e-3)
