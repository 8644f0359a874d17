"""The fictional search: its channels, its uncertainties, and how a sample carries them.

Takes nothing from outside; gives `CHANNELS` and `sample`, from which the background and the signal
are put together. Every number is invented, at sizes usual for a search for electroweakinos with
two leptons and two jets.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["CHANNELS", "LUMINOSITY_ERROR", "Channel", "Json", "rounded", "sample"]

Json = dict[str, Any]
DownUp = tuple[float, float]  # relative changes of a yield at -1 sigma and at +1 sigma


@dataclass(frozen=True)
class Channel:
    """A region of the search.

    Attributes:
        met_edges_GeV: Lower edges of the bins in missing transverse momentum; the last is open.
        severity: Factor on the size of every normsys: control regions are understood better.
        shapes: Whether uncertainties also tilt the distribution over the bins (histosys).
        simulation_errors: Whether simulated samples have a staterror. The toy assumes that
            elsewhere there is all the simulation one could wish for.
    """

    met_edges_GeV: tuple[float, ...]
    severity: float
    shapes: bool = False
    simulation_errors: bool = False


CHANNELS = {
    "CRtop": Channel((100,), severity=0.5),  # an electron, a muon and a b-jet
    "CRVV": Channel((100,), severity=0.6),  # three leptons
    "SRres": Channel((150, 225, 325), severity=1.0, shapes=True),  # W -> two jets
    "SRboost": Channel(  # W -> one large jet
        (200, 325, 475), severity=1.2, shapes=True, simulation_errors=True
    ),
}

LUMINOSITY_ERROR = 0.017  # relative
NORMALISATIONS = {"top": "mu_top", "VV": "mu_VV"}  # free, held by the control regions
SIDEBANDS = {("fakes", "CRVV")}  # counted in data, bin by bin: shapesys


@dataclass(frozen=True)
class Uncertainty:
    """One nuisance parameter and what it does to each sample it touches.

    Attributes:
        norm: Relative change of the sample's yield (normsys), before the channel's severity.
        tilt: Relative change of the last bin of a signal region (histosys); the first bin moves
            the other way by as much, the bins between in proportion.
    """

    norm: Mapping[str, DownUp] = field(default_factory=dict)
    tilt: Mapping[str, DownUp] = field(default_factory=dict)


def _simulated(down: float, up: float) -> dict[str, DownUp]:
    """The same change for every simulated sample."""
    return dict.fromkeys(("VV", "top", "Zjets", "other", "SIG"), (down, up))


UNCERTAINTIES = {
    "JES": Uncertainty(
        norm={
            "VV": (-0.04, 0.05),
            "top": (-0.07, 0.06),
            "Zjets": (-0.09, 0.14),
            "other": (-0.03, 0.04),
            "SIG": (-0.025, 0.02),
        },
        tilt={
            "VV": (-0.03, 0.04),
            "top": (-0.06, 0.05),
            "Zjets": (-0.08, 0.12),
            "SIG": (-0.01, 0.015),
        },
    ),
    "JER": Uncertainty(
        norm={
            "VV": (-0.03, 0.03),
            "top": (-0.05, 0.03),
            "Zjets": (-0.08, 0.12),
            "SIG": (-0.015, 0.01),
        },
        tilt={"top": (-0.03, 0.04), "Zjets": (-0.06, 0.1)},
    ),
    "MET_soft": Uncertainty(
        norm={"VV": (-0.01, 0.015), "top": (-0.015, 0.02), "Zjets": (-0.11, 0.16)},
        tilt={"Zjets": (-0.07, 0.1)},
    ),
    "b_tagging": Uncertainty(
        norm={"VV": (-0.01, 0.01), "top": (-0.08, 0.09), "other": (-0.04, 0.04)},
    ),
    "large_jet_scale": Uncertainty(tilt={"VV": (-0.04, 0.03), "SIG": (-0.02, 0.02)}),
    "lepton_scale": Uncertainty(tilt={"VV": (-0.02, 0.015), "top": (-0.015, 0.02)}),
    "lepton_efficiency": Uncertainty(norm=_simulated(-0.022, 0.022)),
    "trigger": Uncertainty(norm=_simulated(-0.012, 0.01)),
    "pileup": Uncertainty(norm=_simulated(-0.015, 0.02)),
    "VV_scale": Uncertainty(norm={"VV": (-0.08, 0.11)}, tilt={"VV": (-0.06, 0.08)}),
    "VV_shower": Uncertainty(norm={"VV": (-0.05, 0.05)}, tilt={"VV": (-0.09, 0.07)}),
    "top_generator": Uncertainty(norm={"top": (-0.12, 0.12)}, tilt={"top": (-0.15, 0.15)}),
    "top_radiation": Uncertainty(norm={"top": (-0.05, 0.08)}, tilt={"top": (-0.07, 0.1)}),
    "top_shower": Uncertainty(norm={"top": (-0.04, 0.04)}, tilt={"top": (-0.06, 0.04)}),
    "Zjets_modelling": Uncertainty(norm={"Zjets": (-0.22, 0.28)}),
    "other_cross_section": Uncertainty(norm={"other": (-0.2, 0.2)}),
    "fakes_rate": Uncertainty(norm={"fakes": (-0.25, 0.3)}),
}


def rounded(value: float) -> float:
    """Four significant digits, none beyond the fourth decimal: the same on every machine."""
    return round(float(f"{value:.4g}"), 4)


def tilted(yields: Sequence[float], change: float) -> list[float]:
    """``yields`` with the last bin grown by the relative ``change`` and the first shrunk by it."""
    last = len(yields) - 1
    return [rounded(n * (1 + change * (2 * i / last - 1))) for i, n in enumerate(yields)]


def sample(
    kind: str,
    channel: str,
    yields: Sequence[float],
    *,
    weight: float,
    name: str = "",
    extra: Sequence[Json] = (),
) -> Json:
    """One sample of a workspace, with its modifiers.

    Args:
        kind: What the sample is called in `UNCERTAINTIES`.
        channel: A channel of `CHANNELS`.
        yields: Expected events, by bin.
        weight: Expected events for one simulated (or sideband) event: n events carry a
            statistical uncertainty of sqrt(n weight).
        name: The sample's name in the workspace; ``kind`` when left out.
        extra: Modifiers besides those that follow from the tables.
    """
    region = CHANNELS[channel]
    nominal = [rounded(n) for n in yields]
    errors = [rounded(math.sqrt(n * weight)) for n in yields]
    modifiers: list[Json] = list(extra)

    def add(modifier: str, parameter: str, data: object) -> None:
        modifiers.append({"name": parameter, "type": modifier, "data": data})

    if kind in NORMALISATIONS:
        add("normfactor", NORMALISATIONS[kind], None)
    elif kind != "fakes":  # estimated from data: they know of no luminosity
        add("lumi", "lumi", None)
    for parameter, uncertainty in UNCERTAINTIES.items():
        if kind in uncertainty.norm:
            lo, hi = (rounded(1 + region.severity * change) for change in uncertainty.norm[kind])
            add("normsys", parameter, {"hi": hi, "lo": lo})
        if region.shapes and kind in uncertainty.tilt:
            lo_data, hi_data = (tilted(nominal, change) for change in uncertainty.tilt[kind])
            add("histosys", parameter, {"hi_data": hi_data, "lo_data": lo_data})
    if (kind, channel) in SIDEBANDS:
        add("shapesys", f"{kind}_{channel}", errors)
    if region.simulation_errors and kind != "fakes":
        add("staterror", f"staterror_{channel}", errors)
    return {"name": name or kind, "data": nominal, "modifiers": modifiers}
