"""A signal given by its yields: events by channel and bin, and their uncertainties.

Takes numbers as an event selection gives them; gives the JSON patch that adds the sample to each of
its channels, so that all else takes it for a published one.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from fitscan.errors import LikelihoodError
from fitscan.likelihood.patching import Operation
from fitscan.likelihood.workspace import Workspace

__all__ = ["Histogram", "SignalYields"]


@runtime_checkable
class Histogram(Protocol):
    """What is needed of a histogram, by the protocol of UHI (``PlottableHistogram``)."""

    def values(self) -> Any:
        """Return the events in the bins, (bins,), without underflow and overflow."""


Bins = ArrayLike | Histogram


@dataclass(frozen=True)
class SignalYields:
    """A signal as expected events at mu = 1, by channel and bin.

    Attributes:
        yields: Events by channel, (bins,) each: a sequence, a NumPy array, or a histogram of UHI
            (without its underflow and overflow). Channels that are left out get no signal.
        relative: Relative uncertainties by the name of their parameter, on all yields: 0.1 stands
            for +-10 %, (0.9, 1.2) for the factors at -1 and +1 standard deviations (``normsys``).
            A name that the workspace has is correlated with what has it there.
        shapes: Yields at -1 and +1 standard deviations by the name of their parameter and by
            channel, (bins,) each (``histosys``); correlated by name, too.
        statistical: Absolute uncertainties by channel, (bins,) each, which share the parameters of
            the channel's ``staterror`` where it has one.
        uncorrelated: Absolute uncertainties by channel, (bins,) each, with parameters of their own
            (``shapesys``).
        name: Name of the sample; also in the names of uncorrelated parameters.

    Raises:
        LikelihoodError: Numbers are not finite, uncertainties are negative or not those of a
            channel of the signal, or a channel has another number of bins.
    """

    yields: Mapping[str, Bins]
    relative: Mapping[str, float | tuple[float, float]] = field(default_factory=dict)
    shapes: Mapping[str, Mapping[str, tuple[Bins, Bins]]] = field(default_factory=dict)
    statistical: Mapping[str, Bins] = field(default_factory=dict)
    uncorrelated: Mapping[str, Bins] = field(default_factory=dict)
    name: str = "signal"

    def __post_init__(self) -> None:
        """Copy what may change afterwards: a loop may use one array for all its signals."""
        for part in ("yields", "relative", "shapes", "statistical", "uncorrelated"):
            given = getattr(self, part)
            if not isinstance(given, Mapping):
                raise LikelihoodError(
                    f"{part} of a signal is not a mapping",
                    value=type(given).__name__,
                    hint="give it by channel, or by the name of the parameter",
                )
            object.__setattr__(self, part, _kept(dict(given)))

    def operations(self, workspace: Workspace, *, poi: str) -> list[Operation]:
        """Return the JSON patch that adds the signal to a workspace.

        Args:
            workspace: The background-only workspace.
            poi: Name of its parameter of interest.

        Raises:
            LikelihoodError: The workspace lacks a channel, or a channel has another number of bins
                or a sample of this name.
        """
        places = {channel["name"]: c for c, channel in enumerate(workspace["channels"])}
        self._check_channels(places)
        operations = []
        for channel, bins in self.yields.items():
            there = workspace["channels"][places[channel]]
            count = len(there["samples"][0]["data"])
            if self.name in {sample["name"] for sample in there["samples"]}:
                raise LikelihoodError(
                    f"channel {channel!r} has a sample of the signal's name",
                    value=self.name,
                    hint="give the signal another `name`",
                )
            sample = {
                "name": self.name,
                "data": _numbers(bins, count, where=f"the yields of channel {channel!r}"),
                "modifiers": [
                    {"name": poi, "type": "normfactor", "data": None},
                    *(_normsys(name, size) for name, size in self.relative.items()),
                    *self._by_bin(channel, there, count),
                ],
            }
            path = f"/channels/{places[channel]}/samples/-"
            operations.append({"op": "add", "path": path, "value": sample})
        return operations

    def _check_channels(self, known: Mapping[str, int]) -> None:
        """Refuse a signal without a channel, and channels that are not there."""
        if not self.yields:
            raise LikelihoodError("a signal needs the yields of one channel at least")
        for channel in self.yields:
            if channel not in known:
                raise LikelihoodError(
                    "the workspace does not have this channel",
                    value=channel,
                    hint=f"it has {', '.join(known)}",
                )
        for given in (self.statistical, self.uncorrelated, *self.shapes.values()):
            if not isinstance(given, Mapping):
                raise LikelihoodError("a shape is not given by channel", value=given)
            for channel in given:
                if channel not in self.yields:
                    raise LikelihoodError(
                        "an uncertainty is given for a channel without signal",
                        value=channel,
                        hint=f"the signal has yields in {', '.join(self.yields)}",
                    )

    def _by_bin(
        self, channel: str, there: Mapping[str, Any], count: int
    ) -> Sequence[dict[str, Any]]:
        """Return the modifiers of a channel that have a number for each bin."""
        modifiers: list[dict[str, Any]] = []
        for name, shapes in self.shapes.items():
            if channel in shapes:
                where = f"the shape {name!r} of channel {channel!r}"
                pair = _pair(shapes[channel], where)
                low, high = (_numbers(bins, count, where=where) for bins in pair)
                shape = {"lo_data": low, "hi_data": high}
                modifiers.append({"name": name, "type": "histosys", "data": shape})
        if channel in self.statistical:
            where = f"the statistical uncertainties of channel {channel!r}"
            sizes = _sizes(self.statistical[channel], count, where=where)
            modifiers.append({"name": _staterror(there), "type": "staterror", "data": sizes})
        if channel in self.uncorrelated:
            where = f"the uncorrelated uncertainties of channel {channel!r}"
            sizes = _sizes(self.uncorrelated[channel], count, where=where)
            name = f"{self.name}_{channel}"
            modifiers.append({"name": name, "type": "shapesys", "data": sizes})
        return modifiers


def _staterror(channel: Mapping[str, Any]) -> str:
    """Return the name of a channel's staterror, or that of a new one."""
    for sample in channel["samples"]:
        for modifier in sample["modifiers"]:
            if modifier["type"] == "staterror":
                return str(modifier["name"])
    return f"staterror_{channel['name']}"


def _normsys(name: str, size: float | tuple[float, float]) -> dict[str, Any]:
    """Return the modifier of a relative uncertainty."""
    try:
        given: Any = size  # a number of Python or NumPy, or a pair of them
        low, high = map(float, (1.0 - given, 1.0 + given) if np.ndim(given) == 0 else given)
    except (TypeError, ValueError):
        low = high = np.nan
    if not (0.0 < low < np.inf and 0.0 < high < np.inf):
        raise LikelihoodError(
            f"the relative uncertainty {name!r} is not usable",
            value=size,
            hint="give 0.1 for +-10 %, or two factors above 0, at -1 and +1 standard deviations",
        )
    return {"name": name, "type": "normsys", "data": {"lo": low, "hi": high}}


def _pair(shape: Any, where: str) -> tuple[Bins, Bins]:
    """Return the yields at -1 and at +1 standard deviations."""
    if not isinstance(shape, tuple | list) or len(shape) != 2:
        raise LikelihoodError(f"{where} is not a pair: yields at -1 and at +1 standard deviations")
    return shape[0], shape[1]


def _numbers(bins: Bins, count: int, *, where: str) -> list[float]:
    """Return numbers of the bins of a channel."""
    values = getattr(bins, "values", None)  # an attribute of a pandas Series, a method of UHI
    given = values() if callable(values) else bins
    if np.ma.is_masked(given):
        raise LikelihoodError(f"{where} are masked in some bins", hint="give a number for each bin")
    try:
        numbers = np.atleast_1d(np.asarray(given))
        if np.iscomplexobj(numbers):
            raise TypeError
        numbers = numbers.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise LikelihoodError(f"{where} are not numbers", value=bins) from None
    if numbers.shape != (count,):
        raise LikelihoodError(
            f"{where} have another number of bins than the workspace",
            value=numbers.shape,
            hint=f"the channel has {count}",
        )
    if not np.isfinite(numbers).all():
        raise LikelihoodError(f"{where} are not all finite", value=numbers.tolist())
    found: list[float] = numbers.tolist()
    return found


def _sizes(bins: Bins, count: int, *, where: str) -> list[float]:
    """Return uncertainties of the bins of a channel."""
    sizes = _numbers(bins, count, where=where)
    if min(sizes) < 0.0:
        raise LikelihoodError(f"{where} are negative", value=sizes)
    return sizes


def _kept(given: Any) -> Any:
    """Return a copy that does not change; what a generator gives as a list."""
    if isinstance(given, Mapping):
        return {name: _kept(value) for name, value in given.items()}
    return list(given) if isinstance(given, Iterator) else copy.deepcopy(given)
