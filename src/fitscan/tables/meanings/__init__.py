"""What the columns and messages of the tables mean, in one place.

The report shows it at the heads of columns, and docs/results.md is written from it. No engine
imports it: a better word fits nothing anew.

    column     what is said of a column
    results    the columns of results.csv
    beside     the columns of the tables beside it
    messages   what may stand in the column message of results.csv, and what to do
    page       docs/results.md
"""

from fitscan.tables.meanings.beside import BESIDE
from fitscan.tables.meanings.column import LABELS, Meaning, by_column, plain
from fitscan.tables.meanings.messages import MESSAGES, Message, explained
from fitscan.tables.meanings.results import RESULTS

__all__ = [
    "BESIDE",
    "LABELS",
    "MESSAGES",
    "RESULTS",
    "Meaning",
    "Message",
    "by_column",
    "explained",
    "plain",
]
