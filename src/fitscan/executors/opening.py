"""From the name in the configuration to an executor."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from fitscan.errors import ExecutorError
from fitscan.executors.base import Executor
from fitscan.executors.in_process import InProcess

__all__ = ["open_executor", "read_settings"]

_KINDS: dict[str, Callable[..., Executor]] = {"in_process": InProcess}


def read_settings(name: str, *, folder: Path) -> dict[str, Any]:
    """Read the settings of an executor.

    Args:
        name: A name in ``folder`` without suffix, or the path of a file.
        folder: The folder of the settings that are known by name.

    Raises:
        ExecutorError: There is no such file, or it is no YAML mapping with a known ``kind``.
    """
    is_path = name.endswith((".yaml", ".yml"))
    path = Path(name) if is_path else folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yaml")))
        raise ExecutorError(
            "there is no such executor",
            value=name,
            hint=f"one of {known}, or the path of a file with settings",
        )
    try:
        settings = yaml.safe_load(path.read_bytes())
    except yaml.YAMLError as error:
        raise ExecutorError(f"{path} is not YAML", value=str(error)) from error
    if not isinstance(settings, dict) or settings.get("kind") not in list(_KINDS):
        raise ExecutorError(
            f"{path} does not say which kind of executor it is",
            value=settings,
            hint=f"it needs the key kind, one of {', '.join(_KINDS)}",
        )
    return settings


def open_executor(name: str, *, folder: Path) -> Executor:
    """Return an executor, ready to be entered as a context.

    Args:
        name: See ``read_settings``.
        folder: See ``read_settings``.

    Raises:
        ExecutorError: See ``read_settings``; or a setting that this kind does not have, which is
            refused and not ignored.
    """
    settings = read_settings(name, folder=folder)
    kind = settings.pop("kind")
    try:
        return _KINDS[kind](**settings)
    except TypeError as error:
        raise ExecutorError(
            f"the executor {name!r} has a setting that {kind} does not know", value=str(error)
        ) from error
