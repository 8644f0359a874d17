"""Toys, each with a random stream of its own, so that they are the same however they are split.

Takes the expectation of everything at some parameters; gives data in which all of it fluctuates,
the events of bins and the auxiliary measurements alike, as ``make_pdf(...).sample`` of pyhf does.
Streams are counter-based, Philox (doi:10.1145/2063384.2063405): the key of a stream says whose toys
they are, the counter which toy.
"""

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import GAUSSIAN, POISSON, Arrays, Data, FloatArray
from fitscan.model.ranges import LARGEST, in_range

__all__ = ["draw_toys"]


def draw_toys(
    arrays: Arrays, expected: Data, stream: str, *, first: int, count: int
) -> tuple[FloatArray, FloatArray]:
    """Draw toys.

    Args:
        arrays: The model.
        expected: What is expected; see ``fits.fits.asimov_data``.
        stream: 32 hexadecimal digits; another stream gives independent toys.
        first: Index of the first toy.
        count: Number of toys.

    Returns:
        Events, (toys, bins), and auxiliary measurements, (toys, parameters).

    Raises:
        ModelError: So many events are expected that none can be drawn.
    """
    key = [int(stream[half : half + 16], 16) for half in (0, 16)]
    philox = np.random.Philox(key=np.array(key, dtype=np.uint64))
    generator = np.random.Generator(philox)
    start = philox.state
    gaussian = arrays.constraint == GAUSSIAN
    poisson = np.flatnonzero(arrays.constraint == POISSON)
    widths = arrays.sigma[gaussian]
    # In one call: each call takes as long as a dozen numbers.
    rates = np.concatenate([expected.main, expected.auxiliary[poisson]])
    if not in_range(rates):
        raise ModelError(
            "toys cannot be drawn with so many events in a bin or an auxiliary measurement",
            value=float(rates.max()),
            hint=f"up to {LARGEST:g} can; look for too large a yield, or too small a shapesys",
        )
    bins = len(expected.main)
    main = np.empty((count, bins))
    auxiliary = np.tile(expected.auxiliary, (count, 1))
    smeared = expected.auxiliary[gaussian] + np.zeros((count, len(widths)))
    for number in range(count):
        # The lower words count the numbers within a stream.
        start["state"]["counter"][2] = first + number
        philox.state = start
        events = generator.poisson(rates)
        main[number] = events[:bins]
        auxiliary[number, poisson] = events[bins:]
        smeared[number] += widths * generator.standard_normal(len(widths))
    auxiliary[:, gaussian] = smeared
    return main, auxiliary
