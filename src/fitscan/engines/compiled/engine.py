"""What a plan knows of the engine ``compiled``."""

from collections.abc import Mapping
from typing import Any

from fitscan.engines.base import Engine, FitPoint, Settings

__all__ = ["COMPILED"]


def _packages(_: Settings) -> tuple[str, ...]:
    return ("numba", "numpy")


def _start(workspace: Mapping[str, Any], settings: Settings, fallback: FitPoint | None) -> FitPoint:
    from fitscan.engines.compiled.adapter import CompiledEngine  # noqa: PLC0415  (a plan needs no machine code)

    return CompiledEngine(workspace, dict(settings), fallback=fallback).fit_point


COMPILED = Engine(
    name="compiled",
    kinds=("asymptotic", "limits", "toys", "coverage"),
    code=("fitscan.engines.compiled",),
    packages=_packages,
    start=_start,
)
