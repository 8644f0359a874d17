"""Small random likelihoods, each made from a seed and a number.

Backgrounds are up to three samples in up to three channels of up to four bins; the signal comes as
a patch. Samples and channels share parameters. What else there is depends on the family.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from small import MU, luminosity, modifier, sample, workspace

from random_models.families import CYCLE, FAMILIES, Family
from random_models.modifiers import free_norms, norms, shape, shape_to_nothing, statistics

__all__ = ["RandomModel", "make"]


@dataclass(frozen=True)
class RandomModel:
    """A likelihood with one hypothesis.

    Attributes:
        seed, number: What it is made from.
        family: See ``families``.
        workspace: The background-only workspace.
        patch: Operations that add the signal, one a channel.
    """

    seed: int
    number: int
    family: str
    workspace: dict[str, Any]
    patch: list[dict[str, Any]]

    @property
    def name(self) -> str:
        return f"{self.seed}-{self.number}"

    def complete(self) -> dict[str, Any]:
        """Return the workspace with the signal in it."""
        channels = [
            channel | {"samples": [*channel["samples"], operation["value"]]}
            for channel, operation in zip(self.workspace["channels"], self.patch, strict=True)
        ]
        return self.workspace | {"channels": channels}


@dataclass(frozen=True)
class _Plan:
    """What the channels of a likelihood have in common.

    Attributes:
        family: What it has.
        samples: How many backgrounds.
        shapes: How many shape parameters.
        lumi, statistics: Whether there are such uncertainties.
        curved: The sample whose shape varies to one side.
        seen: Strength of the signal that the data have in them.
    """

    family: Family
    samples: int
    shapes: int
    lumi: bool
    statistics: bool
    curved: str
    seen: float


def make(seed: int, number: int) -> RandomModel:
    """Make a random likelihood."""
    name = CYCLE[number % len(CYCLE)]
    family, rng = FAMILIES[name], np.random.default_rng([seed, number])
    # What has no yield but under a variation is the only background of its bin.
    samples = 1 if family.open_bin else int(rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15]))
    plan = _Plan(
        family,
        samples,
        shapes=int(rng.choice([1, 2], p=[0.75, 0.25])),
        lumi=rng.random() < family.lumi,
        statistics=rng.random() < family.statistics,
        curved="signal" if samples == 1 or rng.random() < 0.6 else "background 0",
        seen=float(rng.choice([0.0, 0.5, 1.0, 1.5])),
    )
    channels = min(int(rng.choice([1, 2, 3], p=[0.65, 0.25, 0.1])), family.most_channels)
    backgrounds, patch, observed = {}, [], {}
    for channel in range(channels):
        where = f"channel {channel}"
        backgrounds[where], signal, observed[where] = _channel(rng, plan, channel)
        path = f"/channels/{channel}/samples/-"
        patch.append({"op": "add", "path": path, "value": signal})
    known = [luminosity(round(float(rng.uniform(0.01, 0.05)), 3))] if plan.lumi else []
    return RandomModel(seed, number, name, workspace(backgrounds, observed, known), patch)


def _channel(rng: np.random.Generator, plan: _Plan, channel: int) -> tuple[list, dict, list]:
    """Draw backgrounds, signal and data of a channel."""
    bins = int(rng.integers(1, plan.family.most_bins + 1))
    if channel == 0 and (plan.family.one_sided == 1.0 or plan.family.open_bin):
        bins = max(bins, 2)
    yields = _yields(rng, plan, bins)
    empty = bins > 1 and rng.random() < plan.family.empty_bin
    if empty:
        _empty(rng, yields)
    names = [*(f"background {number}" for number in range(plan.samples)), "signal"]
    samples = [
        _sample(rng, plan, channel, name, each) for name, each in zip(names, yields, strict=True)
    ]
    expected = np.sum(yields[:-1], axis=0) + plan.seen * np.array(yields[-1])
    events = rng.poisson(np.maximum(expected, 0.0) * rng.uniform(0.7, 1.3))
    if empty or plan.family.open_bin:
        events[-1] = 0
    return samples[:-1], samples[-1], [float(n) for n in events]


def _yields(rng: np.random.Generator, plan: _Plan, bins: int) -> list[list[float]]:
    """Draw yields of the backgrounds and of the signal, some standard deviations of the former."""
    level = np.exp(rng.uniform(np.log(3), np.log(150)))
    shares = rng.dirichlet(np.full(plan.samples, 2.0))
    backgrounds = level * np.outer(shares, rng.uniform(0.3, 1.7, bins))
    backgrounds = backgrounds * rng.uniform(0.6, 1.4, backgrounds.shape)
    deviation = np.sqrt(backgrounds.sum(axis=0) + 1.0)
    signal = rng.uniform(0.4, 4.0) * deviation * rng.uniform(0.1, 1.5, bins)
    yields = [[max(round(float(y), 1), 0.1) for y in each] for each in (*backgrounds, signal)]
    if plan.samples > 1 and rng.random() < plan.family.negative:
        yields[-2][0] = -round(0.1 * yields[0][0], 1)
    if plan.family.open_bin:
        yields[0][-1] = 0.0
        yields[-1][-1] = max(yields[-1][-1], 0.5)
    return yields


def _empty(rng: np.random.Generator, yields: list[list[float]]) -> None:
    """Leave little in the last bin, and nothing of some samples."""
    for each in yields:
        little = round(float(rng.uniform(0.1, 1.5)), 1)
        each[-1] = 0.0 if rng.random() < 0.4 else little


def _sample(
    rng: np.random.Generator, plan: _Plan, channel: int, name: str, yields: list[float]
) -> dict[str, Any]:
    """Draw the modifiers of a sample."""
    family, is_signal = plan.family, name == "signal"
    drawn = [MU] if is_signal else []
    drawn += norms(rng, family)
    if family.open_bin and not is_signal:
        drawn.append(shape_to_nothing(rng, yields))
    else:
        drawn += [
            shape(rng, family, f"shape {number}", yields, curved=name == plan.curved)
            for number in range(plan.shapes)
            if rng.random() < family.shape
        ]
    drawn += free_norms(rng, family, name)
    if plan.lumi and (is_signal or rng.random() < 0.7):
        drawn.append(modifier("lumi", "lumi"))
    if plan.statistics:
        drawn += statistics(rng, channel, name, yields)
    return sample(name, yields, *drawn)
