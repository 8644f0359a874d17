"""The likelihoods of these tests, and what the engine says of them."""

from pathlib import Path

import pytest
from random_models.comparison import compare
from random_models.known import read_known

# Made by `python bench/random_models.py --save tests/differential/right_values.jsonl`.
RIGHT_VALUES = Path(__file__).with_name("right_values.jsonl")
SEED = 0


@pytest.fixture(scope="session")
def right_values():
    """Right values by number."""
    return read_known(RIGHT_VALUES)


@pytest.fixture(scope="session")
def compared(right_values):
    """All likelihoods, compared; the exhaustive search only where there are several minima."""
    return [
        compare(
            SEED,
            number,
            right,
            searches=("search", "exhaustive") if max(right.minima.values()) > 1 else ("search",),
        )
        for number, right in right_values.items()
    ]
