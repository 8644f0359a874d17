"""A small scan, and what the configuration says of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fitscan.columns import CHOSEN, CLS, CLS_ERRORS, LIMIT_ERRORS, LIMITS, MU_UP, TOYS
from fitscan.config.check import check_config
from fitscan.contour import plane_table
from fitscan.hepdata import About
from fitscan.tables.results import results_table

PLANE = [(float(x), float(y)) for x in range(100, 600, 100) for y in range(0, 300, 50)]


@pytest.fixture
def about() -> Callable[..., About]:
    """Build what the configuration of an analysis says, defaults filled in."""

    def build(**settings: Any) -> About:
        analysis = {"workspace": "w.json", "patches": "p.json", **settings}
        config = check_config({"analyses": {"search": analysis}})
        return About("search", config["analyses"]["search"])

    return build


@pytest.fixture
def results() -> pd.DataFrame:
    """A scan of a plane with limits and toys, whose third point has failed and whose fifth has
    no toys; all numbers are random and have all their digits."""
    random = np.random.default_rng(20)
    columns = ("mu_test", *CLS, "mu_hat", *LIMITS, *TOYS, *LIMIT_ERRORS)
    rows: list[dict[str, Any]] = []
    for x, y in PLANE:
        row: dict[str, Any] = dict(zip(columns, random.uniform(0, 1, len(columns)), strict=True))
        row |= {f"CLs_{k}": 0.05 * (x + y) / 350.0 * 10**s for k, s in
                zip(("obs", "exp_m2", "exp_m1", "exp_0", "exp_p1", "exp_p2"),
                    (0.01, -0.6, -0.3, 0, 0.3, 0.6), strict=True)}  # fmt: skip
        row |= {"status": "ok", "message": "", "engine": "compiled", "key": f"{x}{y}"}
        rows.append(row)
    rows[2] |= {"status": "not_converged", "message": "no", **dict.fromkeys(columns)}
    rows[4] |= dict.fromkeys((*CLS_ERRORS, *LIMIT_ERRORS, *MU_UP))
    points = [{"name": f"m_{x}_{y}", "values": [x, y]} for x, y in PLANE]
    return results_table(points, rows, labels=["m1", "m2"], columns=columns)


@pytest.fixture
def exclusion(results: pd.DataFrame) -> pd.DataFrame:
    """The lines of that plane."""
    CLs = {column: results[column] for column in CLS}
    return plane_table(results["m1"], results["m2"], CLs, names=["m1", "m2"])


@pytest.fixture
def chosen(results: pd.DataFrame) -> pd.DataFrame:
    """The same as the best expected of two regions, in turn."""
    return results.assign(**{CHOSEN: ["low", "high"] * (len(results) // 2)})


@pytest.fixture
def either(about: Callable[..., About]) -> Callable[..., About]:
    """Build what the configuration says of a best-expected combination of these regions."""

    def build(**settings: Any) -> About:
        parts = {"low": "Low mass", "high": None}
        said = about(**settings).settings | {"how": "best_expected", "parts": parts}
        return About("either", said)

    return build
