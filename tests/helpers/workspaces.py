"""A hypothesis strategy: HistFactory workspaces of every kind that pyhf accepts, with a patch.

What there is is drawn by hypothesis, the numbers come from a seed that it draws. So counterexamples
shrink to few channels, samples and modifiers.

Validity rules that pyhf has beyond its schema and that hold here: a shapesys has a name of its own;
a shapefactor stands in channels of one number of bins; a staterror of several channels is on the
same samples in each; a name has one kind of constraint; lumi is configured by the measurement.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

CHANNELS = ["SR", "CR", "VR", "AR"]
BACKGROUNDS = ["top", "Zjets", "W"]
SIGNALS = ["signal", "another_signal"]
ALPHAS = ["JES", "theory", "Btag"]
SHARED_STATERROR = "stat_all"

Channels = dict[str, dict[str, dict[str, Any]]]


@dataclass
class Case:
    """A background-only workspace, a patch for it and the measurement to take."""

    background: dict[str, Any]
    operations: list[dict[str, Any]]
    measurement: str | None


@st.composite
def cases(draw, *, most_bins: int = 3) -> Case:
    """Draw a background-only workspace and a patch that adds, removes and replaces parts of it."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    bins = {name: draw(st.integers(1, most_bins)) for name in CHANNELS}
    names = draw(st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=3, unique=True))
    before: Channels = {name: _channel(draw, rng, name, bins[name]) for name in names}
    after = _edited(draw, rng, before, bins)
    shared = draw(st.sets(st.sampled_from([*BACKGROUNDS, *SIGNALS]), max_size=2))
    background = _document(before, shared, rng, bins)
    hypothesis = _document(after, shared, rng, bins)
    background["measurements"] = [_measurement(draw, rng, "first", hypothesis)]
    hypothesis["measurements"] = background["measurements"]
    if draw(st.booleans()):
        background["measurements"].append(_measurement(draw, rng, "second", hypothesis))
    if draw(st.integers(0, 3)) == 0:
        hypothesis["measurements"] = [_measurement(draw, rng, "first", hypothesis)]
    several = len(hypothesis["measurements"]) > 1
    measurement = draw(st.sampled_from([None, "first", "second"] if several else [None, "first"]))
    for observation in hypothesis["observations"]:
        # What the patch does not mention stays as it was.
        known = [o for o in background["observations"] if o["name"] == observation["name"]]
        if known and draw(st.integers(0, 4)):
            observation["data"] = known[0]["data"]
    return Case(background, _operations(draw, background, hypothesis), measurement)


def _channel(draw, rng, name: str, bins: int) -> dict[str, dict[str, Any]]:
    samples = draw(st.lists(st.sampled_from(BACKGROUNDS), min_size=1, max_size=3, unique=True))
    return {sample: _sample(draw, rng, name, sample, bins) for sample in samples}


def _edited(draw, rng, before: Channels, bins: dict[str, int]) -> Channels:
    """Return the channels of a hypothesis; some sample has the parameter of interest."""
    after = {name: dict(samples) for name, samples in before.items()}
    for name in list(after):
        if len(after) > 1 and draw(st.integers(0, 5)) == 0:
            del after[name]
    for name in CHANNELS:
        if name not in after and draw(st.integers(0, 6)) == 0:
            after[name] = _channel(draw, rng, name, bins[name])
    for name, samples in after.items():
        for sample in list(samples):
            change = draw(st.integers(0, 7))
            if change == 0 and len(samples) > 1:
                del samples[sample]
            elif change == 1:
                samples[sample] = _sample(draw, rng, name, sample, bins[name])
    receivers = draw(st.sets(st.sampled_from(sorted(after)), min_size=1))
    for name in sorted(receivers):
        for sample in SIGNALS[: draw(st.integers(1, 2))]:
            after[name][sample] = _sample(draw, rng, name, sample, bins[name], poi=True)
    return after


def _sample(draw, rng, channel: str, name: str, bins: int, *, poi: bool = False) -> dict[str, Any]:
    """Return a sample without the staterror that channels share."""
    kind = draw(st.sampled_from(["usual"] * 4 + ["empty bin", "empty", "negative"]))
    yields = rng.uniform(1.0, 20.0, bins)
    if kind == "empty bin":
        yields[rng.integers(bins)] = 0.0
    elif kind == "empty":
        yields[:] = 0.0
    elif kind == "negative":
        yields[rng.integers(bins)] *= -0.05
    modifiers = [
        *_factors(draw, channel, bins, poi=poi),
        *_variations(draw, rng, yields),
        *_uncertainties(draw, rng, channel, name, yields),
    ]
    shared = _errors(rng, SHARED_STATERROR, "staterror", yields)
    order = draw(st.permutations(range(len(modifiers))))
    return {
        "name": name,
        "data": yields.tolist(),
        "modifiers": [modifiers[number] for number in order],
        "shared": shared,
    }


def _factors(draw, channel: str, bins: int, *, poi: bool) -> list[dict[str, Any]]:
    """Return modifiers without data."""
    chosen = [
        ("mu", "normfactor", poi or draw(st.integers(0, 9)) == 0),
        ("k_top", "normfactor", draw(st.integers(0, 2)) == 0),
        ("lumi", "lumi", draw(st.integers(0, 3)) == 0),
        (f"free_{channel}", "shapefactor", draw(st.integers(0, 5)) == 0),
        (f"free_{bins}_bins", "shapefactor", draw(st.integers(0, 5)) == 0),
    ]
    return [{"name": name, "type": kind, "data": None} for name, kind, taken in chosen if taken]


def _variations(draw, rng, yields: np.ndarray) -> list[dict[str, Any]]:
    """Return modifiers with an alpha; a name may be a normsys and a histosys at once."""
    modifiers: list[dict[str, Any]] = []
    for alpha in draw(st.sets(st.sampled_from(ALPHAS), max_size=2)):
        factors = rng.uniform(0.6, 1.6, 2)
        if draw(st.integers(0, 3)) == 0:
            factors[rng.integers(2)] = 1.0
        data = {"hi": float(factors[0]), "lo": float(factors[1])}
        modifiers.append({"name": alpha, "type": "normsys", "data": data})
    for alpha in draw(st.sets(st.sampled_from(ALPHAS), max_size=2)):
        modifiers.append({"name": alpha, "type": "histosys", "data": _variation(draw, rng, yields)})
    return modifiers


def _uncertainties(draw, rng, channel: str, name: str, yields: np.ndarray) -> list[dict[str, Any]]:
    """Return modifiers of single bins."""
    modifiers = []
    if draw(st.integers(0, 2)) == 0:
        modifiers.append(_errors(rng, f"stat_{channel}", "staterror", yields))
    if draw(st.integers(0, 2)) == 0:
        modifiers.append(_errors(rng, f"shape_{channel}_{name}", "shapesys", yields))
    return modifiers


def _variation(draw, rng, yields: np.ndarray) -> dict[str, list[float]]:
    """Return a shape variation: to both sides, to one, or twice to the same side."""
    up, down = rng.uniform(-0.4, 0.4, (2, len(yields))) * np.maximum(np.abs(yields), 0.5)
    kind = draw(st.sampled_from(["both", "one-sided", "same"]))
    if kind == "one-sided":
        down = np.zeros_like(up)
    elif kind == "same":
        down = up.copy()
    return {"hi_data": (yields + up).tolist(), "lo_data": (yields + down).tolist()}


def _errors(rng, name: str, kind: str, yields: np.ndarray) -> dict[str, Any]:
    """Return uncertainties for each bin, some of them 0."""
    errors = rng.uniform(0.05, 0.6, len(yields)) * np.maximum(yields, 0.3)
    errors[rng.uniform(size=len(yields)) < 0.15] = 0.0
    return {"name": name, "type": kind, "data": errors.tolist()}


def _document(channels: Channels, shared: set[str], rng, bins: dict[str, int]) -> dict[str, Any]:
    """Return a workspace; channels with all samples of ``shared`` share a staterror on these."""
    written = []
    for name, samples in channels.items():
        whole = shared and shared <= set(samples)
        written.append(
            {
                "name": name,
                "samples": [
                    {
                        "name": key,
                        "data": sample["data"],
                        "modifiers": sample["modifiers"]
                        + ([sample["shared"]] if whole and key in shared else []),
                    }
                    for key, sample in samples.items()
                ],
            }
        )
    observations = [
        {"name": name, "data": rng.poisson(15.0, bins[name]).astype(float).tolist()}
        for name in channels
    ]
    return {"version": "1.0.0", "channels": written, "observations": observations}


def parameter_sizes(document: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """Return type and number of values of each parameter of a workspace."""
    sizes: dict[str, tuple[str, int]] = {}
    seen = set()
    for channel in document["channels"]:
        for sample in channel["samples"]:
            for modifier in sample["modifiers"]:
                kind, name = modifier["type"], modifier["name"]
                per_bin = kind in {"staterror", "shapesys", "shapefactor"}
                size = len(sample["data"]) if per_bin else 1
                if kind == "staterror" and (name, channel["name"]) not in seen:
                    size += sizes.get(name, (kind, 0))[1]
                elif name in sizes:
                    size = sizes[name][1]
                seen.add((name, channel["name"]))
                sizes[name] = kind, size
    return sizes


def _measurement(draw, rng, name: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return a measurement that configures some parameters."""
    lumi = {
        "name": "lumi",
        "inits": [1.0],
        "bounds": [[0.5, 1.5]],
        "auxdata": [1.0],
        "sigmas": [0.017],
    }
    if draw(st.booleans()):
        lumi["fixed"] = draw(st.booleans())
    parameters = [lumi]
    for parameter, (kind, size) in sorted(parameter_sizes(document).items()):
        if kind != "lumi" and draw(st.integers(0, 3)) == 0:
            parameters.append(_parameter(draw, rng, parameter, kind, size))
            if parameter == "mu":
                _open_to_0(parameters[-1])
    return {"name": name, "config": {"poi": "mu", "parameters": parameters}}


def _parameter(draw, rng, name: str, kind: str, size: int) -> dict[str, Any]:
    """Return what a measurement says of a parameter; the initial values lie in the bounds."""
    alpha = kind in {"normsys", "histosys"}
    inits = rng.uniform(-1.0, 1.0, size) if alpha else rng.uniform(0.5, 2.0, size)
    width = rng.uniform(0.1, 2.0, (size, 2))
    lowest = -np.inf if alpha else 1e-6
    bounds = np.stack([np.maximum(inits - width[:, 0], lowest), inits + width[:, 1]], axis=1)
    if draw(st.integers(0, 7)) == 0:
        bounds[rng.integers(size)] = inits[rng.integers(size)]
        inits = np.clip(inits, bounds[:, 0], bounds[:, 1])
    possible = {
        "inits": inits.tolist(),
        "bounds": bounds.tolist(),
        "fixed": draw(st.booleans()),
    }
    if kind not in {"normfactor", "shapefactor"}:
        events = 20.0 if kind == "shapesys" else 1.0
        centres = rng.normal(0.0, 1.0, size) if alpha else rng.uniform(0.5, 2.0, size) * events
        possible["auxdata"] = centres.tolist()
    if kind == "staterror":
        possible["sigmas"] = rng.uniform(0.05, 0.5, size).tolist()
    if kind == "shapesys":
        possible["factors"] = rng.uniform(5.0, 50.0, size).tolist()
    taken = draw(st.sets(st.sampled_from(sorted(possible)), min_size=1))
    if "inits" in taken or "bounds" in taken:
        taken |= {"inits", "bounds"}
    return {"name": name, **{key: possible[key] for key in sorted(taken)}}


def _open_to_0(poi: dict[str, Any]) -> None:
    """Leave the parameter of interest free, and with 0 within its bounds."""
    poi.pop("fixed", None)
    for bounds in poi.get("bounds", []):
        bounds[:] = [min(bounds[0], 0.0), max(bounds[1], 0.1)]


def _operations(draw, background: dict[str, Any], hypothesis: dict[str, Any]) -> list[Any]:
    """Return a patch that makes ``hypothesis`` of ``background``, but for the order of lists."""
    operations: list[dict[str, Any]] = []
    wanted = {channel["name"]: channel for channel in hypothesis["channels"]}
    observed = {part["name"]: part for part in hypothesis["observations"]}
    for number, channel in reversed(list(enumerate(background["channels"]))):
        path = f"/channels/{number}"
        if channel["name"] in wanted:
            operations += _sample_operations(draw, path, channel, wanted.pop(channel["name"]))
        else:
            operations.append({"op": "remove", "path": path})
    for number, part in reversed(list(enumerate(background["observations"]))):
        path = f"/observations/{number}"
        new = observed.pop(part["name"], None)
        if new is None:
            operations.append({"op": "remove", "path": path})
        elif new != part:
            operations.append({"op": "replace", "path": f"{path}/data", "value": new["data"]})
    for kind, parts in (("channels", wanted), ("observations", observed)):
        operations += [
            {"op": "add", "path": f"/{kind}/{draw(st.sampled_from(['0', '-']))}", "value": part}
            for part in parts.values()
        ]
    if hypothesis["measurements"] != background["measurements"]:
        operations.append(
            {"op": "replace", "path": "/measurements", "value": hypothesis["measurements"]}
        )
    return operations


def _sample_operations(draw, path: str, before: Any, after: Any) -> list[dict[str, Any]]:
    operations: list[dict[str, Any]] = []
    wanted = {sample["name"]: sample for sample in after["samples"]}
    added = [name for name in wanted if name not in {s["name"] for s in before["samples"]}]
    for number, sample in reversed(list(enumerate(before["samples"]))):
        new = wanted.get(sample["name"])
        where = f"{path}/samples/{number}"
        if new is None:
            operations.append({"op": "remove", "path": where})
        elif new["data"] != sample["data"]:
            operations.append({"op": "replace", "path": where, "value": new})
        elif new != sample:
            operations.append(
                {"op": "replace", "path": f"{where}/modifiers", "value": new["modifiers"]}
            )
    return operations + [
        {
            "op": "add",
            "path": f"{path}/samples/{draw(st.sampled_from(['0', '-']))}",
            "value": wanted[name],
        }
        for name in added
    ]
