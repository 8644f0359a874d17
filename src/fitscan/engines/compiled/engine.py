"""What a plan knows of the engine ``compiled``."""

from collections.abc import Mapping
from typing import Any

from fitscan.engines.base import Answer, Engine, Settings

__all__ = ["COMPILED"]


def _packages(_: Settings) -> tuple[str, ...]:
    return ("numba", "numpy")


def _start(workspace: Mapping[str, Any], settings: Settings, fallback: Answer | None) -> Answer:
    # Imported here: a plan needs no machine code.
    from fitscan.engines.compiled.adapter import CompiledEngine  # noqa: PLC0415

    return CompiledEngine(workspace, dict(settings), fallback=fallback).answer


def _preparing() -> str:
    # Imported here: a plan needs no machine code.
    from fitscan.engines.compiled.machine_code.folder import is_compiling  # noqa: PLC0415

    return "compiling the engine, once on this machine" if is_compiling() else ""


COMPILED = Engine(
    name="compiled",
    kinds=("asymptotic", "limits", "toys", "coverage"),
    code=("fitscan.engines.compiled",),
    packages=_packages,
    start=_start,
    preparing=_preparing,
    options=("minima", "fallback"),
    leaves_cycles=False,
)
