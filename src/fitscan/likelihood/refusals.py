"""Points that cannot be fitted: each is a row that says why, unless all of them are such."""

import logging
from collections.abc import Sequence

from fitscan.errors import LikelihoodError
from fitscan.likelihood.folder import Index

__all__ = ["refuse_all", "tell_refused"]

log = logging.getLogger(__name__)

_TOLD = 5  # points that are named on the screen; the log and results.csv have all


def refuse_all(refusals: Sequence[LikelihoodError | None]) -> None:
    """Raise an error if no point is left to fit.

    Then the fault is most often one of the whole likelihood, such as a modifier of the background
    that is not supported, and the first error says what it is.

    Args:
        refusals: Why each point is refused; None for a point that can be fitted.

    Raises:
        LikelihoodError: All points are refused. It is of the type of the first error.
    """
    errors = [error for error in refusals if error is not None]
    if not errors or len(errors) < len(refusals):
        return
    if len(errors) == 1:
        raise errors[0]
    first = errors[0]
    raise type(first)(
        f"none of the {len(errors)} points can be fitted; the first: {first.what}",
        value=first.value,
        hint=first.hint,
    ) from first


def tell_refused(index: Index) -> None:
    """Say on the screen and in the log which points of a likelihood are not fitted, and why."""
    refused = [point for point in index.points if point.refused]
    for point in refused:
        log.warning("%s is not fitted: %s", point.name, point.refused)
    for point in refused[:_TOLD]:
        print(f"not fitted: {point.name}: {point.refused}")
    if len(refused) > _TOLD:
        print(f"not fitted: {len(refused) - _TOLD} more; results.csv has all of them")
