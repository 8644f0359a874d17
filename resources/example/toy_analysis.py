"""The fictional search: its channels, its uncertainties, and how a sample carries them.

Takes nothing from outside; gives `CHANNELS`, `UNCERTAINTIES` and `sample`, from which the
background and the signal are put together. Every number is invented, at sizes usual for a search
for electroweakinos with two leptons and two jets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["CHANNELS", "LUMINOSITY_ERROR", "NORMALISED", "Channel", "Json", "rounded", "sample"]

Json = dict[str, Any]
UpDown = tuple[float, float]  # relative changes of a yield at -1 sigma and at +1 sigma


@dataclass(frozen=True)
class Channel:
    """A region of the search.

    Attributes:
        met_edges_GeV: Lower edges of the bins in missing transverse momentum; the last is open.
        severity: Factor on the size of every normsys: control regions are understood better.
        is_signal_region: Whether samples carry histosys here, and simulated ones staterror.
    """

    met_edges_GeV: tuple[float, ...]
    severity: float
    is_signal_region: bool


CHANNELS = {
    "CRtop": Channel((100,), severity=0.5, is_signal_region=False),  # e mu, b-tagged
    "CRVV": Channel((100,), severity=0.6, is_signal_region=False),  # three leptons
    "SRres": Channel((150, 225, 325), severity=1.0, is_signal_region=True),  # W -> two jets
    "SRboost": Channel((200, 325, 475), severity=1.2, is_signal_region=True),  # W -> one jet
}

LUMINOSITY_ERROR = 0.017  # relative
NORMALISED = {"top": "mu_top", "VV": "mu_VV"}  # free normalisations, fixed by the control regions
DATA_DRIVEN = {"fakes"}  # carries shapesys; all others are simulated and carry staterror


@dataclass(frozen=True)
class Uncertainty:
    """One nuisance parameter and what it does to each sample.

    Attributes:
        norm: Relative change of the sample's yield (normsys), before the channel's severity.
        tilt: Relative change of the last bin of a signal region (histosys); the first bin moves
            the other way by as much, the bins between in proportion.
    """

    norm: Mapping[str, UpDown] = field(default_factory=dict)
    tilt: Mapping[str, UpDown] = field(default_factory=dict)


def _everywhere(down: float, up: float) -> dict[str, UpDown]:
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
        norm={"VV": (-0.01, 0.01), "top": (-0.08, 0.09), "other": (-0.04, 0.04)}
    ),
    "lepton_efficiency": Uncertainty(norm=_everywhere(-0.022, 0.022)),
    "lepton_scale": Uncertainty(tilt={"VV": (-0.02, 0.015), "top": (-0.015, 0.02)}),
    "pileup": Uncertainty(norm=_everywhere(-0.015, 0.02)),
    "VV_scale": Uncertainty(norm={"VV": (-0.08, 0.11)}, tilt={"VV": (-0.06, 0.08)}),
    "trigger": Uncertainty(norm=_everywhere(-0.012, 0.01)),
    "large_jet_scale": Uncertainty(tilt={"VV": (-0.04, 0.03), "SIG": (-0.02, 0.02)}),
    "top_shower": Uncertainty(norm={"top": (-0.04, 0.04)}, tilt={"top": (-0.06, 0.04)}),
    "VV_shower": Uncertainty(norm={"VV": (-0.05, 0.05)}, tilt={"VV": (-0.09, 0.07)}),
    "top_generator": Uncertainty(norm={"top": (-0.12, 0.12)}, tilt={"top": (-0.15, 0.15)}),
    "top_radiation": Uncertainty(norm={"top": (-0.05, 0.08)}, tilt={"top": (-0.07, 0.1)}),
    "Zjets_modelling": Uncertainty(norm={"Zjets": (-0.22, 0.28)}),
    "other_cross_section": Uncertainty(norm={"other": (-0.2, 0.2)}),
    "fakes_rate": Uncertainty(norm={"fakes": (-0.25, 0.3)}),
}


def rounded(value: float) -> float:
    """Four significant digits, none beyond the fourth decimal: the same on every machine."""
    return round(float(f"{value:.4g}"), 4)


def tilted(yields: Sequence[float], change: float) -> list[float]:
    """Yields whose last bin has grown by the relative ``change`` and whose first has shrunk by it."""
    last = len(yields) - 1
    return [rounded(n * (1 + change * (2 * i / last - 1))) for i, n in enumerate(yields)]


def sample(
    name: str,
    channel: str,
    yields: Sequence[float],
    errors: Sequence[float],
    *,
    label: str = "",
    extra: Sequence[Json] = (),
) -> Json:
    """One sample of a workspace, with its modifiers.

    Args:
        name: A sample of `UNCERTAINTIES`.
        channel: A channel of `CHANNELS`.
        yields: Expected events, by bin.
        errors: Absolute statistical uncertainties of ``yields``, by bin.
        label: What the sample is called in the workspace; ``name`` when left out.
        extra: Modifiers besides those that follow from the tables.
    """
    region = CHANNELS[channel]
    nominal = [rounded(n) for n in yields]
    modifiers: list[Json] = []

    def add(kind: str, modifier: str, data: object) -> None:
        modifiers.append({"name": modifier, "type": kind, "data": data})

    if name in NORMALISED:
        add("normfactor", NORMALISED[name], None)
    elif name not in DATA_DRIVEN:
        add("lumi", "lumi", None)
    for parameter, uncertainty in UNCERTAINTIES.items():
        if name in uncertainty.norm:
            lo, hi = (rounded(1 + region.severity * c) for c in uncertainty.norm[name])
            add("normsys", parameter, {"hi": hi, "lo": lo})
        if name in uncertainty.tilt and region.is_signal_region:
            lo_data, hi_data = (tilted(nominal, c) for c in uncertainty.tilt[name])
            add("histosys", parameter, {"hi_data": hi_data, "lo_data": lo_data})
    if name in DATA_DRIVEN:
        if channel == "CRVV":
            add("shapesys", f"{name}_{channel}", [rounded(e) for e in errors])
    elif channel == "SRboost":
        add("staterror", f"staterror_{channel}", [rounded(e) for e in errors])
    return {"name": label or name, "data": nominal, "modifiers": [*extra, *modifiers]}
