"""The table of all toys, toys.parquet: a row for each, where every value was kept."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fitscan.errors import ShardError
from fitscan.kinds.toys.points import toy_points
from fitscan.plan.blocks import HYPOTHESES
from fitscan.plan.known_rows import Expected, known_rows
from fitscan.plan.scan import Scan
from fitscan.statistics.counts import unpacked_values

__all__ = ["toy_tables"]

log = logging.getLogger(__name__)


def toy_tables(
    scan: Scan, rows: Sequence[Mapping[str, Any]], journal: Path
) -> Iterator[pd.DataFrame]:
    """Yield the toys of each point, in the order of the patchset.

    They have the columns ``name``, ``hypothesis``, ``toy`` (its index), ``q`` and ``mu_hat``; the
    last two are NaN where a fit failed. Limits may have thrown more, at other strengths.

    Args:
        scan: The scan.
        rows: The row of each of its points.
        journal: The folder of the journal, where the blocks are.

    Raises:
        ShardError: The journal has lost blocks.
    """
    points = toy_points(scan, scan.keys)
    blocks = {
        (number, hypothesis): [
            *point.blocks(
                hypothesis,
                row[f"n_toys_{hypothesis}"],
                mu=scan.settings["mu_test"],
                options=scan.settings["toys"],
            )
        ]
        for number, (point, row) in enumerate(zip(points, rows, strict=True))
        if row["status"] == "ok"
        for hypothesis in HYPOTHESES
    }
    wanted = {
        key: Expected(key, scan.points[number].name)
        for (number, _), of_one in blocks.items()
        for key, _ in of_one
    }
    found = {row["key"]: row for row in known_rows(journal, wanted, warn=log.warning)}
    if len(found) < len(wanted):
        raise ShardError(
            f"{len(wanted) - len(found)} of {len(wanted)} blocks of toys are not in the journal",
            value=str(journal),
            hint="delete the shards of this scan and start again: the toys are thrown again",
        )
    for (number, hypothesis), of_one in blocks.items():
        q, mu_hat = (
            np.concatenate([np.empty(0), *(unpacked_values(found[key][name]) for key, _ in of_one)])
            for name in ("q", "mu_hat")
        )
        yield pd.DataFrame(
            {
                "name": scan.points[number].name,
                "hypothesis": hypothesis,
                "toy": np.arange(len(q)),
                "q": q,
                "mu_hat": mu_hat,
            }
        )
