"""Where each parameter stands: alphas by name, factors in blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from fitscan.errors import ModelError
from fitscan.model.parameters import Block
from fitscan.model.recipe import PER_BIN, SCALARS, Member

__all__ = ["BlockKey", "Layout", "block_key", "extended"]

BlockKey = tuple[str, str]


@dataclass(frozen=True)
class Layout:
    """The parameters of a model.

    Attributes:
        alphas: Number of each alpha by name.
        blocks: Blocks of factors by name, and by channel for a staterror.
        first: Number of the first factor of each block.
        factors: Number of factors.
    """

    alphas: Mapping[str, int]
    blocks: Mapping[BlockKey, Block]
    first: Mapping[BlockKey, int]
    factors: int


def block_key(kind: str, name: str, member: Member) -> BlockKey:
    """Return the key of the block of a factor; the bins of a staterror are those of its channel."""
    return name, member.channel if kind == "staterror" else ""


def extended(layout: Layout, members: Sequence[Member]) -> Layout:
    """Return ``layout`` with the parameters of ``members``; itself if none is new.

    Raises:
        ModelError: A name stands for parameters of two kinds, or of two sizes; or a shapesys is
            in two samples. pyhf refuses these too.
    """
    alphas: dict[str, int] = {}
    blocks: dict[BlockKey, Block] = {}
    kinds = {block.name: block.kind for block in layout.blocks.values()}
    variations = [member.names[kind] for member in members for kind in ("normsys", "histosys")]
    if not layout.alphas.keys() >= set().union(*variations):
        for name in chain.from_iterable(variations):
            if name not in layout.alphas:
                alphas.setdefault(name, len(layout.alphas) + len(alphas))
    for member in members:
        for kind, modifier in member.of((*SCALARS, *PER_BIN)):
            key = name, channel = block_key(kind, modifier["name"], member)
            known = layout.blocks.get(key) or blocks.get(key)
            size = member.bins if kind in PER_BIN else 1
            if known is None or (known.kind, known.size) != (kind, size) or kind == "shapesys":
                block = Block(name, kind, size, channel)
                _check_name(block, known, kinds, member)
                blocks[key] = block
    if not alphas and not blocks:
        return layout
    for name in kinds.keys() & (layout.alphas.keys() | alphas):
        raise ModelError(
            "a name stands for two kinds of parameters",
            value=name,
            hint=f"a {kinds[name]} cannot share its parameter with a variation",
        )
    first, number = dict(layout.first), layout.factors
    for key, block in blocks.items():
        first[key] = number
        number += block.size
    return Layout({**layout.alphas, **alphas}, {**layout.blocks, **blocks}, first, number)


def _check_name(block: Block, known: Block | None, kinds: dict[str, str], member: Member) -> None:
    """Refuse a block whose name has another meaning; note the meaning of a new one."""
    if kinds.setdefault(block.name, block.kind) != block.kind:
        raise ModelError(
            "a name stands for two kinds of parameters",
            value=block.name,
            hint=f"it is a {kinds[block.name]} and a {block.kind}",
        )
    if known is not None and block.kind == "shapesys":
        raise ModelError(
            f"{member.where} has a shapesys whose name another sample has too",
            value=block.name,
            hint="give it a name of its own",
        )
    if known is not None:
        raise ModelError(
            f"a {block.kind} stands in channels of different numbers of bins",
            value=block.name,
            hint=f"{known.size} and {block.size} bins",
        )
