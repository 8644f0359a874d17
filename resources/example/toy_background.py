"""The background-only workspace of the fictional search, with the data it observed."""

import math
import random

from toy_analysis import CHANNELS, LUMINOSITY_ERROR, Json, sample

__all__ = ["workspace"]

POI = "mu_SIG"  # acts on the samples that the patches add, as in published likelihoods
# Parameter -> (where fits start, bounds).
FREE_PARAMETERS = {
    POI: (0.1, [0.0, 10.0]),  # near the data: the fits need a tenth fewer steps than from 1
    "mu_top": (1.0, [0.0, 5.0]),
    "mu_VV": (1.0, [0.0, 5.0]),
}

# Expected events: channel -> sample -> bin.
YIELDS: dict[str, dict[str, list[float]]] = {
    "CRtop": {"VV": [11.4], "top": [486.0], "Zjets": [7.2], "other": [13.5], "fakes": [21.0]},
    "CRVV": {"VV": [268.0], "top": [9.3], "Zjets": [6.1], "other": [17.2], "fakes": [24.0]},
    "SRres": {
        "VV": [31.6, 11.8, 3.6],
        "top": [24.6, 5.4, 0.92],
        "Zjets": [15.7, 3.1, 0.54],
        "other": [3.1, 1.5, 0.61],
        "fakes": [3.9, 1.3, 0.42],
    },
    # Nobody found a fake lepton here: a sample may be missing from a channel.
    "SRboost": {
        "VV": [8.9, 4.2, 1.6],
        "top": [3.4, 0.92, 0.21],
        "Zjets": [2.7, 0.81, 0.22],
        "other": [1.2, 0.74, 0.36],
    },
}

# Simulated events for one expected event: sets the statistical uncertainties.
EVENTS_PER_YIELD = {"VV": 25.0, "top": 8.0, "Zjets": 4.0, "other": 30.0, "fakes": 5.0}

# What nature did, relative to the expectation: the fit has to pull normalisations a little.
TRUE_SCALE = {"VV": 1.06, "top": 0.95, "Zjets": 1.08, "other": 1.0, "fakes": 0.93}
SEED = 138


def poisson(mean: float, uniform: float) -> int:
    """The Poisson quantile of ``uniform``, a number in [0, 1).

    Written out so that the draw depends on no library's version; good for means below 700, where
    exp(-mean) is still a normal number.
    """
    term = total = math.exp(-mean)
    count = 0
    while total <= uniform:
        count += 1
        term *= mean / count
        total += term
    return count


def observations() -> list[Json]:
    """Poisson counts around the true background, one entry a channel."""
    stream = random.Random(SEED)  # noqa: S311 - physics, no secret
    observed: list[Json] = []
    for channel, samples in YIELDS.items():
        bins = zip(*([TRUE_SCALE[s] * n for n in samples[s]] for s in samples), strict=True)
        counts = [float(poisson(math.fsum(parts), stream.random())) for parts in bins]
        observed.append({"name": channel, "data": counts})
    return observed


def measurement() -> Json:
    """The POI and the settings of the parameters that need any."""
    lumi: Json = {
        "name": "lumi",
        "auxdata": [1.0],
        "sigmas": [LUMINOSITY_ERROR],
        "bounds": [[round(1 - 5 * LUMINOSITY_ERROR, 4), round(1 + 5 * LUMINOSITY_ERROR, 4)]],
        "inits": [1.0],
    }
    factors = [
        {"name": name, "inits": [start], "bounds": [bounds]}
        for name, (start, bounds) in FREE_PARAMETERS.items()
    ]
    return {"name": "toy_2L2J", "config": {"poi": POI, "parameters": [lumi, *factors]}}


def workspace() -> Json:
    """The background-only workspace, in pyhf's format."""

    def samples(channel: str) -> list[Json]:
        return [
            sample(name, channel, n, [math.sqrt(y / EVENTS_PER_YIELD[name]) for y in n])
            for name, n in YIELDS[channel].items()
        ]

    return {
        "channels": [{"name": name, "samples": samples(name)} for name in CHANNELS],
        "observations": observations(),
        "measurements": [measurement()],
        "version": "1.0.0",
    }
