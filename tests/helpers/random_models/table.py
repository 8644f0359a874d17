"""How often the engine is wrong on random likelihoods, by family."""

import math
from collections.abc import Iterable, Sequence

from random_models.comparison import OFF, Compared

__all__ = ["counts", "table"]

COLUMNS = (
    "family", "models", "several minima", "failed", "main compared", "main off", "main turned",
    "search off", "search turned", "exhaustive off", "exhaustive turned",
)  # fmt: skip


def counts(family: str, compared: Sequence[Compared]) -> dict[str, str | int]:
    """Count what is wrong in one family."""

    def off(name: str) -> int:
        return sum(each.off.get(name, 0.0) > OFF for each in compared)

    def turned(name: str) -> int:
        return sum(name in each.turned for each in compared)

    return dict(
        zip(
            COLUMNS,
            (
                family,
                len(compared),
                sum(max(each.right.minima.values()) > 1 for each in compared),
                sum(bool(each.failed) for each in compared),
                sum(not math.isnan(each.off.get("main", math.nan)) for each in compared),
                off("main"),
                turned("main"),
                off("search"),
                turned("search"),
                off("exhaustive"),
                turned("exhaustive"),
            ),
            strict=True,
        )
    )


def table(compared: Iterable[Compared]) -> str:
    """Return the counts as a Markdown table, with all families last."""
    families: dict[str, list[Compared]] = {}
    for each in compared:
        families.setdefault(each.family, []).append(each)
    every = [each for family in families.values() for each in family]
    rows = [counts(family, members) for family, members in families.items()]
    lines = [COLUMNS, ["---", *["---:"] * (len(COLUMNS) - 1)]]
    lines += [list(map(str, row.values())) for row in [*rows, counts("all", every)]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
