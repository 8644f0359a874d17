"""Small random likelihoods, each made from a seed and a number.

Every family has something that makes fits hard, named in ``FAMILIES``. Backgrounds are up to three
samples in one to three channels of one to four bins; the signal comes as a patch.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from small import MU, histosys, luminosity, modifier, normsys, sample, workspace

__all__ = ["FAMILIES", "RandomModel", "make"]

# How often each family comes, in a cycle of numbers.
FAMILIES = {
    "one_sided": 8,  # up = down on one sample, and both ways on another
    "nearly_one_sided": 2,  # up and down on the same side, not equal
    "two_sided": 2,  # shape variations both ways
    "large_norm": 2,  # normsys of 1.5 / 0.4, and one-sided ones
    "free_norm": 2,  # free normalisations in one or two bins: flat directions
    "empty_bins": 1,  # no events, and samples without yield
    "zero_nominal": 1,  # no yield but under the up variation, no events
    "statistics": 1,  # staterror, of the signal too, and shapesys
    "mixed": 1,  # all of these
}
_CYCLE = [name for name, times in FAMILIES.items() for _ in range(times)]


@dataclass(frozen=True)
class RandomModel:
    """A likelihood with one hypothesis.

    Attributes:
        seed, number: What it is made from.
        family: See ``FAMILIES``.
        workspace: The background-only workspace.
        patch: Operations that add the signal.
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
        added: dict[int, list[dict[str, Any]]] = {}
        for operation in self.patch:
            added.setdefault(int(operation["path"].split("/")[2]), []).append(operation["value"])
        channels = [
            channel | {"samples": channel["samples"] + added.get(number, [])}
            for number, channel in enumerate(self.workspace["channels"])
        ]
        return self.workspace | {"channels": channels}


def make(seed: int, number: int) -> RandomModel:
    """Make a random likelihood."""
    family = _CYCLE[number % len(_CYCLE)]
    return _Maker(np.random.default_rng([seed, number]), family).model(seed, number)


class _Maker:
    """Draws the parts of a likelihood in turn."""

    def __init__(self, rng: np.random.Generator, family: str) -> None:
        self.rng, self.family = rng, family
        mixed = family == "mixed"
        few = family in {"free_norm", "zero_nominal"}
        channels = int(rng.choice([1, 2, 3], p=[0.2, 0.5, 0.3] if mixed else [0.7, 0.2, 0.1]))
        self.channels = 1 if few else channels
        self.bins = [int(rng.integers(1, 3 if few else 5)) for _ in range(self.channels)]
        if family in {"one_sided", "nearly_one_sided", "zero_nominal"}:
            self.bins[0] = max(self.bins[0], 2)
        # What has no yield but under a variation is the only background of its bin.
        self.samples = (
            1 if family == "zero_nominal" else int(rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15]))
        )
        self.shapes = int(rng.choice([1, 2], p=[0.75, 0.25]))
        self.has_lumi = rng.random() < (0.5 if mixed or family == "large_norm" else 0.1)
        self.has_stat = family == "statistics" or rng.random() < (0.6 if mixed else 0.1)
        self.curved = "signal" if rng.random() < 0.6 or self.samples == 1 else "background 0"
        # The observed data have a part of the signal in them.
        self.seen = float(rng.choice([0.0, 0.5, 1.0, 1.5]))
        # The size of what is expected differs from channel to channel.
        self.level = [float(np.exp(rng.uniform(np.log(3), np.log(150)))) for _ in self.bins]

    def model(self, seed: int, number: int) -> RandomModel:
        backgrounds = {}
        signals = {}
        observed = {}
        for channel in range(self.channels):
            name = f"channel {channel}"
            yields = self._backgrounds(channel)
            signal = self._signal(channel, np.sum(yields, axis=0))
            empty = self._empty(channel)
            for each in (*yields, signal):
                if empty is not None:  # little is expected where nothing was seen
                    some = self.rng.uniform(0.1, 1.5)
                    each[empty] = 0.0 if self.rng.random() < 0.4 else self._round(some)
            if empty is not None and not any(each[empty] > 0 for each in yields):
                yields[0][empty] = self._round(self.rng.uniform(0.2, 2.0))
            backgrounds[name] = [
                self._sample(channel, f"background {i}", each) for i, each in enumerate(yields)
            ]
            signals[name] = self._sample(channel, "signal", signal)
            if self.family == "zero_nominal":
                self._open(backgrounds[name][0], signals[name])
            expected = np.sum([each["data"] for each in backgrounds[name]], axis=0)
            expected = expected + self.seen * np.array(signal)
            events = self.rng.poisson(np.maximum(expected, 0.0) * self.rng.uniform(0.7, 1.3))
            if empty is not None:
                events[empty] = 0
            if self.family == "zero_nominal":
                events[-1] = 0
            observed[name] = [float(n) for n in events]
        parameters = [luminosity(self._round(self.rng.uniform(0.01, 0.05), 3))]
        document = workspace(backgrounds, observed, parameters if self.has_lumi else [])
        patch = [
            {"op": "add", "path": f"/channels/{number}/samples/-", "value": value}
            for number, value in enumerate(signals.values())
        ]
        return RandomModel(seed, number, self.family, document, patch)

    def _backgrounds(self, channel: int) -> list[list[float]]:
        shares = self.rng.dirichlet(np.full(self.samples, 2.0))
        shape = self.rng.uniform(0.3, 1.7, self.bins[channel])
        yields = np.outer(shares, shape) * self.level[channel]
        yields *= self.rng.uniform(0.6, 1.4, yields.shape)
        rounded = [[max(self._round(y), 0.1) for y in each] for each in yields]
        if self.family == "mixed" and self.samples > 1 and self.rng.random() < 0.2:
            # Negative weights prevail in one bin of one sample.
            rounded[-1][0] = -self._round(0.1 * rounded[0][0])
        return rounded

    def _signal(self, channel: int, background: np.ndarray) -> list[float]:
        strength = self.rng.uniform(0.4, 4.0) * np.sqrt(background + 1.0)
        strength = strength * self.rng.uniform(0.1, 1.5, len(background))
        return [max(self._round(s), 0.1) for s in strength]

    def _empty(self, channel: int) -> int | None:
        often = {"empty_bins": 1.0, "mixed": 0.3}.get(self.family, 0.0)
        if self.bins[channel] < 2 or self.rng.random() >= often:
            return None
        return int(self.rng.integers(self.bins[channel]))

    def _sample(self, channel: int, name: str, yields: list[float]) -> dict[str, Any]:
        signal = name == "signal"
        modifiers = [MU] if signal else []
        modifiers += self._norms(name)
        for number in range(self.shapes):
            modifiers += self._shape(name, f"shape {number}", yields)
        free = {"free_norm": 0.7, "mixed": 0.4}.get(self.family, 0.0)
        if (
            not signal
            and name != "background 2"
            and (self.rng.random() < free or (free == 0.7 and name == "background 0"))
        ):
            modifiers.append(modifier(f"k {name[-1]}", "normfactor"))
        if self.has_lumi and (signal or self.rng.random() < 0.7):
            modifiers.append(modifier("lumi", "lumi"))
        if self.has_stat and self.rng.random() < 0.8:
            errors = [self._round(abs(y) * self.rng.uniform(0.05, 0.4), 2) for y in yields]
            modifiers.append(modifier(f"stat {channel}", "staterror", errors))
        if self.has_stat and not signal and self.rng.random() < 0.3:
            errors = [self._round(abs(y) * self.rng.uniform(0.05, 0.5), 2) for y in yields]
            modifiers.append(modifier(f"control {channel} {name}", "shapesys", errors))
        return sample(name, yields, *modifiers)

    def _norms(self, name: str) -> list[dict[str, Any]]:
        modifiers = []
        for number in range(2):
            if self.rng.random() >= (0.9 if self.family == "large_norm" else 0.4):
                continue
            up, down = 1 + self.rng.uniform(0.02, 0.3), 1 - self.rng.uniform(0.02, 0.3)
            if self.family == "large_norm" or (self.family == "mixed" and self.rng.random() < 0.3):
                kind = self.rng.integers(4)
                if kind == 0:
                    up, down = 1.5, 0.4
                elif kind == 1:  # to one side
                    up, down = 1 + self.rng.uniform(0.1, 0.5), 1 + self.rng.uniform(0.0, 0.4)
                elif kind == 2:
                    up, down = 1.0, 1 - self.rng.uniform(0.1, 0.5)
                else:
                    up, down = 1 + self.rng.uniform(0.3, 1.0), 1 - self.rng.uniform(0.3, 0.7)
            # The second is shared with a shape now and then.
            shared = number == 1 and self.rng.random() < 0.3
            name_of = "shape 0" if shared else f"norm {number}"
            modifiers.append(normsys(name_of, self._round(up, 2), self._round(down, 2)))
        return modifiers

    def _shape(self, name: str, parameter: str, yields: list[float]) -> list[dict[str, Any]]:
        one_sided = {"one_sided": 1.0, "nearly_one_sided": 1.0, "mixed": 0.4}.get(self.family, 0.0)
        often = (
            1.0 if one_sided == 1.0 else {"free_norm": 0.3, "large_norm": 0.3}.get(self.family, 0.6)
        )
        if self.rng.random() >= often:
            return []
        y = np.array(yields)
        size = self.rng.uniform(0.05, 0.6 if one_sided else 0.45)
        sign = self.rng.choice([-1.0, 1.0])
        bins = self.rng.uniform(0.3, 1.0, len(y)) * np.where(self.rng.random(len(y)) < 0.2, -1, 1)
        move = size * sign * bins * np.abs(y)
        if name == self.curved and self.rng.random() < one_sided:
            near = self.family == "nearly_one_sided"
            ratio = self.rng.uniform(0.7, 1.3) if near else 1.0
            up, down = y + move, y + ratio * move
        else:
            up, down = y + move, y - self.rng.uniform(0.6, 1.4) * move
        return [histosys(parameter, self._rounded(up), self._rounded(down))]

    def _open(self, background: dict[str, Any], signal: dict[str, Any]) -> None:
        """Leave a last bin without background but under the up variation."""
        background["data"][-1] = 0.0
        y = background["data"]
        up = [self._round(v * self.rng.uniform(1.05, 1.4)) for v in y[:-1]]
        up.append(self._round(self.rng.uniform(0.3, 2.0)))
        down = [self._round(v * self.rng.uniform(0.6, 0.95)) for v in y[:-1]] + [0.0]
        others = [m for m in background["modifiers"] if m["type"] not in {"histosys", "shapesys"}]
        background["modifiers"] = [*others, histosys("shape 0", up, down)]
        signal["data"][-1] = max(signal["data"][-1], 0.5)

    def _rounded(self, values: np.ndarray) -> list[float]:
        return [self._round(value, 2) for value in values]

    def _round(self, value: float, digits: int = 1) -> float:
        return round(float(value), digits)
