"""All engines by name, and the version of each, which is part of the key of every point it fits."""

import functools
import importlib.metadata
from collections.abc import Mapping
from typing import Any

from fitscan.digests import source_digest
from fitscan.engines.base import Engine, Settings
from fitscan.engines.compiled.engine import COMPILED
from fitscan.engines.pyhf.engine import PYHF
from fitscan.errors import FitscanError, MissingExtra

__all__ = [
    "REGISTRY",
    "engine_of",
    "engine_settings",
    "engine_version",
    "fallback_of",
    "first_try",
]

REGISTRY = {engine.name: engine for engine in (COMPILED, PYHF)}

# What turns a request into rows, whatever the engine.
_WORKER = "fitscan.worker.run"


def engine_of(settings: Settings) -> Engine:
    """Return the engine that the settings of a scan name.

    Raises:
        FitscanError: No engine has this name, or it does not support this kind of scan.
    """
    wanted = [settings.get("engine"), settings.get("kind")]
    if wanted[0] not in REGISTRY or wanted[1] not in REGISTRY[wanted[0]].kinds:
        raise FitscanError("no engine of this name supports scans of this kind", value=wanted)
    return REGISTRY[wanted[0]]


def fallback_of(settings: Settings) -> Engine | None:
    """Return the engine for points that the first one refuses; None if none is set."""
    return REGISTRY.get(settings.get("fallback", "none"))


def engine_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a configuration says of its engine and of the fallback: settings of all scans."""
    engine = REGISTRY[config["engine"]]
    settings = {"engine": engine.name, **{option: config[option] for option in engine.options}}
    fallback = fallback_of(settings)
    return settings | {option: config[option] for option in (fallback.options if fallback else ())}


def first_try(settings: Settings) -> Settings:
    """Return settings with which nothing is tried again after a failure."""
    for engine in _engines_of(settings):
        settings = engine.first_try(settings)
    return settings


def _engines_of(settings: Settings) -> list[Engine]:
    """Return the engine of a scan and, if one is set, its fallback."""
    fallback = fallback_of(settings)
    return [REGISTRY[settings["engine"]], *([fallback] if fallback else [])]


def engine_version(settings: Settings) -> str:
    """Return the version of the engine of a scan, and of its fallback.

    It is a digest of the code from a request to its numbers, and the versions of the packages that
    affect them. It is part of the keys, so an edit or an upgrade refits.

    Raises:
        MissingExtra: A package is not installed.
    """
    engines = _engines_of(settings)
    packages = {name for engine in engines for name in engine.packages(settings)}
    code = _code_version(frozenset(engine.name for engine in engines))
    return " ".join([code, *map(_installed, sorted(packages))])


@functools.cache
def _code_version(names: frozenset[str]) -> str:
    """Digest what these engines run; an edit of another engine does not change it."""
    others = [
        code for name, engine in REGISTRY.items() if name not in names for code in engine.code
    ]
    return source_digest(_WORKER, without=others)


@functools.cache
def _installed(package: str) -> str:
    try:
        return f"{package}-{importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError as error:
        raise MissingExtra(
            "a package that the engine needs is not installed",
            value=package,
            hint=f"pip install -e '.[{package}]', or choose another backend",
        ) from error
