"""What a plan knows of the engine ``pyhf``."""

from collections.abc import Mapping
from typing import Any

from fitscan.engines.base import Engine, FitPoint, Row, Settings

__all__ = ["PYHF"]

# The package behind each minimiser of pyhf.
_MINIMISERS = {"scipy": "scipy", "minuit": "iminuit"}


def _packages(settings: Settings) -> set[str]:
    options = settings["pyhf"]
    minimisers = {options["optimizer"], options["retry"]} - {"none"}
    return {"pyhf", options["backend"], *(_MINIMISERS[name] for name in minimisers)}


def _start(_: Mapping[str, Any], settings: Settings, __: FitPoint | None) -> FitPoint:
    from fitscan.engines.pyhf.reference import fit_point  # noqa: PLC0415  (a plan needs no pyhf)

    def fit(hypothesis: Mapping[str, Any], *, block: Any = None) -> Row:
        assert block is None, "this engine throws nothing"
        return fit_point(dict(hypothesis), dict(settings))

    return fit


PYHF = Engine(
    name="pyhf",
    kinds=("asymptotic",),
    code=("fitscan.engines.pyhf",),
    packages=_packages,
    start=_start,
)
