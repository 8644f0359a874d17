"""The background-only workspace of the fictional search, with the data it observed.

Takes the channels and uncertainties of `toy_analysis`; gives `workspace`, in pyhf's format.
"""

import math
import random

from toy_analysis import CHANNELS, LUMINOSITY_ERROR, Json, sample

__all__ = ["POI", "YIELDS", "workspace"]

POI = "mu_SIG"  # acts on the samples that the patches add, as in published likelihoods

# Parameter -> (where fits start, bounds).
FREE_PARAMETERS = {
    POI: (0.1, [0.0, 10.0]),  # near the data: fits need a tenth fewer steps than from 1
    "mu_top": (1.0, [0.0, 5.0]),
    "mu_VV": (1.0, [0.0, 5.0]),
}
LUMINOSITY_RANGE = 5  # bounds of the luminosity, in standard deviations

# Expected events: channel -> sample -> bins.
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

# Expected events for one simulated event (fakes: for one event of the sideband).
WEIGHTS = {"VV": 0.04, "top": 0.12, "Zjets": 0.25, "other": 0.03, "fakes": 0.2}

# What nature did, relative to the expectation: the fit has to pull parameters a little.
TRUE_SCALE = {"VV": 1.03, "top": 0.98, "Zjets": 1.05, "other": 1.0, "fakes": 0.96}
# Of some tried, one whose observed contour is neither the expected one nor far from it.
SEED = 163


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
    stream = random.Random(SEED)  # noqa: S311 - not a secret
    observed: list[Json] = []
    for channel, samples in YIELDS.items():
        scaled = [[TRUE_SCALE[name] * n for n in yields] for name, yields in samples.items()]
        means = [math.fsum(parts) for parts in zip(*scaled, strict=True)]
        counts = [float(poisson(mean, stream.random())) for mean in means]
        observed.append({"name": channel, "data": counts})
    return observed


def measurement() -> Json:
    """The POI, and the settings of the parameters that have any."""
    reach = LUMINOSITY_RANGE * LUMINOSITY_ERROR
    lumi: Json = {
        "name": "lumi",
        "auxdata": [1.0],
        "sigmas": [LUMINOSITY_ERROR],
        "inits": [1.0],
        "bounds": [[round(1 - reach, 4), round(1 + reach, 4)]],
    }
    factors = [
        {"name": name, "inits": [start], "bounds": [bounds]}
        for name, (start, bounds) in FREE_PARAMETERS.items()
    ]
    return {"name": "toy_2L2J", "config": {"poi": POI, "parameters": [lumi, *factors]}}


def workspace() -> Json:
    """The background-only workspace, in pyhf's format."""
    channels = [
        {
            "name": channel,
            "samples": [
                sample(name, channel, yields, weight=WEIGHTS[name])
                for name, yields in YIELDS[channel].items()
            ],
        }
        for channel in CHANNELS
    ]
    return {
        "channels": channels,
        "observations": observations(),
        "measurements": [measurement()],
        "version": "1.0.0",
    }
