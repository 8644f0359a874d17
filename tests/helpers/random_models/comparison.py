"""The engine's answers on random likelihoods beside the right ones."""

import math
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from scan_settings import COMPILED

from fitscan.columns import CLS, LOWEST_CLS
from fitscan.engines.compiled.adapter import CompiledEngine
from fitscan.likelihood import apply_patch
from random_models.generator import RandomModel, make
from random_models.likelihood import read
from random_models.right import Right, right_values

__all__ = ["OFF", "SEARCHES", "Compared", "compare", "engine_rows", "find_right"]

# Searches of the engine that are compared.
SEARCHES = ("search", "exhaustive")

# What CLs may be off by, and where a point is excluded.
OFF, TEST_SIZE = 2e-3, 0.05


@dataclass(frozen=True)
class Compared:
    """One likelihood, right and as the engine has it.

    Attributes:
        seed, number, family: The likelihood; see ``RandomModel``.
        right: The right values.
        rows: The engine's columns, by search.
        off: By how much CLs is off, observed or expected, in ``main`` columns and in those of the
            lowest minima by each search; NaN where nothing is compared.
        turned: Which of these have an exclusion, observed or expected, that is wrong.
        failed: Which searches have no numbers.
        cpu_s: CPU seconds, of the right values and of the engine by search.
    """

    seed: int
    number: int
    family: str
    right: Right
    rows: dict[str, dict[str, Any]]
    off: dict[str, float] = field(default_factory=dict)
    turned: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    cpu_s: dict[str, float] = field(default_factory=dict)

    @property
    def wrong(self) -> list[str]:
        """What is wrong with the engine's answers, in words."""
        off = [name for name, size in self.off.items() if size > OFF]
        turned = [f"{name} turned" for name in self.turned]
        return [*off, *turned, *(f"{name} failed" for name in self.failed)]

    def document(self) -> dict[str, Any]:
        """Return all of it for a JSON file, with the likelihood."""
        model = make(self.seed, self.number)
        return {
            "wrong": self.wrong,
            **asdict(self),
            "workspace": model.workspace,
            "patch": model.patch,
        }


def engine_rows(model: RandomModel, searches: tuple[str, ...] = SEARCHES) -> dict[str, Any]:
    """Return the engine's rows by search."""
    rows = {}
    for search in searches:
        engine = CompiledEngine(model.workspace, COMPILED | {"minima": search})
        rows[search] = engine.fit_point(apply_patch(model.workspace, model.patch, where=model.name))
    return rows


def find_right(seed: int, number: int) -> Right:
    """Return the right values of one likelihood; this takes some 0.15 s."""
    return right_values(read(make(seed, number).complete()), [seed, number])


def compare(
    seed: int, number: int, right: Right | None = None, *, searches: tuple[str, ...] = SEARCHES
) -> Compared:
    """Fit one likelihood by the engine and compare.

    Args:
        seed: With ``number``, what the likelihood is made from.
        number: See ``seed``.
        right: The right values, if they are known.
        searches: Which searches of the engine are compared.
    """
    model = make(seed, number)
    spent = {}
    if right is None:
        begin = time.process_time()
        right = find_right(seed, number)
        spent["right"] = time.process_time() - begin
    rows = engine_rows(model, searches)
    off, turned, failed = {}, [], []
    for search, row in rows.items():
        spent[search] = row["cpu_s"]
        if row["status"] != "ok":
            failed.append(search)
            continue
        answers = {search: (LOWEST_CLS, right.lowest, right.lowest_unclear)}
        if search == searches[0]:
            answers["main"] = (CLS, right.main, right.main_unclear)
        for name, (columns, wanted, unclear) in answers.items():
            got = [row[column] for column in columns]
            off[name] = math.nan if unclear else max(map(_distance, got, wanted))
            if not unclear and any(map(_turned, got, wanted)):
                turned.append(name)
    return Compared(seed, number, model.family, right, rows, off, turned, failed, spent)


def _distance(got: float | None, wanted: float) -> float:
    return math.inf if got is None or not math.isfinite(got) else abs(got - wanted)


def _turned(got: float | None, wanted: float) -> bool:
    """Tell whether an exclusion is wrong, not counting what rounding decides."""
    excluded = got is not None and got < TEST_SIZE
    return excluded != (wanted < TEST_SIZE) and abs(wanted - TEST_SIZE) > 1e-5
