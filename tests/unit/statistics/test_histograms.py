"""Histograms of toys, and the table of them."""

import numpy as np

from fitscan.statistics.counts import Sample
from fitscan.statistics.histograms import distributions
from fitscan.tables.toys import distributions_table

SIGNAL, BACKGROUND = ([0.0, 0.0, 1.0, 4.0], [1.5, 1.5, 0.2, 0.0]), ([0.0, 9.0], [1.22, -0.5])


def of(*hypotheses):
    samples = [tuple(Sample.of(np.array(numbers)) for numbers in toys) for toys in hypotheses]
    return distributions(dict(zip(("signal", "background"), samples, strict=True)))


def bins(edges, counts):
    """The lower edge of each bin that holds something, with its number."""
    return {float(low): n for low, n in zip(np.round(edges[:-1], 6), counts, strict=True) if n}


def test_histograms_hold_each_toy_once_on_edges_that_both_hypotheses_share():
    found = of(SIGNAL, BACKGROUND)
    q_edges, mu_edges = found["sqrt_q_edges"], found["mu_hat_edges"]
    assert (q_edges[0], q_edges[-1], mu_edges[0], mu_edges[-1]) == (0.0, 3.0, -0.5, 1.5)
    assert (found["signal"]["at_zero"], found["background"]["at_zero"]) == (2, 1)
    # Edges are 0.075 and 0.05 apart; the last bin holds its upper end.
    assert bins(q_edges, found["signal"]["sqrt_q"]) == {0.975: 1, 1.95: 1}
    assert bins(q_edges, found["background"]["sqrt_q"]) == {2.925: 1}
    assert sum(found["signal"]["mu_hat"]) == 4
    assert bins(mu_edges, found["background"]["mu_hat"]) == {-0.5: 1, 1.2: 1}


def test_toys_that_are_all_alike_have_a_histogram():
    found = of(([0.0, 0.0], [0.7, 0.7]), ([0.0], [0.7]))
    assert (found["signal"]["at_zero"], sum(found["signal"]["sqrt_q"])) == (2, 0)
    assert bins(found["mu_hat_edges"], found["signal"]["mu_hat"]) == {0.7: 2}


def test_table_has_a_row_for_each_bin_of_each_histogram():
    table = distributions_table(of(SIGNAL, BACKGROUND))
    sums = table.groupby(["quantity", "hypothesis"], sort=False)["toys"].agg(["size", "sum"])
    assert sums.index.tolist() == [
        (q, h) for q in ("sqrt_q", "mu_hat") for h in ("signal", "background")
    ]
    assert sums.to_numpy().tolist() == [[40, 2], [40, 1], [40, 4], [40, 2]]
    assert (table["low"] < table["high"]).all()


def test_table_of_no_point_has_no_rows():
    none = distributions_table(None)
    assert len(none) == 0
    assert none.columns.tolist() == distributions_table(of(SIGNAL, BACKGROUND)).columns.tolist()
