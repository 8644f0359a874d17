"""Modifiers drawn at random; yields and their variations are rounded, to be read by people."""

from typing import Any

import numpy as np
from small import histosys, modifier, normsys

from random_models.families import Family

__all__ = ["free_norms", "norms", "shape", "shape_to_nothing", "statistics"]

Modifier = dict[str, Any]
Rng = np.random.Generator


def norms(rng: Rng, family: Family) -> list[Modifier]:
    """Draw up to two normsys; the second shares its parameter with a shape now and then."""
    drawn = []
    for number in range(2):
        if rng.random() >= (0.9 if family.large_norm == 1.0 else 0.4):
            continue
        up, down = 1 + rng.uniform(0.02, 0.3), 1 - rng.uniform(0.02, 0.3)
        if rng.random() < family.large_norm:
            up, down = _large_norm(rng)
        shared = number == 1 and rng.random() < 0.3
        drawn.append(normsys("shape 0" if shared else f"norm {number}", _short(up), _short(down)))
    return drawn


def _large_norm(rng: Rng) -> tuple[float, float]:
    """Draw factors of a normsys that is large or to one side."""
    return (
        (1.5, 0.4),
        (1 + rng.uniform(0.1, 0.5), 1 + rng.uniform(0.0, 0.4)),
        (1.0, 1 - rng.uniform(0.1, 0.5)),
        (1 + rng.uniform(0.3, 1.0), 1 - rng.uniform(0.3, 0.7)),
    )[rng.integers(4)]


def shape(rng: Rng, family: Family, name: str, yields: list[float], *, curved: bool) -> Modifier:
    """Draw a histosys.

    Args:
        rng: Random numbers.
        family: What the likelihood has.
        name: The parameter.
        yields: Nominal yields.
        curved: Whether it may be to one side.
    """
    nominal = np.array(yields)
    size = rng.uniform(0.05, 0.6 if family.one_sided else 0.45) * rng.choice([-1.0, 1.0])
    # Most bins move the same way.
    signs = np.where(rng.random(len(nominal)) < 0.2, -1, 1)
    move = size * signs * rng.uniform(0.3, 1.0, len(nominal)) * np.abs(nominal)
    ratio = -rng.uniform(0.6, 1.4)
    if curved and rng.random() < family.one_sided:
        ratio = 1.0 if family.equal else rng.uniform(0.7, 1.3)
    return histosys(name, _shorts(nominal + move), _shorts(nominal + ratio * move))


def shape_to_nothing(rng: Rng, yields: list[float]) -> Modifier:
    """Draw a histosys whose last bin has something under the up variation only."""
    nominal = np.array(yields)
    up, down = (nominal * rng.uniform(*ends, len(yields)) for ends in ((1.05, 1.4), (0.6, 0.95)))
    up[-1], down[-1] = rng.uniform(0.3, 2.0), 0.0
    return histosys("shape 0", _shorts(up), _shorts(down))


def free_norms(rng: Rng, family: Family, sample: str) -> list[Modifier]:
    """Draw a free normalisation of a background; the third never has one."""
    name = {"background 0": "k 0", "background 1": "k 1"}.get(sample)
    return [modifier(name, "normfactor")] if name and rng.random() < family.free_norm else []


def statistics(rng: Rng, channel: int, sample: str, yields: list[float]) -> list[Modifier]:
    """Draw a staterror, and a shapesys of a background; negative yields have no error."""
    drawn = []
    if rng.random() < 0.8:
        errors = [_short(max(y, 0.0) * rng.uniform(0.05, 0.4)) for y in yields]
        drawn.append(modifier(f"stat {channel}", "staterror", errors))
    if sample != "signal" and rng.random() < 0.3:
        errors = [_short(max(y, 0.0) * rng.uniform(0.05, 0.5)) for y in yields]
        drawn.append(modifier(f"control {channel} {sample}", "shapesys", errors))
    return drawn


def _short(value: float) -> float:
    return round(float(value), 2)


def _shorts(values: np.ndarray) -> list[float]:
    return [_short(value) for value in values]
