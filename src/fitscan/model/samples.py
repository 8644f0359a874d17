"""The modifiers of a sample, sorted by what they do to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fitscan.errors import ModelError

__all__ = ["PER_BIN", "Modifier", "Sample", "make_sample"]

Modifier = Mapping[str, Any]

PER_BIN = ("shapefactor", "staterror", "shapesys")
_FACTORS = ("normfactor", "lumi", *PER_BIN)


@dataclass(frozen=True)
class Sample:
    """A sample in a channel, on its way into a model.

    Attributes:
        channel: Name of the channel.
        first_bin: First bin of the channel.
        name: Name of the sample.
        yields: Expected events in each bin.
        norms: Names of its normsys.
        hi: Factor of each at +1.
        lo: The same at -1.
        shapes: Names of its histosys.
        moving: Names of those that change its yields: most of a signal's do not.
        up: Yields under each of these at +1.
        down: The same at -1.
        factors: Its other modifiers, scalars before those with a value for each bin.
    """

    channel: str
    first_bin: int
    name: str
    yields: Sequence[float]
    norms: list[str]
    hi: Sequence[float]
    lo: Sequence[float]
    shapes: list[str]
    moving: list[str]
    up: Sequence[Sequence[float]]
    down: Sequence[Sequence[float]]
    factors: Sequence[Modifier]

    @property
    def bins(self) -> int:
        """Number of bins of the channel."""
        return len(self.yields)

    @property
    def where(self) -> str:
        """The sample, for messages."""
        return f"sample {self.name!r} of channel {self.channel!r}"


def make_sample(content: Mapping[str, Any], *, channel: str, first_bin: int, bins: int) -> Sample:
    """Sort the modifiers of a sample.

    Raises:
        ModelError: Yields or variations of another number than ``bins``, a type that HistFactory
            does not have, or two modifiers of the same type and name: pyhf would use the last.
    """
    norms: list[str] = []
    hi: list[float] = []
    lo: list[float] = []
    shapes: list[str] = []
    moving: list[str] = []
    up: list[Sequence[float]] = []
    down: list[Sequence[float]] = []
    factors: list[Modifier] = []
    yields = content["data"]
    # A patchset has a hundred thousand modifiers, and this is most of the work that each one gets.
    for modifier in content["modifiers"]:
        kind = modifier["type"]
        if kind == "normsys":
            factor = modifier["data"]
            norms.append(modifier["name"])
            hi.append(factor["hi"])
            lo.append(factor["lo"])
        elif kind == "histosys":
            shape = modifier["data"]
            shapes.append(modifier["name"])
            if not shape["hi_data"] == shape["lo_data"] == yields:
                moving.append(modifier["name"])
                up.append(shape["hi_data"])
                down.append(shape["lo_data"])
        else:
            factors.append(modifier)
    sample = Sample(
        channel=channel,
        first_bin=first_bin,
        name=str(content["name"]),
        yields=yields,
        norms=norms,
        hi=hi,
        lo=lo,
        shapes=shapes,
        moving=moving,
        up=up,
        down=down,
        factors=_sorted(factors, f"sample {content['name']!r} of channel {channel!r}"),
    )
    _check_names(sample)
    _check_lengths(sample, bins)
    return sample


def _sorted(factors: list[Modifier], where: str) -> list[Modifier]:
    """Return modifiers in the order of ``_FACTORS``, those of one type in the order given."""
    try:
        return sorted(factors, key=lambda modifier: _FACTORS.index(modifier["type"]))
    except ValueError:
        unknown = next(m["type"] for m in factors if m["type"] not in _FACTORS)
        raise ModelError(
            f"{where} has a modifier of an unknown type",
            value=unknown,
            hint=f"known are histosys, normsys, {', '.join(_FACTORS)}",
        ) from None


def _check_names(sample: Sample) -> None:
    """Refuse two modifiers of one type and name."""
    given = {"normsys": sample.norms, "histosys": sample.shapes}
    for modifier in sample.factors:
        given.setdefault(modifier["type"], []).append(modifier["name"])
    for kind, names in given.items():
        if len(set(names)) < len(names):
            raise ModelError(
                f"{sample.where} has two modifiers of type {kind} and the same name",
                value=next(name for name in names if names.count(name) > 1),
                hint="rename or remove one",
            )


def _check_lengths(sample: Sample, bins: int) -> None:
    """Refuse numbers that are not one for each bin."""
    lengths = {"data": len(sample.yields)}
    if {bins, *map(len, sample.up), *map(len, sample.down)} != {bins}:
        for name, up, down in zip(sample.moving, sample.up, sample.down, strict=True):
            lengths[name] = len(down) if len(up) == bins else len(up)
    for modifier in sample.factors:
        if modifier["type"] in {"staterror", "shapesys"}:
            lengths[modifier["name"]] = len(modifier["data"])
    for name, length in lengths.items():
        if length != bins:
            raise ModelError(
                f"{sample.where}: {name} needs one number per bin",
                value=length,
                hint=f"the channel has {bins} bins",
            )
