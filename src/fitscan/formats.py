"""Numbers and times as people read them; results.csv has all the digits."""

import math
from collections.abc import Sequence

__all__ = [
    "MISSING",
    "aligned",
    "beside",
    "counted",
    "duration",
    "measured",
    "plain",
    "significant",
]

MISSING = "–"

# As wide as a digit where digits are equally wide.
FIGURE_SPACE = "\u2007"

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def beside(value: float, line: float | None, digits: int) -> int:
    """Return with how many significant digits a number is on its own side of a line.

    >>> beside(0.0496, 0.05, 2), beside(1.04, 1.0, 2), beside(1.0, 1.0, 2)
    (3, 3, 2)

    Args:
        value: The number.
        line: What decides, such as the test size; None where nothing does.
        digits: At least so many.
    """
    if line is None or not math.isfinite(value):
        return digits

    def side(number: float) -> int:
        return (number > line) - (number < line)

    here = side(float(value))
    enough = (n for n in range(digits, 17) if side(float(f"{value:.{n}g}")) == here)
    return next(enough, 17)


def significant(value: float, digits: int = 3, *, line: float | None = None) -> str:
    """Return ``value`` with a number of significant digits, or a dash where there is no number.

    >>> [significant(x) for x in (0.5, 0.04567, -1.23e-7, 0.0, float("nan"))]
    ['0.500', '0.0457', '−1.23×10⁻⁷', '0', '–']

    Args:
        value: The number.
        digits: How many digits.
        line: What no number crosses by rounding: it gets more digits instead.
    """
    if not math.isfinite(value):
        return MISSING
    if value == 0.0:
        return "0"
    digits = beside(value, line, digits)
    mantissa, _, exponent = f"{value:#.{digits}g}".partition("e")
    mantissa = mantissa.replace("-", "−").removesuffix(".")
    return f"{mantissa}×10{str(int(exponent)).translate(SUPERSCRIPTS)}" if exponent else mantissa


def plain(value: float, digits: int, *, line: float | None = None, sign: str = "-") -> str:
    """Return a number with significant digits, at least all that are before its point.

    >>> [plain(x, 3) for x in (0.04567, 12.345, 1234.5)], plain(18.2, 2, sign="+")
    (['0.0457', '12.3', '1234'], '+18')

    Args:
        value: The number.
        digits: How many digits.
        line: What no number crosses by rounding: it gets more digits instead.
        sign: As in format specifications: ``+`` writes that of positive numbers too.
    """
    if math.isfinite(value):
        digits = max(digits, len(f"{abs(value):.0f}"))
    return f"{value:{sign}.{beside(value, line, digits)}g}"


def measured(value: float, error: float) -> str:
    """Return a number with its uncertainty, to two digits of this.

    >>> measured(0.9482, 0.00991), measured(0.95, float("nan"))
    ('0.9482\u202f±\u202f0.0099', '–')
    """
    if not (math.isfinite(value) and 0.0 < error < math.inf):
        return MISSING
    decimals = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{decimals}f}\u202f±\u202f{error:.{decimals}f}".replace("-", "−")


def aligned(texts: Sequence[str]) -> list[str]:
    """Pad the numbers of a column at the left, so that their decimal points are in one line."""
    heads = [len(text.partition(".")[0].partition("×")[0]) for text in texts]
    widest = max(heads, default=0)
    return [FIGURE_SPACE * (widest - head) + text for head, text in zip(heads, texts, strict=True)]


def duration(seconds: float, *, rough: bool = False) -> str:
    """Return a time in the units that suit it.

    >>> [duration(x) for x in (0.0421, 7.6, 245, 8000)]
    ['42.1 ms', '7.60 s', '4 min 5 s', '2 h 13 min']
    >>> [duration(x, rough=True) for x in (0.0421, 7.6, 245, 8000)]
    ['0 s', '8 s', '4 min', '2 h 13 min']

    Args:
        seconds: The time.
        rough: Whether it is not known, or need not be said, to more than a second or a minute.
    """
    if not math.isfinite(seconds):
        return MISSING
    if seconds < (59.5 if rough else 59.95):
        if rough:
            return f"{seconds:.0f} s"
        return f"{significant(seconds)} s" if seconds >= 1.0 else f"{significant(1e3 * seconds)} ms"
    minutes, rest = divmod(60 * round(seconds / 60.0) if rough else round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min" if rough else f"{minutes} min {rest} s"
    hours, minutes = divmod(round(seconds / 60.0), 60)
    return f"{hours} h {minutes} min"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "point"), counted(12500, "point")
    ('1 point', '12\u202f500 points')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", "\u202f")
