"""What the message of a row says of an odd signal: yields below 0, or none at all."""

import numpy as np

from fitscan.model.arrays import Model

__all__ = ["words_of_signal"]

_TOLD = 3  # bins that are named; of more only their number


def words_of_signal(model: Model) -> str:
    """Say what is odd about the nominal signal yields; empty if nothing is.

    The signal is every sample with the parameter of interest, and its yield in a bin is the sum of
    theirs: one of them may be negative, as an interference is.
    """
    arrays = model.arrays
    cells = (arrays.factors == model.poi - arrays.alphas).any(axis=1)
    nominal = arrays.nominal[cells]
    if not nominal.any():
        # Variations may be all that the signal is.
        shaped = bool((arrays.span[cells, 1] > arrays.span[cells, 0]).any())
        return "" if shaped else "the signal has no events, so CLs says nothing about it"
    if nominal.min() >= 0.0:
        return ""
    yields = np.bincount(arrays.bin[cells], weights=nominal, minlength=arrays.bins)
    places = [
        f"bin {number} of channel {channel!r} ({events:.3g} events)"
        for (channel, number), events in zip(_bins(model), yields.tolist(), strict=True)
        if events < 0.0
    ]
    if not places:
        return ""
    more = f" and {len(places) - _TOLD} more" if len(places) > _TOLD else ""
    return f"the signal is negative in {', '.join(places[:_TOLD])}{more}"


def _bins(model: Model) -> list[tuple[str, int]]:
    """Name the bins: each by its channel and its number there, from 1."""
    return [(name, number) for name, bins in model.channels for number in range(1, bins + 1)]
