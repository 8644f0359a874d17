"""Numbers and durations as people read them."""

import pytest

from fitscan.formats import aligned, beside, duration, plain, significant


def test_numbers_are_short_and_aligned() -> None:
    numbers = [significant(x) for x in (0.05, 1.0, -12.3456, 1234.5, 4e-9, float("inf"))]
    assert numbers == ["0.0500", "1.00", "−12.3", "1.23×10³", "4.00×10⁻⁹", "–"]
    assert aligned(["0.1", "−12.5", "7"]) == ["\u2007\u20070.1", "−12.5", "\u2007\u20077"]
    assert [duration(x) for x in (0.5, 59.97, 3599.7, float("nan"))] == [
        "500 ms",
        "1 min 0 s",
        "1 h 0 min",
        "–",
    ]
    assert [duration(x, rough=True) for x in (59.4, 59.7, 89.0, 3580.0)] == [
        "59 s",
        "1 min",
        "1 min",
        "1 h 0 min",
    ]


@pytest.mark.parametrize(
    ("value", "line", "text"),
    [
        (0.04999, 0.05, "0.04999"),
        (0.050001, 0.05, "0.050001"),
        (0.05, 0.05, "0.0500"),
        (0.0123, 0.05, "0.0123"),
        (0.99996, 1.0, "0.99996"),
        (1.004, 1.0, "1.004"),
        (float("nan"), 1.0, "–"),
    ],
)
def test_no_number_crosses_a_line_by_rounding(value: float, line: float, text: str) -> None:
    """Was a bug: a CLs of 0.04999 was an excluded 0.0500."""
    assert significant(value, line=line) == text


@pytest.mark.parametrize(
    ("value", "line", "text"),
    [
        (1234.5, None, "1234"),
        (-120.4, None, "-120"),
        (0.04567, None, "0.046"),
        (99.7, None, "99.7"),
        (1250.3, 1250.0, "1250.3"),
        (float("nan"), 1.0, "nan"),
    ],
)
def test_numbers_of_figures_have_all_digits_before_the_point(value, line, text) -> None:
    """Was a bug: a limit of 1234 GeV was 1.23e+03."""
    assert plain(value, 2, line=line) == text


def test_without_a_line_there_are_as_many_digits_as_wanted() -> None:
    assert beside(0.04999, None, 2) == 2
