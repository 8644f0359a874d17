"""The best expected of each point: the results of the part that is expected to exclude most.

It is what collaborations do where selections overlap: the choice looks at the expected CLs, not at
the data, so that the observed CLs keeps its meaning. It is not a statistical combination.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from fitscan.columns import CHOSEN
from fitscan.likelihood.combination.points import label_order
from fitscan.tables.results import grid_labels

__all__ = ["best_expected", "with_equal_labels"]


def best_expected(
    results: Mapping[str, pd.DataFrame], *, match: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return for each point the row of the part with the smallest expected CLs.

    A row that is not ok is taken where no part has one that is; of equals the first part's.

    Args:
        results: ``results.csv`` of each part, by its name.
        match: See ``fitscan.likelihood.combination.points.label_order``.

    Returns:
        The columns that all parts have, and ``chosen``. Points are in the order of the first part,
        what the next one adds comes after; they are called as in the first part that has them.

    Raises:
        LikelihoodError: A part has other labels than the first one.
    """
    aligned = with_equal_labels(results, match=match)
    labels = grid_labels(next(iter(aligned.values())))
    rows = pd.concat(
        [table.assign(**{CHOSEN: part}) for part, table in aligned.items()],
        join="inner",
        ignore_index=True,
    )
    known = rows.drop_duplicates(labels)
    ranked = rows.assign(not_ok=rows["status"] != "ok").sort_values(
        ["not_ok", "CLs_exp_0"], kind="stable"
    )
    best = known[labels].merge(ranked.drop_duplicates(labels), on=labels)
    best["name"] = _names(known)
    return best[rows.columns]


def with_equal_labels(
    results: Mapping[str, pd.DataFrame], *, match: Mapping[str, Sequence[str]]
) -> dict[str, pd.DataFrame]:
    """Return the results of all parts with the labels of the first one.

    Args:
        results: ``results.csv`` of each part, by its name.
        match: See ``fitscan.likelihood.combination.points.label_order``.

    Raises:
        LikelihoodError: A part has other labels than the first one.
    """
    own = {part: grid_labels(table) for part, table in results.items()}
    labels = next(iter(own.values()))
    order = label_order(own, match)
    return {
        part: table.rename(
            columns={own[part][k]: label for k, label in zip(order[part], labels, strict=True)}
        )
        for part, table in results.items()
    }


def _names(points: pd.DataFrame) -> list[str]:
    """Return names of points, with that of the part where another one has taken the name."""
    taken = points["name"].duplicated()
    return points["name"].mask(taken, points["name"] + "." + points[CHOSEN]).tolist()
