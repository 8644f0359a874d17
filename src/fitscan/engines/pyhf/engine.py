"""What a plan knows of the engine ``pyhf``."""

from collections.abc import Mapping, Sequence
from typing import Any

from fitscan.engines.base import Answer, Engine, Row, Settings, Work

__all__ = ["PYHF"]

# The package behind each minimiser of pyhf.
_MINIMISERS = {"scipy": "scipy", "minuit": "iminuit"}


def _packages(settings: Settings) -> set[str]:
    options = settings["pyhf"]
    minimisers = {options["optimizer"], options["retry"]} - {"none"}
    return {"pyhf", options["backend"], *(_MINIMISERS[name] for name in minimisers)}


def _first_try(settings: Settings) -> Settings:
    return {**settings, "pyhf": {**settings["pyhf"], "retry": "none"}}


def _start(workspace: Mapping[str, Any], settings: Settings, fallback: Answer | None) -> Answer:
    del fallback  # it refuses nothing
    # Imported here: a plan needs no pyhf.
    from fitscan.engines.pyhf.reference import fit_point  # noqa: PLC0415

    def answer(works: Sequence[Work]) -> list[Row]:
        return [
            fit_point(work.signal.apply(workspace, name=work.name), dict(settings))
            for work in works
        ]

    return answer


PYHF = Engine(
    name="pyhf",
    kinds=("asymptotic",),
    code=("fitscan.engines.pyhf",),
    packages=_packages,
    start=_start,
    options=("pyhf",),
    first_try=_first_try,
)
