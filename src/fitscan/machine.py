"""This machine: its cores and software, and the kind of CPU that kernels are compiled for.

The kind decides the last digits of results. It is the CPU that LLVM finds, unless numba's variables
NUMBA_CPU_NAME and NUMBA_CPU_FEATURES name another one.
"""

import hashlib
import importlib.metadata
import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import llvmlite.binding as llvm

import fitscan

__all__ = [
    "HOST",
    "CpuKind",
    "cores",
    "cpu_kind",
    "cpu_model",
    "lacking",
    "machine",
    "variables",
    "versions",
]

# This machine's own CPU, beside LLVM's names.
HOST = "host"

# What CPUs have beyond every CPU of their architecture; those that a machine can stand in for.
_NEEDS = {"generic": (), "haswell": ("avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe")}


@dataclass(frozen=True)
class CpuKind:
    """A kind of CPU. Kernels give the same bits on all CPUs of one kind.

    Attributes:
        name: LLVM's name, such as ``znver3``, ``haswell`` or ``generic``.
        features: Digest of the instruction sets that may be used, since a virtual machine may hide
            some; empty for those that belong to the name.
        overridden: Whether a variable of the environment names another CPU or other features than
            those of this machine.
    """

    name: str
    features: str
    overridden: bool

    @property
    def label(self) -> str:
        """Name and features in one word, for names of folders."""
        return "-".join(filter(None, [self.name, self.features]))


def versions() -> dict[str, str]:
    """Return the versions of fitscan, Python and the packages that decide numbers."""
    packages = ("pyhf", "numpy", "scipy", "iminuit", "snakemake")
    return {
        "fitscan": fitscan.__version__,
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
    }


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def machine() -> str:
    """Describe this machine in a few words: system, architecture, cores."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def cpu_model() -> str:
    """Name the model of the CPU, as far as the system tells; else nothing."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def cpu_kind() -> CpuKind:
    """Return the kind of CPU that kernels are compiled for in this process."""
    name, features = os.environ.get("NUMBA_CPU_NAME"), os.environ.get("NUMBA_CPU_FEATURES")
    overridden = name is not None or features is not None
    if features is None:
        # As numba has it: other names are combined with the features of this machine.
        features = "" if (name or "").lower() == "generic" else _host()[1]
    digest = hashlib.sha256(features.encode()).hexdigest()[:8] if features else ""
    return CpuKind(_host()[0] if name is None else name, digest, overridden)


def variables(name: str) -> dict[str, str]:
    """Return the environment of a process that compiles for a CPU, ``HOST`` or a name of LLVM's."""
    # With a name alone numba takes the features of this machine.
    return {} if name == HOST else {"NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": ""}


def lacking(name: str) -> list[str]:
    """Name the features of a CPU that this machine lacks, so that it cannot stand in for it."""
    ours = llvm.get_host_cpu_features()
    return [feature for feature in _NEEDS.get(name, ()) if not ours.get(feature)]


@cache
def _host() -> tuple[str, str]:
    """Return name and features of this machine's CPU."""
    try:
        features = llvm.get_host_cpu_features().flatten()
    except RuntimeError:  # LLVM cannot tell on this system
        features = ""
    return llvm.get_host_cpu_name(), features
