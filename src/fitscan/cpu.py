"""The kind of CPU that kernels are compiled for, which decides the last digits of results.

It is the CPU that LLVM finds, unless numba's variables NUMBA_CPU_NAME and NUMBA_CPU_FEATURES name
another one.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm

__all__ = ["CpuKind", "cpu_kind"]


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


def cpu_kind() -> CpuKind:
    """Return the kind of CPU that kernels are compiled for in this process."""
    name, features = os.environ.get("NUMBA_CPU_NAME"), os.environ.get("NUMBA_CPU_FEATURES")
    overridden = name is not None or features is not None
    if features is None:
        # As numba has it: other names are combined with the features of this machine.
        features = "" if (name or "").lower() == "generic" else _host()[1]
    digest = hashlib.sha256(features.encode()).hexdigest()[:8] if features else ""
    return CpuKind(_host()[0] if name is None else name, digest, overridden)


@cache
def _host() -> tuple[str, str]:
    """Return name and features of this machine's CPU."""
    try:
        features = llvm.get_host_cpu_features().flatten()
    except RuntimeError:  # LLVM cannot tell on this system
        features = ""
    return llvm.get_host_cpu_name(), features
