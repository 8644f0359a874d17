"""What a scan computes and how, as workers and the audit are told; see ``plan.scan.Scan``."""

from typing import Any

__all__ = ["COMPILED", "PYHF", "WITH_PYHF"]

# How pyhf fits.
PYHF = {"backend": "numpy", "optimizer": "scipy", "retry": "none"}

_SCAN: dict[str, Any] = {
    "kind": "asymptotic",
    "mu_test": 1.0,
    "test_stat": "qtilde",
    "poi_bounds": None,
    "measurement": "nominal",
    "interpolation": {"normsys": "code4", "histosys": "code4p"},
}

# By each engine.
COMPILED = _SCAN | {"engine": "compiled", "minima": "default", "fallback": "none"}
WITH_PYHF = _SCAN | {"engine": "pyhf", "pyhf": PYHF}
