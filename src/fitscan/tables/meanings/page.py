"""The tables of docs/results.md, written from what columns and messages mean.

Takes the page; gives it with the tables between its marks made anew::

    python -m fitscan.tables.meanings.page docs/results.md
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fitscan.columns import STATUSES
from fitscan.tables.meanings import beside, messages, results
from fitscan.tables.meanings.column import LABELS, Meaning
from fitscan.tables.meanings.messages import Message

__all__ = ["with_tables"]

_MARK = r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)"


def with_tables(page: str) -> str:
    """Return the page with its tables made anew."""
    made = {
        "results": _grouped(results.GROUPS, _columns),
        "beside": _beside(),
        "statuses": _rows(["status", "meaning"], [[f"`{s}`", t] for s, t in STATUSES.items()]),
        "messages": _grouped(messages.GROUPS, _messages),
    }
    return re.sub(_MARK, lambda mark: mark[1] + made[mark[2]] + mark[3], page, flags=re.DOTALL)


def _grouped(groups: Mapping[str, Sequence[Any]], table: Callable[[Sequence[Any]], str]) -> str:
    """Return a table for each heading."""
    return "\n".join(f"### {heading}\n\n{table(rows)}" for heading, rows in groups.items())


def _columns(meanings: Iterable[Meaning]) -> str:
    """Return a table of columns."""
    return _rows(
        ["column", "meaning", "unit", "formula", "empty"],
        [[_names(m), m.text, m.unit, m.source, m.empty] for m in meanings],
    )


def _beside() -> str:
    """Return one table of all columns of the other tables."""
    return _rows(
        ["table", "column", "meaning", "unit", "formula", "empty"],
        [
            ["" if n else f"`{path}`", _names(m), m.text, m.unit, m.source, m.empty]
            for path, meanings in beside.BESIDE.items()
            for n, m in enumerate(meanings)
        ],
    )


def _messages(known: Iterable[Message]) -> str:
    """Return a table of messages."""
    return _rows(
        ["message", "meaning", "what to do"], [[f"`{m.text}`", m.meaning, m.do] for m in known]
    )


def _names(meaning: Meaning) -> str:
    """Return names of columns, with a star for those of the expected band."""
    short = (re.sub("exp_(m2|m1|0|p1|p2)", "exp_*", column) for column in meaning.columns)
    return ", ".join(c if c == LABELS else f"`{c}`" for c in dict.fromkeys(short))


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_tables(path.read_text("utf-8")), "utf-8")
