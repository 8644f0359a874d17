"""Where each parameter stands: alphas by name, factors in blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fitscan.errors import ModelError
from fitscan.model.parameters import Block
from fitscan.model.samples import PER_BIN, Factor, Sample

__all__ = [
    "NOTHING",
    "BlockKey",
    "Layout",
    "NewParameters",
    "block_key",
    "channel_parts",
    "extended",
    "new_parameters",
]

BlockKey = tuple[str, str]

# Names of alphas, and blocks of factors.
NewParameters = tuple[tuple[str, ...], tuple[tuple[BlockKey, Block], ...]]


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


NOTHING = Layout({}, {}, {}, 0)


def block_key(factor: Factor, sample: Sample) -> BlockKey:
    """Return the key of the block of a factor; the bins of a staterror are those of its channel."""
    return factor.name, sample.outline.channel if factor.kind == "staterror" else ""


def channel_parts(layout: Layout) -> dict[BlockKey, slice]:
    """Return which values of a name each channel has, for staterrors in several channels."""
    parts, next_value = {}, dict[str, int]()
    for name, channel in sorted(key for key in layout.blocks if key[1]):
        start = next_value.get(name, 0)
        next_value[name] = start + layout.blocks[name, channel].size
        parts[name, channel] = slice(start, next_value[name])
    return parts


def new_parameters(layout: Layout, samples: Sequence[Sample]) -> NewParameters:
    """Return the parameters of ``samples`` that are not in ``layout``.

    Raises:
        ModelError: A name stands for parameters of two kinds, or of two sizes; or a shapesys is
            in two samples. pyhf refuses these too.
    """
    known = layout.alphas
    alphas: dict[str, None] = {}
    for sample in samples:
        for names in (sample.norms, sample.outline.shapes):
            alphas |= dict.fromkeys(name for name in names if name not in known)
    blocks: dict[BlockKey, Block] = {}
    kinds = {block.name: block.kind for block in layout.blocks.values()}
    for sample in samples:
        for factor in sample.outline.factors:
            key = name, channel = block_key(factor, sample)
            before = layout.blocks.get(key) or blocks.get(key)
            kind = factor.kind
            size = sample.bins if kind in PER_BIN else 1
            if before is None or (before.kind, before.size) != (kind, size) or kind == "shapesys":
                block = Block(name, kind, size, channel)
                _check_name(block, before, kinds, sample)
                blocks[key] = block
    if not alphas and not blocks:
        return (), ()
    for name in kinds.keys() & (known.keys() | alphas.keys()):
        raise ModelError(
            "two kinds of parameters have the same name",
            value=name,
            hint=f"a {kinds[name]} cannot share its parameter with a variation",
        )
    return tuple(alphas), tuple(blocks.items())


def extended(layout: Layout, new: NewParameters) -> Layout:
    """Return ``layout`` with more parameters; itself if there is none."""
    alphas, blocks = new
    if not alphas and not blocks:
        return layout
    first, number = dict(layout.first), layout.factors
    for key, block in blocks:
        first[key] = number
        number += block.size
    numbers = {name: len(layout.alphas) + n for n, name in enumerate(alphas)}
    return Layout({**layout.alphas, **numbers}, {**layout.blocks, **dict(blocks)}, first, number)


def _check_name(block: Block, known: Block | None, kinds: dict[str, str], sample: Sample) -> None:
    """Refuse a block whose name has another meaning; note the meaning of a new one."""
    if kinds.setdefault(block.name, block.kind) != block.kind:
        raise ModelError(
            "two kinds of parameters have the same name",
            value=block.name,
            hint=f"it is a {kinds[block.name]} and a {block.kind}",
        )
    if known is not None and block.kind == "shapesys":
        raise ModelError(
            f"{sample.where} has a shapesys with a name that another sample uses",
            value=block.name,
            hint="give it its own name",
        )
    if known is not None:
        raise ModelError(
            f"channels that share a {block.kind} have different numbers of bins",
            value=block.name,
            hint=f"{known.size} and {block.size} bins",
        )
