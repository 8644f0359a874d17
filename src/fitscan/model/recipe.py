"""The modifiers of a sample, sorted by what they do to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fitscan.errors import ModelError

__all__ = ["PER_BIN", "SCALARS", "Member", "make_member"]

Modifier = Mapping[str, Any]

SCALARS = ("normfactor", "lumi")
PER_BIN = ("shapefactor", "staterror", "shapesys")
_KINDS = ("histosys", "normsys", *SCALARS, *PER_BIN)


@dataclass(frozen=True)
class Member:
    """A sample in a channel, on its way into a model.

    Attributes:
        channel: Name of the channel.
        first_bin: First bin of the channel.
        name: Name of the sample.
        yields: Expected events in each bin.
        modifiers: Its modifiers by type; types without any have an empty list.
        names: Their names, in the same order.
        up: Yields under each histosys at +1, in the same order.
        down: The same at -1.
    """

    channel: str
    first_bin: int
    name: str
    yields: Sequence[float]
    modifiers: Mapping[str, Sequence[Modifier]]
    names: Mapping[str, Sequence[str]]
    up: Sequence[Sequence[float]]
    down: Sequence[Sequence[float]]

    @property
    def bins(self) -> int:
        """Number of bins of the channel."""
        return len(self.yields)

    @property
    def where(self) -> str:
        """The sample, for messages."""
        return f"sample {self.name!r} of channel {self.channel!r}"

    def of(self, kinds: Sequence[str]) -> Iterator[tuple[str, Modifier]]:
        """Yield type and modifier, for modifiers of these types in the order of the types."""
        for kind in kinds:
            for modifier in self.modifiers[kind]:
                yield kind, modifier


def make_member(sample: Mapping[str, Any], *, channel: str, first_bin: int, bins: int) -> Member:
    """Sort the modifiers of a sample.

    Raises:
        ModelError: Yields or variations of another number than ``bins``, a type that HistFactory
            does not have, or two modifiers of one type and name, of which pyhf would take the last.
    """
    modifiers: dict[str, list[Modifier]] = {kind: [] for kind in _KINDS}
    where = f"sample {sample['name']!r} of channel {channel!r}"
    try:
        for modifier in sample["modifiers"]:
            modifiers[modifier["type"]].append(modifier)
    except KeyError as error:
        raise ModelError(
            f"{where} has a modifier of an unknown type",
            value=error.args[0],
            hint=f"known are {', '.join(_KINDS)}",
        ) from None
    names = {kind: [m["name"] for m in found] for kind, found in modifiers.items()}
    for kind, given in names.items():
        if len(set(given)) < len(given):
            raise ModelError(
                f"{where} has two modifiers of type {kind} and one name",
                value=next(name for name in given if given.count(name) > 1),
                hint="rename or remove one",
            )
    shapes = [modifier["data"] for modifier in modifiers["histosys"]]
    member = Member(
        channel=channel,
        first_bin=first_bin,
        name=str(sample["name"]),
        yields=sample["data"],
        modifiers=modifiers,
        names=names,
        up=[shape["hi_data"] for shape in shapes],
        down=[shape["lo_data"] for shape in shapes],
    )
    _check_lengths(member, bins)
    return member


def _check_lengths(member: Member, bins: int) -> None:
    """Refuse numbers that are not one for each bin."""
    lengths = {"data": len(member.yields)}
    if {bins, *map(len, member.up), *map(len, member.down)} != {bins}:
        for name, up, down in zip(member.names["histosys"], member.up, member.down, strict=True):
            lengths[name] = len(down) if len(up) == bins else len(up)
    for kind in ("staterror", "shapesys"):
        for modifier in member.modifiers[kind]:
            lengths[modifier["name"]] = len(modifier["data"])
    for name, length in lengths.items():
        if length != bins:
            raise ModelError(
                f"{member.where}: {name} has not one number for each bin",
                value=length,
                hint=f"the channel has {bins} bins",
            )
