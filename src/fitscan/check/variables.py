"""Variables of the environment that numerical libraries read, checked before anything is fitted.

A library that cannot use one says so with a traceback in each worker, or passes over it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping

from fitscan.errors import ConfigError

__all__ = ["check_variables"]

# OpenMP also takes a list, of which the first number counts here.
_THREADS = re.compile(r"\s*\+?0*[1-9][0-9]{0,5}\s*(,[\s0-9,]*)?")
_FEATURES = re.compile(r"([+-][\w.-]+(,[+-][\w.-]+)*)?")
_NAMED_BY_NUMBA = re.compile(r"[Ee]nvironment variable ['`](\w+)['`]")
# Checked here, or any text is a value.
_KNOWN = frozenset({"NUMBA_NUM_THREADS", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_CACHE_DIR"})


def check_variables(variables: Mapping[str, str] = os.environ) -> None:
    """Check numbers of threads, and what numba reads.

    Raises:
        ConfigError: A variable has a value that its library cannot use.
    """
    for name, value in sorted(variables.items()):
        # OpenMP takes an empty one as if it were not there; numba does not.
        unset = not value and name != "NUMBA_NUM_THREADS"
        if name.endswith("_NUM_THREADS") and not unset and not _THREADS.fullmatch(value):
            raise _refused(name, value, "set it to a whole number above 0")
    features = variables.get("NUMBA_CPU_FEATURES", "")
    if not _FEATURES.fullmatch(features):
        raise _refused("NUMBA_CPU_FEATURES", features, "write features as +avx2,-fma")
    others = {name for name in variables if name.startswith("NUMBA_")} - _KNOWN
    if others:
        _ask_numba(variables, sorted(others))


def _ask_numba(variables: Mapping[str, str], names: list[str]) -> None:
    """Let numba read its variables in another process: in this one it may never be needed."""
    done = subprocess.run(  # nothing of a user's
        [sys.executable, "-W", "error::RuntimeWarning", "-c", "import numba.core.config"],
        env=dict(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        found = [name for name in _NAMED_BY_NUMBA.findall(done.stderr) if name in names]
        for name in found[:1]:  # else it fails for another reason, which is told where it is used
            raise _refused(name, variables[name], "see numba's page on environment variables")


def _refused(name: str, value: str, hint: str) -> ConfigError:
    return ConfigError(
        f"the environment variable {name} has a value that its library cannot use",
        value=value,
        hint=f"unset it, or {hint}",
    )
