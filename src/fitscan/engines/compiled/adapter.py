"""The engine ``compiled``: works answered by ``fitscan.model`` and ``fitscan.engines.compiled``.

Takes a workspace and settings once, and then hypotheses; gives rows.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from fitscan import __version__
from fitscan.columns import has_limits, result_columns
from fitscan.engines.base import Answer, Row, Work
from fitscan.engines.compiled.coverage import run_experiments
from fitscan.engines.compiled.data_tests import (
    DataTests,
    check_strength,
    joined,
    tested_row,
)
from fitscan.engines.compiled.hypotheses import Hypotheses
from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.toy_starts import toy_starts
from fitscan.engines.compiled.inference.toys import throw_toys
from fitscan.engines.cross_section import SHIFTS
from fitscan.errors import ModelError
from fitscan.model import Model
from fitscan.plan.blocks import Block, Experiments
from fitscan.statistics.counts import on_grid, packed_values, q_on_grid
from fitscan.statistics.extremes import count_extreme

__all__ = ["CompiledEngine"]

# The fitted strength of toys is kept in steps of the tested one divided by this.
_PER_STRENGTH = 256


class CompiledEngine:
    """Fits the hypotheses of one analysis.

    Args:
        workspace: The background-only workspace.
        settings: ``kind``, ``mu_test``, ``test_stat``, ``poi_bounds``, ``measurement``,
            ``interpolation``, ``minima``; ``level`` where limits are asked for,
            ``signal_xsec_uncertainty`` where the cross-section is moved.
        fallback: What answers the hypotheses that this engine refuses; None makes them failed rows.
    """

    def __init__(
        self,
        workspace: Mapping[str, Any],
        settings: dict[str, Any],
        *,
        fallback: Answer | None = None,
    ) -> None:
        self._workspace = workspace
        self._settings = settings
        self._fallback = fallback
        self._hypotheses = Hypotheses(workspace, settings)
        self._tests = DataTests(self._hypotheses, settings)
        self._shifted = {
            column: Hypotheses(workspace, settings, shift=shift)
            for column, shift in (SHIFTS if "signal_xsec_uncertainty" in settings else {}).items()
        }

    def answer(self, works: Sequence[Work]) -> list[Row]:
        """Answer works in order; what this engine refuses is a row too, or goes to the fallback."""
        return [
            self.fit_point(
                work.signal.apply(self._workspace, name=work.name),
                block=work.block,
                refused=None if self._fallback is None else partial(self._by_fallback, work),
            )
            for work in works
        ]

    def fit_point(
        self,
        hypothesis: Mapping[str, Any],
        *,
        block: Block | Experiments | None = None,
        refused: Callable[[ModelError], Row] | None = None,
    ) -> Row:
        """Answer one hypothesis.

        Args:
            hypothesis: The workspace of the hypothesis, sharing with the background what stays.
            block: Toys to throw, or experiments to make; None tests the data.
            refused: Answers what this engine refuses; None makes it a failed row.
        """
        wall, cpu = time.perf_counter(), time.process_time()
        row: Row = dict.fromkeys(result_columns(self._settings) if block is None else ())
        row |= {"mu_test": self._settings["mu_test"], "status": "ok", "message": ""}
        row["engine"] = f"compiled-{__version__}"
        try:
            model = self._hypotheses.model(hypothesis)
            row |= self._tests.test(model).row if block is None else self._thrown(model, block)
            if block is None and row["status"] == "ok" and self._shifted:
                row = joined(row, self._with_shifts(hypothesis))
        except ModelError as error:
            failed: Row = {"status": "failed", "message": str(error)}
            row |= failed if refused is None else refused(error)
        return row | {
            "wall_s": round(time.perf_counter() - wall, 6),
            "cpu_s": round(time.process_time() - cpu, 6),
        }

    def _with_shifts(self, hypothesis: Mapping[str, Any]) -> Row:
        """Return the columns of a cross-section that is moved by its uncertainty."""
        row: Row = {}
        problems = []
        for column, hypotheses in self._shifted.items():
            model = hypotheses.model(hypothesis)
            tested = tested_row(
                model,
                hypotest(
                    model,
                    mu_test=self._settings["mu_test"],
                    test_stat=self._settings["test_stat"],
                ),
            )
            row[column] = tested.get("CLs_obs")
            if tested["status"] != "ok":
                problems.append(f"{column}: {tested['message']}")
        return row | {"message": "; ".join(problems)}

    def _thrown(self, model: Model, block: Block | Experiments) -> Row:
        """Return the toys or experiments of a block; without a fit, its status and message."""
        mu_test = block.mu_test if isinstance(block, Block) else self._settings["mu_test"]
        check_strength(model, mu_test)
        # The conditional fits to the data say where toys are thrown, as in pyhf's ToyCalculator.
        test = hypotest(model, mu_test=mu_test)
        tested = tested_row(model, test)
        if tested["status"] != "ok":
            return tested
        starts = None
        if self._settings["minima"] != "default":
            lowest = self._tests.search(model, test)
            test, starts = lowest.test, toy_starts(lowest)
        if isinstance(block, Experiments):
            return run_experiments(
                model,
                test.signal.pars,
                block,
                mu_test=mu_test,
                test_stat=self._settings["test_stat"],
                starts=starts,
            )
        at = test.signal if block.hypothesis == "signal" else test.background
        toys = throw_toys(
            model,
            at.pars,
            block.stream,
            mu_test=mu_test,
            first=block.first,
            count=block.count,
            starts=starts,
        )
        q, mu_hat = toys.q, toys.mu_hat
        if block.keep == "histograms":
            q, mu_hat = q_on_grid(q), on_grid(mu_hat, mu_test / _PER_STRENGTH)
        return {
            "q": packed_values(q),
            "mu_hat": packed_values(mu_hat),
            "q_obs": test.q,
            "n_extreme": count_extreme(toys.q, test.q),
            "failed": int(np.isnan(toys.q).sum()),
            "again": int(toys.again.sum()),
        }

    def _by_fallback(self, work: Work, error: ModelError) -> Row:
        """Return the row of a point that this engine refused."""
        assert self._fallback is not None
        (row,) = self._fallback([work])
        notes = [f"fitted by pyhf: {error}", row["message"]]
        if has_limits(self._settings):
            row["status"] = "failed"
            notes.append("the fallback pyhf computes no limits")
        return row | {"message": "; ".join(filter(None, notes))}
