"""An analysis: its background compiled once, each signal hypothesis by its own rows.

Takes the background-only workspace, and then workspaces with a patch applied that share with it
what the patch leaves alone (``fitscan.likelihood.apply_patch``). What is the same object is
background and known already; everything else is the hypothesis' own. So patches may add, remove
or replace channels, samples, modifiers, observations or measurements, and a model depends on
nothing but its own hypothesis and the background.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fitscan.errors import ModelError
from fitscan.model.arrays import FREE, Arrays, BoolArray, Data, FloatArray, Model
from fitscan.model.cells import NO_FRAME, NO_ROWS, Frame, Rows, frame_of, rows_of
from fitscan.model.interpolation import HISTOSYS_CODES, NORMSYS_CODES
from fitscan.model.layout import NOTHING, Layout, NewParameters, extended, new_parameters
from fitscan.model.parameter_set import ParameterSet, make_parameter_set
from fitscan.model.ranges import check_numbers, in_range
from fitscan.model.samples import Outline, Sample, make_sample
from fitscan.model.staterrors import (
    NO_UNCERTAINTIES,
    StatisticalUncertainties,
    UncertainPlaces,
    uncertain_places,
    with_samples,
)

__all__ = ["Analysis"]

Workspace = Mapping[str, Any]

# Of these so many are kept of a background at most.
_MOST_PARAMETER_SETS = _MOST_FORMS = 64


@dataclass(frozen=True)
class _Form:
    """What hypotheses share whose samples have the same outlines and new parameters.

    Attributes:
        parameter_set: Their parameters.
        frame: The frame of their groups.
        places: Where the statistical uncertainties go that they do not share.
    """

    parameter_set: ParameterSet
    frame: Frame
    places: UncertainPlaces


@dataclass(frozen=True)
class _Base:
    """What hypotheses share.

    Attributes:
        channels: Name and number of bins of each channel, sorted by name.
        measurement: Configuration of the measurement.
        main: Observed events, (bins,).
        samples: The samples.
        layout: Their parameters.
        frame: The frame of their groups.
        rows: Their rows.
        uncertainties: Their statistical uncertainties.
        model: The samples as a model of their own; None when there is no sample.
        parameter_sets: Parameters of hypotheses by what is new in them.
        forms: Forms of hypotheses by what is new in them: for each sample its outline, and the
            names of normsys that are new.
    """

    channels: tuple[tuple[str, int], ...]
    measurement: Mapping[str, Any]
    main: FloatArray
    samples: tuple[Sample, ...]
    layout: Layout
    frame: Frame
    rows: Rows
    uncertainties: StatisticalUncertainties
    model: Model | None
    parameter_sets: dict[NewParameters, ParameterSet] = field(default_factory=dict)
    forms: dict[tuple[tuple[object, ...], ...], _Form] = field(default_factory=dict)


class Analysis:
    """All hypotheses of one background-only workspace.

    Args:
        workspace: The background-only workspace.
        measurement: Name of the measurement; None takes the first.
        histosys: Interpolation code of shape variations.
        normsys: Interpolation code of normalisation variations.
        poi_bounds: Bounds of the parameter of interest; None takes those of the measurement.
        nonnegative: Bound it at 0 from below, as the test statistic qtilde does
            (arXiv:1007.1727, Eq. 16).
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        measurement: str | None = None,
        histosys: str = "code4p",
        normsys: str = "code4",
        poi_bounds: tuple[float, float] | None = None,
        nonnegative: bool = False,
    ) -> None:
        self.workspace = workspace
        self._measurement = measurement
        self._codes = HISTOSYS_CODES[histosys], NORMSYS_CODES[normsys]
        self._poi_bounds, self._nonnegative = poi_bounds, nonnegative
        self._known = {
            id(sample) for channel in workspace["channels"] for sample in channel["samples"]
        }
        self._bases: dict[tuple[Any, ...], _Base] = {}
        # Of the last new sample at a place among the new ones of its channel.
        self._outlines: dict[tuple[str, int], Outline] = {}

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
        shape = tuple([(channel["name"], len(observed[channel["name"]])) for channel in channels])
        kept: list[int] = []
        new: list[Sample] = []
        first_bin = 0
        for channel, (_, bins) in zip(channels, shape, strict=True):
            numbers = list(map(id, channel["samples"]))
            if self._known.issuperset(numbers):
                kept += numbers
            else:
                kept += [number for number in numbers if number in self._known]
                new += self._new_samples(channel, first_bin, bins)
            first_bin += bins
        base = self._base(hypothesis, channels, shape, tuple(kept))
        return self._with(base, new)

    def background(self) -> Model | None:
        """Return the model of the workspace itself, without a signal; None without samples."""
        channels = sorted(self.workspace["channels"], key=lambda channel: str(channel["name"]))
        observed = {part["name"]: part["data"] for part in self.workspace["observations"]}
        shape = tuple([(channel["name"], len(observed[channel["name"]])) for channel in channels])
        kept = tuple([id(sample) for channel in channels for sample in channel["samples"]])
        return self._base(self.workspace, channels, shape, kept).model

    def _new_samples(self, channel: Mapping[str, Any], first_bin: int, bins: int) -> list[Sample]:
        """Return the samples of a channel that are not of the background."""
        name, found = channel["name"], list[Sample]()
        for content in channel["samples"]:
            if id(content) not in self._known:
                place = name, len(found)
                like = self._outlines.get(place)
                sample = make_sample(
                    content, channel=name, first_bin=first_bin, bins=bins, like=like
                )
                self._outlines[place] = sample.outline
                found.append(sample)
        return found

    def _base(
        self,
        hypothesis: Workspace,
        channels: Sequence[Mapping[str, Any]],
        shape: tuple[tuple[str, int], ...],
        kept: tuple[int, ...],
    ) -> _Base:
        """Compile what a hypothesis keeps of the background, or find it compiled."""
        ours = (
            hypothesis["measurements"] is self.workspace["measurements"]
            and hypothesis["observations"] is self.workspace["observations"]
        )
        key = shape, kept
        if ours and key in self._bases:
            return self._bases[key]
        measurement = _measurement(hypothesis, self._measurement)
        observed = {part["name"]: part["data"] for part in hypothesis["observations"]}
        main = np.concatenate([np.asarray(observed[name], dtype=float) for name, _ in shape])
        if not (in_range(main) and main.min() >= 0.0):
            _check_observations(observed)
        samples, first_bin = list[Sample](), 0
        for channel, (name, bins) in zip(channels, shape, strict=True):
            samples += [
                make_sample(content, channel=name, first_bin=first_bin, bins=bins)
                for content in channel["samples"]
                if id(content) in self._known
            ]
            first_bin += bins
        layout = extended(NOTHING, new_parameters(NOTHING, samples))
        frame, rows, uncertainties, model = NO_FRAME, NO_ROWS, NO_UNCERTAINTIES, None
        if samples:
            frame = frame_of(samples, layout)
            rows = rows_of(samples, layout, normsys=self._codes[1])
            places = uncertain_places(samples, layout)
            uncertainties = with_samples(NO_UNCERTAINTIES, samples, places)
            form = _Form(make_parameter_set(layout, measurement, signal=False), frame, places)
            model = self._finished(
                form, rows, uncertainties, main, channels=shape, samples=_names(samples)
            )
        base = _Base(
            shape, measurement, main, tuple(samples), layout, frame, rows, uncertainties, model
        )
        if ours:
            self._bases[key] = base
        return base

    def _with(self, base: _Base, new: Sequence[Sample]) -> Model:
        """Add the samples of a hypothesis to what it shares."""
        if not base.samples and not new:
            raise ModelError("a workspace without samples has no model")
        form = self._form(base, new)
        if form.parameter_set.staterrors_shared:  # by names of samples, which no form has
            _check_staterrors((*base.samples, *new))
        rows, uncertainties = base.rows, base.uncertainties
        if new:
            layout = form.parameter_set.layout
            rows = rows_of(new, layout, normsys=self._codes[1], after=base.rows)
            uncertainties = with_samples(uncertainties, new, form.places)
        return self._finished(
            form,
            rows,
            uncertainties,
            base.main,
            channels=base.channels,
            samples=(*(base.model.samples if base.model else ()), *_names(new)),
            background=base.model,
        )

    def _form(self, base: _Base, new: Sequence[Sample]) -> _Form:
        """Return the form of a hypothesis that adds these samples to what it shares."""
        key = tuple([(sample.outline, *_unknown(sample.norms, base.layout)) for sample in new])
        form = base.forms.get(key)
        if form is None:
            parameter_set = self._parameter_set(base, new_parameters(base.layout, new))
            layout = parameter_set.layout
            frame = frame_of(new, layout, after=base.frame) if new else base.frame
            form = _Form(parameter_set, frame, uncertain_places(new, layout))
            if len(base.forms) >= _MOST_FORMS:
                base.forms.clear()
            base.forms[key] = form
        return form

    def _parameter_set(self, base: _Base, new: NewParameters) -> ParameterSet:
        """Return the parameters of a hypothesis that adds these to what it shares."""
        parameter_set = base.parameter_sets.get(new)
        if parameter_set is None:
            if len(base.parameter_sets) >= _MOST_PARAMETER_SETS:
                base.parameter_sets.clear()
            parameter_set = base.parameter_sets[new] = make_parameter_set(
                extended(base.layout, new),
                base.measurement,
                poi_bounds=self._poi_bounds,
                nonnegative=self._nonnegative,
            )
        return parameter_set

    def _finished(
        self,
        form: _Form,
        rows: Rows,
        uncertainties: StatisticalUncertainties,
        main: FloatArray,
        *,
        channels: tuple[tuple[str, int], ...],
        samples: tuple[tuple[str, str], ...],
        background: Model | None = None,
    ) -> Model:
        """Put rows, parameters and data together."""
        parameter_set, frame = form.parameter_set, form.frame
        columns = parameter_set.filled(uncertainties)
        histosys, normsys = self._codes
        arrays = Arrays(
            nominal=rows.nominal,
            bin=frame.bin,
            cell_start=frame.cell_start,
            half_rows=rows.half_rows,
            bend_rows=rows.bend_rows,
            span=rows.span,
            factors=frame.factors,
            entry_start=rows.entry_start,
            entry_alpha=rows.entry_alpha,
            entry_poly=rows.entry_poly,
            entry_log_hi=rows.entry_log_hi,
            entry_log_lo=rows.entry_log_lo,
            constraint=columns.constraint,
            sigma=columns.sigma,
            tau=columns.tau,
            alphas=len(parameter_set.layout.alphas),
            bins=len(main),
            histosys_code=histosys,
            normsys_code=normsys,
        )
        exact = columns.lower >= columns.upper
        return Model(
            arrays=arrays,
            names=parameter_set.names,
            poi=parameter_set.poi,
            poi_bounded=parameter_set.poi_bounded,
            init=columns.init,
            lower=columns.lower,
            upper=columns.upper,
            fixed=columns.fixed | exact | _without_effect(arrays, parameter_set.layout),
            data=Data(main, columns.auxiliary),
            channels=channels,
            samples=samples,
            background=background,
        )


def _names(samples: Sequence[Sample]) -> tuple[tuple[str, str], ...]:
    """Return channel and name of each sample."""
    return tuple([(sample.outline.channel, sample.name) for sample in samples])


def _unknown(norms: Sequence[str], layout: Layout) -> list[str]:
    """Return the names of normsys that a layout does not have."""
    known = layout.alphas
    return [name for name in norms if name not in known]


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
                    hint="merge them or remove one",
                )
            return config
    raise ModelError("the workspace does not have this measurement", value=name)


def _check_observations(observed: Mapping[str, Sequence[float]]) -> None:
    """Refuse numbers of events that are negative or beyond the range, by channel and bin."""
    check_numbers((f"the observation of channel {name!r}", d) for name, d in observed.items())
    for name, data in observed.items():
        for number, events in enumerate(data, start=1):
            if events < 0:
                raise ModelError(
                    f"the observation of channel {name!r} is negative in bin {number}",
                    value=events,
                    hint="events are counted",
                )


def _check_staterrors(samples: Sequence[Sample]) -> None:
    """Refuse a staterror that is not on the same samples in all its channels, as pyhf does."""
    found: dict[str, dict[str, set[str]]] = {}
    for sample in samples:
        for factor in sample.outline.factors:
            if factor.kind == "staterror":
                channels = found.setdefault(factor.name, {})
                channels.setdefault(sample.outline.channel, set()).add(sample.name)
    for name, channels in found.items():
        if len(channels) > 1 and len(set(map(frozenset, channels.values()))) > 1:
            raise ModelError(
                "a staterror is not on the same samples in all its channels",
                value=name,
                hint="give it a different name in each channel; pyhf rejects it too",
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
        live = (arrays.nominal != 0) | arrays.half_rows.any(axis=1) | arrays.bend_rows.any(axis=1)
        found = idle(live)
    found[: arrays.alphas] = False
    return found
