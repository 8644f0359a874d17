"""A hypothesis strategy: any workspace and patch, some of its numbers as none should be.

Workspaces and patches are those of ``workspaces``, with all modifiers. Then a few numbers, names or
switches of both are replaced, anywhere: yields, variations, uncertainties, observations, initial
values, bounds and widths. So most cases are whole likelihoods with one or two faults.
"""

import copy
from collections.abc import Iterator
from typing import Any

from answered import Question
from hypothesis import strategies as st
from workspaces import ALPHAS, cases

__all__ = ["questions"]

# In shrinking order: the first is the least odd.
NUMBERS = [
    *(1.0, 0.0, 2.0, 10.0, 0.5, -1.0, 1e3, 1e-3, 5.0, -5.0),
    *(1e6, 1e-6, 1e8, 1e-8, 1e12, 1e-12, 1e16, 1e-16, -1e-10, -1e3, 1e-30, -1e16),
    *(1e18, 1e19, 1e30, 1e100, 1e154, 1e200, 1e300, 1.7e308),
    *(1e-100, 1e-154, 1e-200, 1e-300, 5e-324, -1e-300, -1e300),
]
KINDS = [
    {"kind": "asymptotic"},
    {"kind": "limits", "level": 0.95},
    {"kind": "limits", "level": 0.5},
    {"kind": "toys"},
    {"kind": "toys", "level": 0.95},
    {"kind": "coverage"},
]
STREAM = "0123456789abcdef" * 2


@st.composite
def questions(draw) -> Question:
    """Draw what a worker is asked about one point."""
    case = draw(cases(most_bins=5))
    document = {"ws": case.background, "ops": case.operations}
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 2, 3]))):
        # A new draw of the places: names and numbers come and go.
        document = _spoilt(draw, document)
    settings = {
        "engine": "compiled",
        "fallback": "none",
        "measurement": case.measurement,
        "mu_test": draw(st.sampled_from([*[1.0] * 8, 0.1, 0.1, 7.0, 1e-6, 1e6])),
        "test_stat": draw(st.sampled_from(["qtilde", "q"])),
        "poi_bounds": draw(
            st.sampled_from([None, None, None, [0.0, 20.0], [-5.0, 50.0], [-1e9, 1e12]])
        ),
        "interpolation": {
            "normsys": draw(st.sampled_from(["code4", "code1"])),
            "histosys": draw(st.sampled_from(["code4p", "code0", "code2"])),
        },
        "minima": draw(st.sampled_from(["search", "default", "search", "exhaustive"])),
        **draw(st.sampled_from(KINDS)),
    }
    return Question(document["ws"], document["ops"], settings, _blocks(draw, settings))


def _blocks(draw, settings: dict[str, Any]) -> list[dict[str, Any] | None]:
    """Return what is asked of the point: the test of the data, and toys or experiments."""
    blocks: list[dict[str, Any] | None] = [None]
    if settings["kind"] == "toys":
        blocks += [
            {
                "stream": STREAM,
                "hypothesis": hypothesis,
                "mu_test": settings["mu_test"],
                "first": 0,
                "count": draw(st.integers(1, 5)),
                "keep": draw(st.sampled_from(["histograms", "values"])),
            }
            for hypothesis in ("signal", "background")
        ]
    elif settings["kind"] == "coverage":
        count, toys = draw(st.integers(1, 2)), draw(st.integers(0, 3))
        blocks = [{"stream": STREAM, "first": 0, "count": count, "toys": toys}]
    return blocks


def _spoilt(draw, document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of which one number, name or switch is another, or is missing."""
    spoilt = copy.deepcopy(document)
    holders = list(_leaves(spoilt))
    holder, key = holders[draw(st.integers(0, len(holders) - 1))]
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int | float):
        change = draw(st.sampled_from(["replaced", "multiplied"]))
        number = draw(st.sampled_from(NUMBERS))
        product = number * value
        holder[key] = product if change == "multiplied" and abs(product) < 1e308 else number
    else:
        holder[key] = draw(st.sampled_from([*ALPHAS, "mu", "k_top", "lumi"]))
    return spoilt


def _leaves(part: Any) -> Iterator[tuple[Any, Any]]:
    """Yield where numbers, switches and names of modifiers are: what holds them, and the key."""
    parts = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in list(parts):
        if isinstance(value, dict | list):
            yield from _leaves(value)
        elif isinstance(value, bool | int | float) or (key == "name" and "type" in part):
            yield part, key
