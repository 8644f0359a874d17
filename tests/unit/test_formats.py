"""Numbers and durations as people read them."""

from fitscan.formats import aligned, duration, significant


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
