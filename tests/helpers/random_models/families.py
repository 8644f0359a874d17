"""What random likelihoods have, by family: each family has something that makes fits hard."""

from dataclasses import dataclass

__all__ = ["CYCLE", "FAMILIES", "Family"]


@dataclass(frozen=True)
class Family:
    """Probabilities, unless stated otherwise.

    Attributes:
        times: How often the family comes in a cycle of numbers; not a probability.
        most_channels, most_bins: Largest numbers of channels, and of bins in each.
        shape: Of a shape variation of a sample, by each shape parameter.
        one_sided: That the curved sample (see ``drawing``) is varied to one side.
        equal: Whether up and down are then equal; not a probability.
        large_norm: That a normsys is large or to one side.
        free_norm: Of a free normalisation of a background.
        empty_bin: Of a bin without events in which little is expected.
        open_bin: Of a bin without events, and without background but under the up variation.
        negative: Of a negative yield of a background.
        statistics: Of a staterror and a shapesys in each channel.
        lumi: Of an uncertain luminosity.
    """

    times: int
    most_channels: int = 3
    most_bins: int = 4
    shape: float = 0.6
    one_sided: float = 0.0
    equal: bool = True
    large_norm: float = 0.0
    free_norm: float = 0.0
    empty_bin: float = 0.0
    open_bin: float = 0.0
    negative: float = 0.0
    statistics: float = 0.1
    lumi: float = 0.1


FAMILIES = {
    "one_sided": Family(8, shape=1.0, one_sided=1.0),
    "nearly_one_sided": Family(2, shape=1.0, one_sided=1.0, equal=False),
    "two_sided": Family(2, shape=0.8),
    "large_norm": Family(2, shape=0.3, large_norm=1.0, lumi=0.5),
    "free_norm": Family(2, most_channels=1, most_bins=2, shape=0.3, free_norm=0.8),
    "empty_bins": Family(1, empty_bin=1.0),
    "zero_nominal": Family(1, most_channels=1, open_bin=1.0),
    "statistics": Family(1, statistics=1.0),
    "mixed": Family(
        1,
        one_sided=0.4,
        large_norm=0.3,
        free_norm=0.3,
        empty_bin=0.3,
        negative=0.2,
        statistics=0.6,
        lumi=0.5,
    ),
}

# Numbers in turn have these families.
CYCLE = [name for name, family in FAMILIES.items() for _ in range(family.times)]
