"""The list of the columns of results.csv is that of the code."""

from itertools import chain

import pytest

from fitscan import columns
from fitscan.kinds.registry import REGISTRY
from fitscan.report.table import CARD, COLUMNS
from fitscan.tables.meanings.beside import BESIDE
from fitscan.tables.meanings.column import LABELS, by_column
from fitscan.tables.meanings.results import RESULTS

SETTINGS = {
    "minima": "search",
    "level": 0.95,
    "signal_xsec_uncertainty": "xsec",
    "toys": {"limits": {}},
    "coverage": {},
}


def written():
    """All columns that a scan of any kind may have."""
    found = {"name", LABELS, columns.CHOSEN, *columns.TEXTS}
    for name, kind in REGISTRY.items():
        found |= {*kind.columns({**SETTINGS, "kind": name})}
    return found


def test_every_column_has_a_meaning_and_no_other_has():
    assert by_column(RESULTS).keys() == written()


def test_no_column_has_two_meanings():
    names = [name for meaning in RESULTS for name in meaning.columns]
    assert sorted(names) == sorted(set(names))


def test_columns_of_the_module_of_names_have_meanings():
    """A tuple of names that is added there has to come here."""
    names = chain.from_iterable(
        value
        for name, value in vars(columns).items()
        if name.isupper() and isinstance(value, tuple) and name not in {"AUDIT", "AUDIT_NUMBERS"}
    )
    others = {"m2", "m1", "0", "p1", "p2", *columns.FLAGGED, *columns.TIMES}
    assert {*names} - others <= by_column(RESULTS).keys()


@pytest.mark.parametrize("key", [c.key for c in COLUMNS] + [k for c in CARD for k in c[1]])
def test_what_the_report_shows_has_a_meaning(key):
    known = by_column([*RESULTS, *BESIDE["timings.csv"], *BESIDE["figures/status_map.csv"]])
    assert key in known
