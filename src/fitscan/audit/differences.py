"""What pyhf is asked about a model that it takes for another one.

pyhf 0.7.6 holds a staterror where the yields that carry it are negative in sum, and gives NaN for a
normsys that goes to 0. HistFactory knows both, and so does the engine (``fitscan.model``). An audit
shall find faults and not these, so pyhf is asked about the same model in a form that it computes.
A shapesys of a negative yield is held by both, since it would be that of a positive one. The audit
says so too: the uncertainty is dropped.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from fitscan.engines.pyhf.reference import pyhf_model

__all__ = ["pyhf_counterpart"]

Workspace = Mapping[str, Any]

# Any factor far below what can be seen: pyhf goes smoothly to where it is.
_NEARLY_0 = 1e-300

_OF_NORMSYS = f"pyhf gives NaN for a normsys that goes to 0; the audit replaced 0 by {_NEARLY_0:g}"
_OF_STATERROR = "pyhf fixes a staterror of negative yields; the audit gave it its width"
_OF_SHAPESYS = "a shapesys of negative yields is fixed there, also by pyhf: it has no uncertainty"


def pyhf_counterpart(
    hypothesis: Workspace, settings: dict[str, Any]
) -> tuple[Any, Any, dict[str, str]]:
    """Return pyhf's model of a hypothesis, made to be the one that HistFactory means, and its data.

    Args:
        hypothesis: The workspace with a patch applied.
        settings: ``measurement`` and ``interpolation``.

    Returns:
        Model, data, and where pyhf gets another input or fixes one, by the name of the modifier.
    """
    gone = {m["name"] for *_, m in _modifiers(hypothesis) if _goes_to_0(m)}
    if gone:
        channels = [_with_samples(channel) for channel in hypothesis["channels"]]
        hypothesis = {**hypothesis, "channels": channels}
    widths = _negative_staterrors(hypothesis)
    if widths:
        measurements = [_with_sigmas(part, widths) for part in hypothesis["measurements"]]
        hypothesis = {**hypothesis, "measurements": measurements}
    model, data = pyhf_model(dict(hypothesis), settings)
    for name in widths.keys() - _told_whether_fixed(hypothesis, settings["measurement"]):
        model.config.param_set(name).suggested_fixed = [not width for width in widths[name]]
    notes = dict.fromkeys(sorted(gone), _OF_NORMSYS) | dict.fromkeys(widths, _OF_STATERROR)
    return model, data, notes | dict.fromkeys(_negative_shapesys(hypothesis), _OF_SHAPESYS)


def _modifiers(hypothesis: Workspace) -> Iterator[tuple[str, Any, Any]]:
    """Yield channel, sample and modifier, channels in pyhf's order."""
    for channel in sorted(hypothesis["channels"], key=lambda channel: str(channel["name"])):
        for sample in channel["samples"]:
            for modifier in sample["modifiers"]:
                yield channel["name"], sample, modifier


def _goes_to_0(modifier: Mapping[str, Any]) -> bool:
    return modifier["type"] == "normsys" and 0 in modifier["data"].values()


def _with_samples(channel: Mapping[str, Any]) -> dict[str, Any]:
    """Return a channel whose normsys do not go quite to 0."""
    samples = [
        {**sample, "modifiers": [_nearly_0(modifier) for modifier in sample["modifiers"]]}
        for sample in channel["samples"]
    ]
    return {**channel, "samples": samples}


def _nearly_0(modifier: Mapping[str, Any]) -> Mapping[str, Any]:
    if not _goes_to_0(modifier):
        return modifier
    data = {side: factor or _NEARLY_0 for side, factor in modifier["data"].items()}
    return {**modifier, "data": data}


def _negative_staterrors(hypothesis: Workspace) -> dict[str, list[float]]:
    """Return the relative widths of staterrors that have negative yields somewhere, 0 for none."""
    sums: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for channel, sample, modifier in _modifiers(hypothesis):
        if modifier["type"] == "staterror":
            own = sums.setdefault(modifier["name"], {})
            before = own.get(channel, [(0.0, 0.0)] * len(sample["data"]))
            own[channel] = [
                (total + n, math.hypot(width, error))
                for (total, width), n, error in zip(
                    before, sample["data"], modifier["data"], strict=True
                )
            ]
    found = {}
    for name, channels in sums.items():
        bins = [values for own in channels.values() for values in own]
        if any(total < 0.0 < width for total, width in bins):
            found[name] = [abs(width / total) if total else 0.0 for total, width in bins]
    return found


def _negative_shapesys(hypothesis: Workspace) -> list[str]:
    """Name the shapesys that are held in some bin since its yield is negative."""
    return [
        modifier["name"]
        for _, sample, modifier in _modifiers(hypothesis)
        if modifier["type"] == "shapesys"
        and any(n < 0.0 < e for n, e in zip(sample["data"], modifier["data"], strict=True))
    ]


def _told_whether_fixed(hypothesis: Workspace, measurement: str | None) -> set[str]:
    """Name the parameters of which a measurement says whether they are fixed; None is the first."""
    config = next(
        part["config"] for part in hypothesis["measurements"] if measurement in {None, part["name"]}
    )
    return {part["name"] for part in config.get("parameters", []) if "fixed" in part}


def _with_sigmas(
    measurement: Mapping[str, Any], widths: Mapping[str, list[float]]
) -> dict[str, Any]:
    """Return a measurement that gives widths to parameters, but where it has others already."""
    config = measurement["config"]
    known = {part["name"]: part for part in config.get("parameters", [])}
    for name, width in widths.items():
        sigmas = [one or 1.0 for one in width]
        known[name] = {"name": name, "sigmas": sigmas, **known.get(name, {})}
    return {**measurement, "config": {**config, "parameters": list(known.values())}}
