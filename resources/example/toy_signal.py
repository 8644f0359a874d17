"""The signal hypotheses: a chargino and a neutralino of one mass, each decaying to the LSP.

C1 N2 -> (W LSP) (Z LSP), W to quarks, Z to electrons or muons. Takes the two masses in GeV, gives
the patch that adds the signal to the background-only workspace.
"""

import math

from toy_analysis import CHANNELS, Json, rounded, sample
from toy_background import POI, YIELDS

__all__ = ["GRID_GEV", "LABELS", "patch"]

LABELS = ["m_parent", "m_lsp"]  # GeV

# LSP masses by parent mass, closer together where the exclusion ends.
GRID_GEV: dict[int, tuple[int, ...]] = {
    150: (0, 40),
    200: (0, 50, 75, 90),
    250: (0, 100, 125, 140),
    300: (0, 100, 150, 175, 190),
    350: (0, 100, 150, 200, 225),
    400: (0, 100, 200, 250, 275),
    450: (0, 100, 200, 250, 300),
    500: (0, 100, 200, 250, 300, 350),
    550: (0, 100, 200, 250, 300),
    600: (0, 100, 200, 250, 300),
    650: (0, 100, 200, 250, 300),
    700: (0, 100, 200, 300),
    750: (0, 100, 200),
    800: (0, 200),
}

LUMINOSITY_FB = 139.0  # integrated luminosity, 1/fb: the LHC's second run
MASS_Z_GEV = 91.19

# Cross-section of wino-like C1 N2 at 13 TeV: a power law times an exponential follows the
# next-to-leading-order values in general use (with next-to-leading logarithms, all other
# superpartners heavy) within 3 % between 100 and 1000 GeV.
SIGMA_500_FB = 45.7  # at 500 GeV
SIGMA_POWER = -3.2
SIGMA_SCALE_GEV = 390.0

BRANCHING_RATIO = 0.0455  # W -> quarks 67.6 %, Z -> ee or mumu 6.73 %
EFFICIENCY = 0.18  # leptons, jets and both mass windows, before missing momentum

# Missing momentum: both transverse components are Gaussian. Two LSPs, each with the momentum p* of
# its two-body decay in a random direction, give each component a width of sqrt(2 / 3) p*; radiation
# adds its own, in quadrature.
MET_PER_MOMENTUM = 0.82
MET_RADIATION_GEV = 22.0

# Share of the events whose W is one large jet: a logistic function of p*.
BOOST_TURN_ON_GEV = 210.0
BOOST_WIDTH_GEV = 45.0

# Signal in the control regions, relative to all events that pass `EFFICIENCY`.
LEAKAGE = {"CRtop": 0.0005, "CRVV": 0.001}

EVENTS_SIMULATED = 40_000  # per hypothesis, all of them with the decays above
THEORY_ERROR_500 = 0.06  # relative error of cross-section and acceptance at 500 GeV, growing ...
THEORY_ERROR_PER_GEV = 0.00008  # ... with the mass


def cross_section_fb(m_parent: float) -> float:
    """Cross-section of C1 N2 production, in fb; ``m_parent`` in GeV."""
    power = math.pow(m_parent / 500.0, SIGMA_POWER)
    return SIGMA_500_FB * power * math.exp(-(m_parent - 500.0) / SIGMA_SCALE_GEV)


def theory_error(m_parent: float) -> float:
    """Relative error of cross-section and acceptance; ``m_parent`` in GeV."""
    return THEORY_ERROR_500 + THEORY_ERROR_PER_GEV * (m_parent - 500)


def decay_momentum_GeV(m_parent: float, m_lsp: float) -> float:
    """Momentum p* of the LSP in N2 -> Z LSP, in the frame of N2; zero below threshold."""
    above = m_parent**2 - (m_lsp + MASS_Z_GEV) ** 2
    return math.sqrt(max(above, 0.0) * (m_parent**2 - (m_lsp - MASS_Z_GEV) ** 2)) / (2 * m_parent)


def acceptances(m_parent: float, m_lsp: float) -> dict[str, list[float]]:
    """Probability that an event with the decays above falls in each bin, by channel."""
    momentum = decay_momentum_GeV(m_parent, m_lsp)
    width = math.hypot(MET_PER_MOMENTUM * momentum, MET_RADIATION_GEV)
    boosted = 1.0 / (1.0 + math.exp(-(momentum - BOOST_TURN_ON_GEV) / BOOST_WIDTH_GEV))
    shares = {"SRres": 1.0 - boosted, "SRboost": boosted}

    def bins(channel: str) -> list[float]:
        if channel in LEAKAGE:
            return [EFFICIENCY * LEAKAGE[channel]]
        above = [math.exp(-0.5 * (e / width) ** 2) for e in CHANNELS[channel].met_edges_GeV]
        inside = [a - b for a, b in zip(above, [*above[1:], 0.0], strict=True)]
        return [EFFICIENCY * shares[channel] * fraction for fraction in inside]

    return {channel: bins(channel) for channel in CHANNELS}


def patch(m_parent: int, m_lsp: int) -> Json:
    """The patch of one hypothesis (masses in GeV): a signal sample at the end of every channel."""
    name = f"Wino_{m_parent}_{m_lsp}"
    produced = cross_section_fb(m_parent) * LUMINOSITY_FB * BRANCHING_RATIO
    theory = theory_error(m_parent)
    extra: list[Json] = [
        {"name": POI, "type": "normfactor", "data": None},
        {
            "name": "SIG_theory",
            "type": "normsys",
            "data": {"hi": rounded(1 + theory), "lo": rounded(1 - theory)},
        },
    ]
    operations = []
    for index, (channel, probabilities) in enumerate(acceptances(m_parent, m_lsp).items()):
        yields = [produced * probability for probability in probabilities]
        weight = produced / EVENTS_SIMULATED
        signal = sample("SIG", channel, yields, weight=weight, name=name, extra=extra)
        path = f"/channels/{index}/samples/{len(YIELDS[channel])}"
        operations.append({"op": "add", "path": path, "value": signal})
    return {"metadata": {"name": name, "values": [m_parent, m_lsp]}, "patch": operations}
