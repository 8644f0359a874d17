"""An analysis: its background compiled once, each signal hypothesis by its own rows.

Takes the background-only workspace, and then workspaces with a patch applied that share with it
what the patch leaves alone (``fitscan.likelihood.apply_patch``). What is the same object is
background and known already; everything else is the hypothesis' own. So patches may add, remove
or replace channels, samples, modifiers, observations or measurements, and a model depends on
nothing but its own hypothesis and the background.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import FREE, Arrays, BoolArray, Data, FloatArray, Model
from fitscan.model.interpolation import HISTOSYS_CODES, NORMSYS_CODES
from fitscan.model.layout import Layout, block_key, extended
from fitscan.model.parameters import (
    NO_COLUMNS,
    Block,
    Columns,
    block_columns,
    concatenated,
    placed,
    with_sigma,
)
from fitscan.model.recipe import Member, make_member
from fitscan.model.rows import Rows, joined, rows_of

__all__ = ["Analysis"]

Workspace = Mapping[str, Any]

_EMPTY = Layout({}, {}, {}, 0)


@dataclass(frozen=True)
class _Compiled:
    """Samples compiled together.

    Attributes:
        channels: Name and number of bins of each channel, sorted by name.
        measurement: Configuration of the measurement.
        members: The samples.
        layout: Their parameters.
        rows: Their rows; None when there is no sample.
        statistics: Sum of yields and of squared errors by staterror and channel.
        alpha_columns: Columns of the alphas.
        factor_columns: Columns of the factors.
        block_columns: The same by block.
    """

    channels: tuple[tuple[str, int], ...]
    measurement: Mapping[str, Any]
    members: tuple[Member, ...]
    layout: Layout
    rows: Rows | None
    statistics: dict[tuple[str, str], tuple[FloatArray, FloatArray]]
    alpha_columns: Columns | None
    factor_columns: Columns
    block_columns: dict[tuple[str, str], Columns]


class Analysis:
    """All hypotheses of one background-only workspace.

    Args:
        workspace: The background-only workspace.
        measurement: Name of the measurement; None takes the first.
        histosys: Interpolation code of shape variations.
        normsys: Interpolation code of normalisation variations.
        poi_bounds: Bounds of the parameter of interest; None takes those of the measurement.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        measurement: str | None = None,
        histosys: str = "code4p",
        normsys: str = "code4",
        poi_bounds: tuple[float, float] | None = None,
    ) -> None:
        self.workspace = workspace
        self._measurement = measurement
        self._codes = HISTOSYS_CODES[histosys], NORMSYS_CODES[normsys]
        self._poi_bounds = poi_bounds
        self._known = {
            id(sample) for channel in workspace["channels"] for sample in channel["samples"]
        }
        self._backgrounds: dict[tuple[Any, ...], tuple[_Compiled, Model | None]] = {}

    def model(self, hypothesis: Workspace) -> Model:
        """Return the model of a hypothesis.

        Args:
            hypothesis: The workspace with a patch applied; the background-only workspace itself is
                one too, if it has the parameter of interest.

        Raises:
            ModelError: The model holds what this engine does not compute, or nothing could.
        """
        channels = sorted(hypothesis["channels"], key=lambda channel: str(channel["name"]))
        observed = {part["name"]: part["data"] for part in hypothesis["observations"]}
        kept: list[tuple[str, int, int, Any]] = []
        added: list[tuple[str, int, int, Any]] = []
        first_bin = 0
        for channel in channels:
            bins = len(observed[channel["name"]])
            for sample in channel["samples"]:
                where = kept if id(sample) in self._known else added
                where.append((channel["name"], first_bin, bins, sample))
            first_bin += bins
        shape = tuple((c["name"], len(observed[c["name"]])) for c in channels)
        main = np.concatenate([np.asarray(observed[name], dtype=float) for name, _ in shape])
        base, background = self._background(hypothesis, shape, kept, main)
        compiled = self._with(base, [_member(part) for part in added])
        return self._finished(compiled, main, background=background)

    def _background(
        self,
        hypothesis: Workspace,
        channels: tuple[tuple[str, int], ...],
        kept: Sequence[tuple[str, int, int, Any]],
        main: FloatArray,
    ) -> tuple[_Compiled, Model | None]:
        """Compile what a hypothesis keeps of the background, or find it compiled."""
        ours = (
            hypothesis["measurements"] is self.workspace["measurements"]
            and hypothesis["observations"] is self.workspace["observations"]
        )
        key = (channels, tuple([id(sample) for *_, sample in kept]))
        found = self._backgrounds.get(key) if ours else None
        if found is None:
            measurement = _measurement(hypothesis, self._measurement)
            nothing = _Compiled(channels, measurement, (), _EMPTY, None, {}, None, NO_COLUMNS, {})
            base = self._with(nothing, [_member(part) for part in kept])
            found = base, self._finished(base, main, signal=False) if kept else None
            if ours:
                self._backgrounds[key] = found
        return found

    def _with(self, base: _Compiled, members: Sequence[Member]) -> _Compiled:
        """Add samples to what is compiled."""
        if not members:
            return base
        layout = extended(base.layout, members)
        user = {part["name"]: part for part in base.measurement.get("parameters", [])}
        rows = rows_of(members, layout)
        if base.rows is not None:
            rows = joined(base.rows, rows, alphas=len(layout.alphas))
        statistics, known = dict(base.statistics), base.block_columns
        columns: dict[tuple[str, str], Columns] = {}
        shared, shared_before = _staterror_parts(layout), _staterror_parts(base.layout)
        added = _statistics(members)
        for key, (nominal, variance) in added.items():
            before = statistics.get(key, (0.0, 0.0))
            statistics[key] = before[0] + nominal, before[1] + variance
        for key, block in layout.blocks.items():
            # A new channel moves the values that a measurement gives to those after it.
            moved = shared.get(key) != shared_before.get(key)
            if key not in added and not moved:
                continue
            sigma = _relative_error(*statistics[key])
            if key in known and not moved and block.name not in user and np.isfinite(sigma).all():
                columns[key] = with_sigma(known[key], sigma)
                continue
            columns[key] = block_columns(
                block,
                user=user.get(block.name),
                part=shared.get(key, slice(None)),
                sigma=sigma,
            )
        for member in members:
            columns |= _shapesys_columns(member, layout, user)
        for key, block in layout.blocks.items():
            if key not in columns and key not in known:
                columns[key] = block_columns(block, user=user.get(block.name))
        parts = [(layout.first[key], part) for key, part in columns.items()]
        return _Compiled(
            channels=base.channels,
            measurement=base.measurement,
            members=(*base.members, *members),
            layout=layout,
            rows=rows,
            statistics=statistics,
            alpha_columns=_alpha_columns(base, layout, user),
            factor_columns=placed(base.factor_columns, layout.factors, parts),
            block_columns=known | columns,
        )

    def _finished(
        self,
        compiled: _Compiled,
        main: FloatArray,
        *,
        signal: bool = True,
        background: Model | None = None,
    ) -> Model:
        """Put rows, parameters and data together; a background has no parameter of interest."""
        rows, layout = compiled.rows, compiled.layout
        if rows is None:
            raise ModelError("a workspace without samples has no model")
        if signal:
            # What a hypothesis keeps of the background need not be a valid model by itself.
            if _shared_staterrors(layout):
                _check_staterrors(compiled.members)
            _check_shared_values(layout, compiled.measurement)
        parts = [] if compiled.alpha_columns is None else [compiled.alpha_columns]
        columns = concatenated([*parts, compiled.factor_columns])
        poi = _poi_index(layout, compiled.measurement["poi"]) if signal else -1
        lower, upper = columns.lower, columns.upper
        if signal and self._poi_bounds is not None:
            lower, upper = lower.copy(), upper.copy()
            lower[poi], upper[poi] = self._poi_bounds
        histosys, normsys = self._codes
        arrays = Arrays(
            nominal=rows.nominal,
            bin=rows.bin,
            cell_start=_starts(rows.cells),
            half_difference=rows.half_difference,
            bend=rows.bend,
            factors=rows.factors,
            entry_start=_starts(rows.entries),
            entry_alpha=rows.entry_alpha,
            entry_poly=rows.entry_poly,
            entry_log_hi=rows.entry_log_hi,
            entry_log_lo=rows.entry_log_lo,
            constraint=columns.constraint,
            sigma=columns.sigma,
            tau=columns.tau,
            alphas=len(layout.alphas),
            bins=len(main),
            histosys_code=histosys,
            normsys_code=normsys,
        )
        return Model(
            arrays=arrays,
            names=_names(layout),
            poi=poi,
            init=columns.init,
            lower=lower,
            upper=upper,
            fixed=columns.fixed | (lower >= upper) | _without_effect(arrays, layout),
            data=Data(main, columns.auxiliary),
            channels=compiled.channels,
            samples=tuple([(m.channel, m.name) for m in compiled.members]),
            background=background,
        )


def _member(part: tuple[str, int, int, Any]) -> Member:
    channel, first_bin, bins, sample = part
    return make_member(sample, channel=channel, first_bin=first_bin, bins=bins)


def _measurement(workspace: Workspace, name: str | None) -> Mapping[str, Any]:
    """Return the configuration of a measurement."""
    for measurement in workspace["measurements"]:
        if name in {None, measurement["name"]}:
            config: Mapping[str, Any] = measurement["config"]
            names = [part["name"] for part in config.get("parameters", [])]
            if len(set(names)) < len(names):
                raise ModelError(
                    "the measurement has two entries for one parameter",
                    value=next(part for part in names if names.count(part) > 1),
                    hint="join them or remove one",
                )
            return config
    raise ModelError("the workspace has no such measurement", value=name)


def _statistics(
    members: Sequence[Member],
) -> dict[tuple[str, str], tuple[FloatArray, FloatArray]]:
    """Return sums of yields and squared errors of samples, by staterror and channel.

    The relative error of a bin is that of all samples together that carry the modifier, the signal
    included (CERN-OPEN-2012-016, section 4.1.3; pyhf.modifiers.staterror).
    """
    sums: dict[tuple[str, str], tuple[FloatArray, FloatArray]] = {}
    for member in members:
        for modifier in member.modifiers["staterror"]:
            key = block_key("staterror", modifier["name"], member)
            nominal = np.array(member.yields, dtype=float)
            variance = np.array(modifier["data"], dtype=float) ** 2
            before = sums.get(key, (0.0, 0.0))
            sums[key] = before[0] + nominal, before[1] + variance
    return sums


def _relative_error(nominal: FloatArray, variance: FloatArray) -> FloatArray:
    """Return the relative error of each bin, 0 where nothing is expected."""
    return np.divide(np.sqrt(variance), nominal, out=np.zeros(len(nominal)), where=nominal > 0)


def _shapesys_columns(
    member: Member, layout: Layout, user: Mapping[str, Any]
) -> dict[tuple[str, str], Columns]:
    """Return the columns of the shapesys of a sample: tau = (yield / error)^2."""
    columns = {}
    for modifier in member.modifiers["shapesys"]:
        name = modifier["name"]
        nominal = np.array(member.yields, dtype=float)
        errors = np.array(modifier["data"], dtype=float)
        exact = (nominal <= 0) | (errors <= 0)  # an error that is NaN is none of both
        tau = np.where(exact, 0.0, nominal**2 / np.where(exact, 1.0, errors) ** 2)
        block = layout.blocks[name, ""]
        columns[name, ""] = block_columns(block, user=user.get(name), tau=tau)
    return columns


def _alpha_columns(base: _Compiled, layout: Layout, user: Mapping[str, Any]) -> Columns | None:
    """Return the columns of the alphas: those of the base, and of new names."""
    new = [name for name in layout.alphas if name not in base.layout.alphas]
    if not new:
        return base.alpha_columns
    parts = [] if base.alpha_columns is None else [base.alpha_columns]
    if user.keys().isdisjoint(new):
        parts.append(block_columns(Block("", "alpha", len(new))))
    else:
        parts += [block_columns(Block(name, "alpha", 1), user=user.get(name)) for name in new]
    return concatenated(parts)


def _staterror_parts(layout: Layout) -> dict[tuple[str, str], slice]:
    """Return which values of a name each channel has, for staterrors in several channels."""
    parts, next_value = {}, dict[str, int]()
    for name, channel in sorted(key for key in layout.blocks if key[1]):
        start = next_value.get(name, 0)
        next_value[name] = start + layout.blocks[name, channel].size
        parts[name, channel] = slice(start, next_value[name])
    return parts


def _shared_staterrors(layout: Layout) -> bool:
    """Tell whether a staterror stands in several channels."""
    names = [name for name, channel in layout.blocks if channel]
    return len(set(names)) < len(names)


def _check_staterrors(members: Sequence[Member]) -> None:
    """Refuse a staterror that is not on the same samples in all its channels, as pyhf does."""
    samples: dict[str, dict[str, set[str]]] = {}
    for member in members:
        for modifier in member.modifiers["staterror"]:
            channels = samples.setdefault(modifier["name"], {})
            channels.setdefault(member.channel, set()).add(member.name)
    for name, channels in samples.items():
        if len(channels) > 1 and len(set(map(frozenset, channels.values()))) > 1:
            raise ModelError(
                "a staterror is not on the same samples in all its channels",
                value=name,
                hint="give it a name of its own in each channel; pyhf refuses it too",
            )


def _check_shared_values(layout: Layout, measurement: Mapping[str, Any]) -> None:
    """Refuse a measurement that gives a staterror more or fewer values than it has in all."""
    sizes = Counter[str]()
    for (name, channel), block in layout.blocks.items():
        sizes[name] += block.size if channel else 0
    for part in measurement.get("parameters", []):
        for key in ("inits", "bounds", "auxdata", "sigmas"):
            if sizes[part["name"]] and len(part.get(key, [])) not in {0, sizes[part["name"]]}:
                raise ModelError(
                    f"the measurement gives parameter {part['name']!r} a wrong number of {key}",
                    value=len(part[key]),
                    hint=f"it has {sizes[part['name']]}",
                )


def _names(layout: Layout) -> tuple[str, ...]:
    """Return the names of the parameters as pyhf writes them."""
    names = list(layout.alphas)
    parts = _staterror_parts(layout)
    for key, block in layout.blocks.items():
        start = parts[key].start if key in parts else 0
        names += (
            [block.name]
            if block.scalar
            else [f"{block.name}[{start + n}]" for n in range(block.size)]
        )
    return tuple(names)


def _poi_index(layout: Layout, name: str) -> int:
    """Find the parameter of interest."""
    if name in layout.alphas:
        return layout.alphas[name]
    if (name, "") in layout.blocks and layout.blocks[name, ""].scalar:
        return len(layout.alphas) + layout.first[name, ""]
    raise ModelError(
        "no sample carries the parameter of interest",
        value=name,
        hint="a sample needs a normfactor of that name; or choose another measurement",
    )


def _without_effect(arrays: Arrays, layout: Layout) -> BoolArray:
    """Tell which unconstrained parameters change no yield: nothing determines them."""

    def idle(live: BoolArray) -> BoolArray:
        used = np.bincount(arrays.factors[live].ravel() + 1, minlength=layout.factors + 1)[1:]
        found: BoolArray = arrays.constraint == FREE
        found[arrays.alphas :] &= used == 0
        return found

    found = idle(arrays.nominal != 0)
    if found.any():  # rare, and so is a sample that has nothing but variations
        live = (arrays.nominal != 0) | arrays.half_difference.any(axis=1) | arrays.bend.any(axis=1)
        found = idle(live)
    found[: arrays.alphas] = False
    return found


def _starts(counts: Any) -> Any:
    """Return the first index of each group, and the number of all."""
    return np.concatenate([[0], np.cumsum(counts)])
