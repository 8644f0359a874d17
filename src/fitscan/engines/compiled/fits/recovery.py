"""What is done where a fit does not converge: rates of 0, impossible starts, long valleys.

Takes the fit that failed and gives the best that can be had, with its status.

*A rate of 0.* The NLL of an empty bin is its rate, which nothing keeps from 0, and beyond 0 there
is no likelihood. At a minimum with a rate of 0 no step leads down and the Hessian proves nothing.
Such a fit is made by a barrier: empty bins get n = 1e-2, ..., 1e-8 events in turn, whose term
-n ln(rate) keeps the rate positive (Nocedal and Wright, Numerical Optimization, 2nd ed., section
19.6). At the last minimum, which has the certificate of any other, the NLL is by 1.5e-8 for each
of these bins, at most, above the lowest one with rates that are not negative. Where a bin expects
nothing at all beyond an edge, a fit from there is held there (``fits.edges``).

*No likelihood at the start.* Where a rate is negative, or 0 with events, the bin is given
additional events, but fewer than it has, so that the fit raises its rate until the likelihood is
positive.

*A long valley.* A fit that runs out of steps goes on from where it ended.
"""

from dataclasses import replace

import numpy as np

from fitscan.engines.compiled.fits.edges import beyond_edge
from fitscan.engines.compiled.kernels.batch import fit_batch, nll_at, rates_at
from fitscan.engines.compiled.kernels.minimum import (
    CONVERGED,
    NO_LIKELIHOOD,
    TOO_MANY_STEPS,
    Minimum,
)
from fitscan.engines.compiled.kernels.objective import LEAST_RATE
from fitscan.engines.compiled.kernels.problem import ENDURANCE, MOST_STEPS
from fitscan.model.arrays import NO_FACTOR, Arrays, BoolArray, Data, FloatArray, Model

__all__ = ["BARRIERS", "impossible_bins", "recovered", "with_events"]

# Events that empty bins get in turn.
BARRIERS = (1e-2, 1e-4, 1e-6, 1e-8)

# Newton steps of a fit behind a barrier: many times what these take, but along a rate of 0 that no
# barrier holds a fit would creep for ever.
_STAGE_STEPS = 1000

# How often the rates of bins without a likelihood are raised, the part of their events that they
# are given, the least events at first, how many times more each time, since the other bins may
# pull the other way, and the Newton steps of each such fit, which need not end at a minimum.
_MOST_LIFTS, _GIVEN, _LEAST_EVENTS, _MORE, _FEW_STEPS = 10, 0.01, 0.1, 4.0, 30


def recovered(
    model: Model,
    data: Data,
    start: FloatArray,
    mu: float | None,
    failed: Minimum,
    *,
    endurance: int = ENDURANCE,
) -> Minimum:
    """Make a fit that has not converged once more.

    Args:
        model: The hypothesis.
        data: What is fitted to.
        start: Where the fit started, (parameters,).
        mu: Signal strength that is held; None fits it.
        failed: How it ended.
        endurance: After how many Newton steps along a valley it gives up.
    """
    best, empty = failed, bool((data.main <= 0.0).any())
    if best.status == NO_LIKELIHOOD:
        start = _lifted(model, data, failed.pars, mu)
        best = _fit(model, data, start, mu, MOST_STEPS)
    if best.status == TOO_MANY_STEPS and not empty:
        best = _fit(model, data, best.pars, mu, endurance)
    if best.status != CONVERGED and empty:
        behind = _behind_barrier(model, data, start, mu)
        ends = [
            _held_beyond(model, data, start, mu) or behind,
            _held_beyond(model, data, behind.pars, mu) or behind,
            best,
        ]
        best = min(ends, key=lambda end: (end.status != CONVERGED, end.nll))
    return best


def impossible_bins(model: Model, data: Data, pars: FloatArray) -> str:
    """Name the bins that have no likelihood at ``pars``: channel, number, events and samples."""
    rate = rates_at(model.arrays, pars).rate.copy()
    channels = [(name, k + 1) for name, bins in model.channels for k in range(bins)]
    cells = np.repeat(np.arange(len(model.samples)), np.diff(model.arrays.cell_start))
    named = []
    for b in np.flatnonzero(_impossible(rate, data.main)):
        channel, number = channels[b]
        samples = dict.fromkeys(model.samples[g][1] for g in cells[model.arrays.bin == b])
        named.append(
            f"bin {number} of channel {channel!r} expects {rate[b]:.3g} events and has "
            f"{data.main[b]:g} (samples: {', '.join(samples)})"
        )
    return "; ".join(named)


def with_events(arrays: Arrays, events: FloatArray) -> Arrays:
    """Return the model with additional events in each bin, (bins,), that nothing changes."""
    bins = np.flatnonzero(events != 0.0)
    count, cells = len(bins), len(arrays.nominal)

    def padded(matrix: FloatArray) -> FloatArray:
        return np.pad(matrix, ((0, count), (0, 0)))

    nothing = np.full((count, arrays.factors.shape[1]), NO_FACTOR)
    return arrays._replace(
        nominal=np.append(arrays.nominal, events[bins]),
        bin=np.append(arrays.bin, bins),
        cell_start=np.append(arrays.cell_start, cells + count),
        half_rows=padded(arrays.half_rows),
        bend_rows=padded(arrays.bend_rows),
        span=np.pad(arrays.span, ((0, count), (0, 0))),
        factors=np.concatenate([arrays.factors, nothing]),
        entry_start=np.append(arrays.entry_start, arrays.entry_start[-1]),
    )


def _fit(model: Model, data: Data, start: FloatArray, mu: float | None, steps: int) -> Minimum:
    (found,) = fit_batch(model, [start], [mu], data, most_steps=steps)
    return found


def _held_beyond(model: Model, data: Data, pars: FloatArray, mu: float | None) -> Minimum | None:
    """Fit from beyond an edge of negative rates, and stay there; None if this is not beyond one."""
    beyond = beyond_edge(model, data, pars, mu)
    if beyond is None:
        return None
    found = _fit(beyond.model, data, pars, mu, MOST_STEPS)
    if found.status != CONVERGED:
        found = _behind_barrier(beyond.model, data, pars, mu, beyond.nothing)
    return found


def _behind_barrier(
    model: Model, data: Data, start: FloatArray, mu: float | None, but: BoolArray | bool = False
) -> Minimum:
    """Fit with the smallest barrier, coming from the largest; the NLL is that of the data.

    Bins ``but`` these have one.
    """
    for events in BARRIERS:
        floored = Data(np.maximum(data.main, np.where(but, 0.0, events)), data.auxiliary)
        found = _fit(model, floored, start, mu, _STAGE_STEPS)
        if found.status == NO_LIKELIHOOD:
            start = _lifted(model, floored, found.pars, mu)
            found = _fit(model, floored, start, mu, _STAGE_STEPS)
            if found.status == NO_LIKELIHOOD:
                # Where a variation takes all of a sample the rate is 0 throughout: no barrier then.
                return _fit(model, data, start, mu, MOST_STEPS)
        start = found.pars
    return found._replace(nll=nll_at(model.arrays, data, found.pars))


def _lifted(model: Model, data: Data, pars: FloatArray, mu: float | None) -> FloatArray:
    """Return parameters at which the data have a likelihood, if some were found."""
    for lift in range(_MOST_LIFTS):
        rate = rates_at(model.arrays, pars).rate.copy()
        if not np.isfinite(rate).all():
            break
        impossible = _impossible(rate, data.main)
        least = _LEAST_EVENTS * _MORE**lift
        wanted = np.where(impossible, np.maximum(data.main, least), data.main)
        # With a part of what is wanted for nothing, the fit raises the rate by the rest.
        events = np.where(impossible, _GIVEN * wanted - rate, 0.0)
        lifted = replace(model, arrays=with_events(model.arrays, events))
        pars = _fit(lifted, Data(wanted, data.auxiliary), pars, mu, _FEW_STEPS).pars
        if nll_at(model.arrays, data, pars) < np.inf:
            break
    return pars


def _impossible(rate: FloatArray, observed: FloatArray) -> BoolArray:
    """Tell which bins have no likelihood, (bins,)."""
    return ~(rate >= LEAST_RATE) | ((rate <= 0.0) & (observed > 0.0))
