"""The modifiers of a sample, sorted by what they do to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fitscan.errors import ModelError

__all__ = ["PER_BIN", "WITH_ERRORS", "Factor", "Outline", "Sample", "make_sample"]

PER_BIN = ("shapefactor", "staterror", "shapesys")
WITH_ERRORS = ("staterror", "shapesys")
_FACTORS = ("normfactor", "lumi", *PER_BIN)


class Factor(NamedTuple):
    """A modifier that multiplies yields by parameters: its name and its type."""

    name: str
    kind: str


@dataclass(frozen=True, eq=False)
class Outline:
    """What most signals of an analysis share of a sample: names, but no numbers and no normsys.

    (A normsys with little effect is left out of many signals, and there are others for each.)

    Attributes:
        channel: Name of the channel.
        first_bin: First bin of the channel.
        bins: Number of its bins.
        shapes: Names of the histosys.
        others: Modifiers that are neither this nor normsys, in the order given.
        factors: The same, scalars before those with a value for each bin.
        with_errors: Which of the others have an uncertainty in each bin, in the order of the
            factors.
    """

    channel: str
    first_bin: int
    bins: int
    shapes: Sequence[str]
    others: Sequence[Factor]
    factors: Sequence[Factor]
    with_errors: Sequence[int]


class Sample(NamedTuple):
    """A sample in a channel, on its way into a model.

    Attributes:
        name: Name of the sample.
        outline: Its place, and names of its modifiers but for normsys.
        yields: Expected events in each bin.
        norms: Names of its normsys.
        hi: Factor of each at +1.
        lo: The same at -1.
        moving: Names of the histosys that change its yields: most of a signal's do not.
        up: Yields under each of these at +1.
        down: The same at -1.
        errors: Uncertainty in each bin for each staterror and shapesys, in the order of the
            factors.
    """

    name: str
    outline: Outline
    yields: Sequence[float]
    norms: Sequence[str]
    hi: Sequence[float]
    lo: Sequence[float]
    moving: Sequence[str]
    up: Sequence[Sequence[float]]
    down: Sequence[Sequence[float]]
    errors: Sequence[Sequence[float]]

    @property
    def bins(self) -> int:
        """Number of bins of the channel."""
        return self.outline.bins

    @property
    def where(self) -> str:
        """The sample, for messages."""
        return _where(self.name, self.outline.channel)


def make_sample(
    content: Mapping[str, Any],
    *,
    channel: str,
    first_bin: int,
    bins: int,
    like: Outline | None = None,
) -> Sample:
    """Read the modifiers of a sample.

    Args:
        content: The sample.
        channel: Name of its channel.
        first_bin: First bin of the channel.
        bins: Number of its bins.
        like: An outline that may be that of the sample, which is then not made again.

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
    others: list[Mapping[str, Any]] = []
    yields = content["data"]
    # A patchset has a hundred thousand modifiers, and this is most of the work that each one gets.
    for modifier in content["modifiers"]:
        kind = modifier["type"]
        if kind == "histosys":
            shape, name = modifier["data"], modifier["name"]
            shapes.append(name)
            above, below = shape["hi_data"], shape["lo_data"]
            if not above == below == yields:
                moving.append(name)
                up.append(above)
                down.append(below)
        elif kind == "normsys":
            factor = modifier["data"]
            norms.append(modifier["name"])
            hi.append(factor["hi"])
            lo.append(factor["lo"])
        else:
            others.append(modifier)
    factors = [(modifier["name"], modifier["type"]) for modifier in others]
    if (
        like is None
        or like.shapes != shapes
        or like.others != factors
        or (like.channel, like.first_bin, like.bins) != (channel, first_bin, bins)
    ):
        like = _outline(
            (channel, first_bin, bins), shapes, factors, where=_where(content["name"], channel)
        )
    if len(set(norms)) < len(norms):
        raise _repeated("normsys", norms, where=_where(content["name"], channel))
    errors = [others[n]["data"] for n in like.with_errors]
    sample = Sample(str(content["name"]), like, yields, norms, hi, lo, moving, up, down, errors)
    if {bins, len(yields), *map(len, up), *map(len, down), *map(len, errors)} != {bins}:
        _refuse_lengths(sample)
    return sample


def _where(name: str, channel: str) -> str:
    return f"sample {name!r} of channel {channel!r}"


def _outline(
    place: tuple[str, int, int], shapes: list[str], factors: list[tuple[str, str]], *, where: str
) -> Outline:
    """Check the names of modifiers, and sort the factors; those of a type stay as given."""
    others = [Factor(*factor) for factor in factors]
    unknown = [factor.kind for factor in others if factor.kind not in _FACTORS]
    if unknown:
        raise ModelError(
            f"{where} has a modifier of an unknown type",
            value=unknown[0],
            hint=f"known are histosys, normsys, {', '.join(_FACTORS)}",
        )
    if len(set(shapes)) < len(shapes):
        raise _repeated("histosys", shapes, where=where)
    if len(set(others)) < len(others):
        kind = next(factor.kind for factor in others if others.count(factor) > 1)
        raise _repeated(kind, [f.name for f in others if f.kind == kind], where=where)
    order = sorted(range(len(others)), key=lambda n: _FACTORS.index(others[n].kind))
    return Outline(
        *place,
        shapes=shapes,
        others=others,
        factors=[others[n] for n in order],
        with_errors=[n for n in order if others[n].kind in WITH_ERRORS],
    )


def _repeated(kind: str, names: Sequence[str], *, where: str) -> ModelError:
    """Return the refusal of two modifiers of one type and name."""
    return ModelError(
        f"{where} has two modifiers of type {kind} and the same name",
        value=next(name for name in names if names.count(name) > 1),
        hint="rename or remove one",
    )


def _refuse_lengths(sample: Sample) -> None:
    """Name the numbers that are not one for each bin."""
    bins, others = sample.bins, sample.outline.others
    lengths = {"data": len(sample.yields)}
    for name, up, down in zip(sample.moving, sample.up, sample.down, strict=True):
        lengths[name] = len(down) if len(up) == bins else len(up)
    for n, errors in zip(sample.outline.with_errors, sample.errors, strict=True):
        lengths[others[n].name] = len(errors)
    for name, length in lengths.items():
        if length != bins:
            raise ModelError(
                f"{sample.where}: {name} needs one number per bin",
                value=length,
                hint=f"the channel has {bins} bins",
            )
