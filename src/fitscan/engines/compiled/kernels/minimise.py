"""Minimise the NLL within bounds: projected Newton steps by conjugate gradients.

1. Parameters at a bound whose gradient points outward are held.
2. H d = gradient is solved on the others by preconditioned conjugate gradients with exact products,
   to a precision that follows the distance to the minimum; a direction of negative curvature ends
   it (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.1).
3. The step is cut back until the NLL falls enough along the projected path (Bertsekas 1982,
   doi:10.1137/0320018).
4. Near the minimum H is factorised. Its Cholesky factor proves that it is positive definite, gives
   the last steps, and the estimated distance to the minimum 0.5 g^T H^-1 g (EDM) that ends the fit.

So a fit has converged only at a stationary point with a positive-definite Hessian on the free
parameters. A saddle point is left along its direction of negative curvature.
"""

import math
from typing import NamedTuple

import numpy as np

from fitscan.engines.compiled.kernels.buffers import Room
from fitscan.engines.compiled.kernels.derivatives import (
    evaluate_derivatives,
    evaluate_hessian,
    hessian_product,
)
from fitscan.engines.compiled.kernels.linear import (
    apply_preconditioner,
    copy,
    dot,
    factorise,
    fill,
    negative_direction,
    set_preconditioner,
    solve_factorised,
)
from fitscan.engines.compiled.kernels.objective import evaluate_nll
from fitscan.engines.compiled.kernels.rates import Rates, evaluate_rates
from fitscan.engines.compiled.kernels.steps import leave_saddle, rounding, search_line
from fitscan.engines.compiled.machine_code.jit import helper, kernel
from fitscan.model.arrays import GAUSSIAN, POISSON, Arrays, Data, FloatArray, IntArray

__all__ = [
    "CONVERGED",
    "ENDLESS",
    "ENDURANCE",
    "KNOWN",
    "MESSAGES",
    "MOST_STEPS",
    "NOT_DESCENDING",
    "NO_LIKELIHOOD",
    "TOLERANCE",
    "TOO_MANY_STEPS",
    "Minimum",
    "minimise",
]

CONVERGED, TOO_MANY_STEPS, NOT_DESCENDING, NO_LIKELIHOOD, KNOWN = 0, 1, 2, 3, 4

MESSAGES = {
    CONVERGED: "",
    TOO_MANY_STEPS: "the minimiser took too many steps",
    NOT_DESCENDING: "the minimiser found no lower point, and this one is no minimum",
    NO_LIKELIHOOD: "the likelihood vanishes at the start of the fit",
    KNOWN: "the fit leads to a minimum that is known",
}

# A fit has converged when its NLL is this close to the minimum, by estimate.
TOLERANCE = 1e-9

# Newton steps of a fit, and more of anything than a fit makes.
MOST_STEPS, ENDLESS = 200, 1_000_000

# What a fit along a long valley may take: five times what the longest of 800,000 toys took.
ENDURANCE = 100_000

# From here on the Hessian is factorised.
_NEAR = 1e-5

_MAX_PRODUCTS = 60

# The most that a step far from the minimum changes any pull, in standard deviations. Longer ones
# cross from valley to valley: CLs of 7 of the 125 points of 1Lbb are then further than 1e-4 from
# pyhf's, and 5 with this bound.
_LONGEST_PULL = 0.5

# A fit is at a known minimum when its NLL and its constrained parameters, in standard deviations,
# are this near to it: nothing is left but the last Newton steps.
_NEAR_NLL, _NEAR_PULL = 0.05, 0.15

# What is added to the diagonal of a Hessian that is flat along some direction, relative to it: the
# first of these with which it is positive.
_FIRST_RIDGE, _LAST_RIDGE = 1e-6, 1e-2

# A direction is flat where a pivot is smaller than this part of its diagonal, or hardly more than
# the ridge. (The ratio is 1 - R^2, with R the correlation with the parameters before.)
_FLAT = 1e-8


class Minimum(NamedTuple):
    """Where a fit ended.

    Attributes:
        pars: Parameters.
        nll: NLL without constant terms.
        status: ``CONVERGED`` or what kept it; see ``MESSAGES``.
        edm: Estimated distance of the NLL to the minimum.
        gradient: Largest component of the projected gradient.
        flat: Number of directions in which nothing changes, by the factorisation.
        steps: Newton steps.
        evaluations: Evaluations of the rates.
        products: Products with the Hessian.
    """

    pars: FloatArray
    nll: float
    status: int
    edm: float
    gradient: float
    flat: int
    steps: int
    evaluations: int
    products: int


class Outcome(NamedTuple):
    """A ``Minimum`` without its parameters, which are in the room."""

    nll: float
    status: int
    edm: float
    gradient: float
    flat: int
    steps: int
    evaluations: int
    products: int


@kernel
def minimise(
    arrays: Arrays,
    data: Data,
    lower: FloatArray,
    upper: FloatArray,
    most_steps: int,
    patience: int,
    known: FloatArray,
    known_nll: FloatArray,
    room: Room,
) -> Outcome:
    """Find the minimum to which the start in the room leads, holding the parameters held there.

    Free parameters are moved into the bounds first.

    Args:
        arrays: The model.
        data: The data.
        lower: Lower bounds.
        upper: Upper bounds.
        most_steps: Newton steps after which it gives up.
        patience: Evaluations of the rates after which it does.
        known: Minima at which the fit ends as soon as it is next to one, (n, parameters).
        known_nll: Their NLL, (n,).
        room: Memory, with the start and what is held.
    """
    rates, trial_rates = room.rates, room.trial_rates
    pars, trial = room.pars, room.trial
    copy(room.begin, pars)
    copy(room.begin, trial)
    for p in range(len(pars)):
        if not room.held[p]:
            pars[p] = min(max(pars[p], lower[p]), upper[p])
    fill(room.side, 1.0)
    evaluate_rates(pars, arrays, rates)
    nll = evaluate_nll(rates.rate, pars, arrays, data)
    evaluations, products, steps = 1, 0, 0
    status, edm, gradient, flat = TOO_MANY_STEPS, np.inf, np.inf, 0
    if not nll < np.inf:
        copy(rates.rate, room.expected)
        copy(pars, room.found)
        return Outcome(np.inf, NO_LIKELIHOOD, edm, gradient, flat, 0, 1, 0)
    factorised, exact, ridge, index = False, False, 0.0, room.index[:0]
    while steps < most_steps and evaluations < patience:
        if _arrives(pars, nll, known, known_nll, arrays):
            status = KNOWN
            break
        steps += 1
        _derivatives_on_a_side(pars, rates, arrays, data, lower, upper, room)
        gradient = _choose_free(pars, room)
        if factorised and _is_free(index, room):
            # The factor of the last step will do if that brought the fit to its end.
            edm = _newton_direction(index, room)
            if 0.0 <= edm < TOLERANCE:
                status = CONVERGED
                break
        edm = _estimated_edm(room)
        factorised, below = False, np.inf
        if exact or 0.0 <= edm < _NEAR:
            index = room.index[: _free_parameters(room)]
            factorised, ridge = _factorise(index, arrays, room), 0.0
            if not factorised:
                tried, below = leave_saddle(pars, nll, trial, trial_rates, arrays, data, room)
                evaluations += tried
                if not below < nll - TOLERANCE:
                    # Nothing is to be gained along it: the valley is flat there.
                    below, ridge = np.inf, _factorise_flat(index, room)
                    factorised = ridge > 0.0
            if factorised:
                edm = _newton_direction(index, room)
                if 0.0 <= edm < TOLERANCE:
                    status = CONVERGED
                    break
        if not factorised and below == np.inf:
            products += _conjugate_gradients(arrays, edm, room)
            _limit_pulls(arrays.alphas, room)
        if below == np.inf:
            tried, below = search_line(pars, nll, trial, trial_rates, arrays, data, room)
            evaluations += tried
        if not below <= nll + rounding(nll):
            if exact:
                status = NOT_DESCENDING
                break
            # Conjugate gradients lose digits in a steep valley: the factor keeps them.
            exact = True
            continue
        pars, trial = trial, pars
        rates, trial_rates = trial_rates, rates
        nll = below
    if status == CONVERGED:
        flat = _count_flat(index, ridge, room)
    copy(rates.rate, room.expected)
    copy(pars, room.found)
    return Outcome(nll, status, edm, gradient, flat, steps, evaluations, products)


@kernel
def _derivatives_on_a_side(
    pars: FloatArray,
    rates: Rates,
    arrays: Arrays,
    data: Data,
    lower: FloatArray,
    upper: FloatArray,
    room: Room,
) -> None:
    """Evaluate the derivatives; with codes 0 and 1, on the side of each kink that descends.

    Such an alpha moves on its side of 0 in this step, and is held at 0 when both sides ascend.
    """
    smooth = arrays.histosys_code != 0 and arrays.normsys_code != 1
    copy(lower, room.lower)
    copy(upper, room.upper)
    for attempt in range(2):
        evaluate_derivatives(pars, room.side, rates, arrays, data, room.work, room.derivatives)
        if attempt == 1 or smooth or not _choose_sides(pars, arrays, room):
            return


@kernel
def _choose_sides(pars: FloatArray, arrays: Arrays, room: Room) -> bool:
    """Choose the sides and bound the alphas to them; tell whether one at 0 has changed."""
    derivatives = room.derivatives
    changed = False
    for p in range(arrays.alphas):
        side = math.copysign(1.0, pars[p])
        if pars[p] == 0.0:
            jump = derivatives.kink[p]
            above = derivatives.gradient[p] + (0.0 if room.side[p] > 0.0 else jump)
            below = above - jump
            side = room.side[p]
            if above < min(0.0, -below):
                side = 1.0
            elif below > 0.0:
                side = -1.0
            elif above < 0.0:
                side = 1.0
            else:
                room.lower[p] = room.upper[p] = 0.0
        changed = changed or (pars[p] == 0.0 and side != room.side[p])
        room.side[p] = side
        if side > 0.0:
            room.lower[p] = max(room.lower[p], 0.0)
        else:
            room.upper[p] = min(room.upper[p], 0.0)
    return changed


@kernel
def _choose_free(pars: FloatArray, room: Room) -> float:
    """Hold parameters at bounds they are pushed against; return the largest gradient of others."""
    gradient = room.derivatives.gradient
    largest = 0.0
    for p in range(len(pars)):
        free = not room.held[p] and room.lower[p] < room.upper[p]
        free = free and not (pars[p] <= room.lower[p] and gradient[p] >= 0.0)
        free = free and not (pars[p] >= room.upper[p] and gradient[p] <= 0.0)
        room.free[p] = free
        if free:
            largest = max(largest, abs(gradient[p]))
        else:
            # What is held has no part in any product.
            gradient[p] = 0.0
    return largest


@kernel
def _estimated_edm(room: Room) -> float:
    """Set the preconditioner; return 0.5 g^T M^-1 g and keep M^-1 g."""
    here = room.derivatives
    set_preconditioner(
        here.constraint,
        here.curvature,
        here.weight,
        here.jacobian,
        room.free,
        room.preconditioner,
    )
    apply_preconditioner(here.gradient, room.preconditioner, room.scaled)
    return 0.5 * dot(here.gradient, room.scaled)


@kernel
def _is_free(index: IntArray, room: Room) -> bool:
    """Tell whether just the parameters of ``index`` are free."""
    count = 0
    for p in range(len(room.free)):
        count += room.free[p]
    for k in range(len(index)):
        if not room.free[index[k]]:
            return False
    return count == len(index)


@kernel
def _free_parameters(room: Room) -> int:
    """Put the indices of the free parameters into the room; return how many they are."""
    count = 0
    for p in range(len(room.free)):
        if room.free[p]:
            room.index[count] = p
            count += 1
    return count


@kernel
def _factorise(index: IntArray, arrays: Arrays, room: Room) -> bool:
    """Factorise H of the parameters of ``index``.

    Returns:
        Whether it is positive definite; if not, the direction has negative curvature.
    """
    evaluate_hessian(arrays, room.derivatives, room.work, room.hessian)
    failed = factorise(room.hessian, index, room.work, room.factor)
    if failed >= 0:
        negative_direction(room.factor, index, failed, room.direction)
    return failed < 0


@helper
def _limit_pulls(alphas: int, room: Room) -> None:
    """Shorten the direction so that no alpha moves by more than ``_LONGEST_PULL``."""
    largest = 0.0
    for p in range(alphas):
        largest = max(largest, abs(room.direction[p]))
    if largest > _LONGEST_PULL:
        for p in range(len(room.direction)):
            room.direction[p] *= _LONGEST_PULL / largest


@kernel
def _arrives(
    pars: FloatArray, nll: float, known: FloatArray, known_nll: FloatArray, arrays: Arrays
) -> bool:
    """Tell whether the fit is next to a known minimum."""
    for k in range(len(known_nll)):
        near = abs(nll - known_nll[k]) < _NEAR_NLL
        if not near:
            continue
        for p in range(len(pars)):
            distance = abs(pars[p] - known[k, p])
            if arrays.constraint[p] == GAUSSIAN:
                near = near and distance < _NEAR_PULL * arrays.sigma[p]
            elif arrays.constraint[p] == POISSON:
                near = near and distance * math.sqrt(arrays.tau[p]) < _NEAR_PULL
        if near:
            return True
    return False


@kernel
def _factorise_flat(index: IntArray, room: Room) -> float:
    """Factorise the Hessian in the room with a ridge, for it is flat along some direction.

    Along a curved valley whose bottom is level H has, away from the bottom, an eigenvalue just
    below 0. With the ridge the step goes down the sides and hardly along the bottom.

    Returns:
        The ridge, relative to the diagonal; 0 where none makes H positive definite.
    """
    ridge = _FIRST_RIDGE
    while ridge <= _LAST_RIDGE:
        for k in range(len(index)):
            p = index[k]
            room.hessian[p, p] = (1.0 + ridge) * abs(room.hessian[p, p])
        if factorise(room.hessian, index, room.work, room.factor) < 0:
            return ridge
        ridge *= 100.0
    return 0.0


@kernel
def _newton_direction(index: IntArray, room: Room) -> float:
    """Put H^-1 g into the direction and return the EDM.

    A parameter that the factor leaves out, since nothing curves along it, has to have no gradient
    either: else, as where the rate of an empty bin is all that depends on it, this is no minimum.
    """
    gradient, direction = room.derivatives.gradient, room.direction
    solve_factorised(room.factor, index, gradient, room.work, direction)
    edm = 0.5 * dot(gradient, direction)
    for a in range(len(index)):
        if room.factor[a, a] == np.inf:
            p = index[a]
            direction[p] = gradient[p] * room.preconditioner.inverse_diagonal[p]
            edm += 0.5 * gradient[p] * direction[p]
    return edm


@kernel
def _count_flat(index: IntArray, ridge: float, room: Room) -> int:
    """Count the directions in which nothing changes, by the last factorisation."""
    flat = 0
    for a in range(len(index)):
        pivot, diagonal = room.factor[a, a], abs(room.hessian[index[a], index[a]])
        if pivot == np.inf or pivot * pivot <= max(_FLAT, 10.0 * ridge) * diagonal:
            flat += 1
    return flat


@kernel
def _conjugate_gradients(arrays: Arrays, edm: float, room: Room) -> int:
    """Put an approximate H^-1 g into the direction; return the number of products."""
    gradient, direction, residual = room.derivatives.gradient, room.direction, room.residual
    scaled, search, product = room.scaled, room.search, room.product
    copy(gradient, residual)
    copy(scaled, search)
    fill(direction, 0.0)
    before = first = dot(residual, scaled)
    precision = min(0.1, math.sqrt(max(edm, 0.0)))
    products = 0
    while products < _MAX_PRODUCTS:
        hessian_product(search, arrays, room.derivatives, product)
        products += 1
        for p in range(len(product)):
            if not room.free[p]:
                product[p] = 0.0
        curvature = dot(search, product)
        # Next to nothing is rounding: along a line without curvature no step is long enough.
        if curvature <= 1e-10 * before:
            if products == 1:
                copy(search, direction)
            break
        length = before / curvature
        for p in range(len(direction)):
            direction[p] += length * search[p]
            residual[p] -= length * product[p]
        apply_preconditioner(residual, room.preconditioner, scaled)
        after = dot(residual, scaled)
        if after <= precision * precision * first:
            break
        for p in range(len(search)):
            search[p] = scaled[p] + (after / before) * search[p]
        before = after
    if not dot(gradient, direction) > 0.0:
        # Digits were lost: the gradient itself, in units of the diagonal.
        for p in range(len(direction)):
            direction[p] = gradient[p] * room.preconditioner.inverse_diagonal[p]
    return products
