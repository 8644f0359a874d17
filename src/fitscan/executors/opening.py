"""From the name in the configuration to an executor."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import yaml
from pydantic import TypeAdapter, ValidationError

from fitscan.address import expand_path
from fitscan.errors import ExecutorError, MissingExtra, naming
from fitscan.executors.base import Executor
from fitscan.masking import names_secret

__all__ = ["open_executor", "read_settings"]

# Where each kind is; imported when it is wanted, since some need packages that others do not.
_KINDS = {
    "in_process": ("fitscan.executors.in_process", "InProcess"),
    "process_pool": ("fitscan.executors.process_pool", "ProcessPool"),
    "parsl": ("fitscan.executors.parsl", "Parsl"),
    "globus_compute": ("fitscan.executors.globus_compute", "GlobusCompute"),
}

# Names under which people know them.
_ALIASES = {"funcx": "globus_compute"}

# The extra that brings what a kind needs.
_EXTRAS = {"parsl": "parsl", "globus_compute": "globus"}


def read_settings(name: str, *, folder: Path) -> dict[str, Any]:
    """Read the settings of an executor.

    Args:
        name: A name in ``folder`` without suffix, or the path of a file.
        folder: The folder of the settings that are known by name.

    Raises:
        ExecutorError: The file does not exist, or is not a YAML mapping with a known ``kind``.
    """
    is_path = name.endswith((".yaml", ".yml"))
    path = (
        Path(expand_path(name, where="executor"))
        if is_path
        else folder / f"{_ALIASES.get(name, name)}.yaml"
    )
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yaml")))
        raise ExecutorError(
            "unknown executor",
            value=name,
            hint=f"one of {known}, or the path of a file with settings",
        )
    try:
        settings = yaml.safe_load(path.read_bytes())
    except yaml.YAMLError as error:
        # Without its lines, which may hold a token.
        mark = getattr(error, "problem_mark", None)
        raise ExecutorError(
            f"executor: {path} is not YAML",
            value=getattr(error, "problem", None),
            hint="" if mark is None else f"see line {mark.line + 1}",
        ) from None
    kind = settings.get("kind") if isinstance(settings, dict) else None
    if not isinstance(kind, str) or _ALIASES.get(kind, kind) not in _KINDS:
        # Without other values, which may be tokens.
        others = list(settings) if isinstance(settings, dict) else type(settings).__name__
        raise ExecutorError(
            f"{path} does not state the kind of its executor",
            value=kind or others,
            hint=f"it needs the key kind, one of {', '.join(_KINDS)}",
        )
    return {**settings, "kind": _ALIASES.get(kind, kind)}


def open_executor(name: str, *, folder: Path) -> Executor:
    """Return an executor, ready to be entered as a context.

    Args:
        name: See ``read_settings``.
        folder: See ``read_settings``.

    Raises:
        ExecutorError: See ``read_settings``; or a setting that this kind does not have, which is
            refused and not ignored.
        MissingExtra: A package that this kind needs is not installed.
    """
    settings = read_settings(name, folder=folder)
    kind = settings.pop("kind")
    module, class_name = _KINDS[kind]
    try:
        make: Callable[..., Executor] = getattr(importlib.import_module(module), class_name)
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"the executor {name!r} needs a package that is not installed",
            value=error.name,
            hint=f"pip install -e '.[{_EXTRAS.get(kind, kind)}]'",
        ) from error
    try:
        inspect.signature(make).bind(**settings)
    except TypeError as error:
        raise ExecutorError(
            f"the executor {name!r} has settings that do not fit its kind, {kind}", value=str(error)
        ) from error
    _check_shapes(make, settings, where=f"of the executor {name!r}")
    with naming(f"the executor {name!r}"):
        return make(**settings)


def _check_shapes(
    make: Callable[..., Executor], settings: Mapping[str, Any], *, where: str
) -> None:
    """Compare the settings with the types of the arguments that they become."""
    hints = get_type_hints(make.__init__)
    for key, value in settings.items():
        try:
            TypeAdapter(hints[key]).validate_python(value, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            inner = "".join(f".{part}" for part in first["loc"] if isinstance(value, Mapping))
            # Settings of a mapping may be secrets, whatever its key is called.
            shown = None if isinstance(value, Mapping) or names_secret(key) else value
            raise ExecutorError(
                f"{key}{inner} {where} is not valid", value=shown, hint=first["msg"]
            ) from None
