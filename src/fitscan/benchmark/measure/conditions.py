"""Where, when and by what something is measured, found out before it begins."""

import importlib.metadata
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime

from fitscan.benchmark.records import Conditions
from fitscan.digests import tree_digest
from fitscan.machine import cores, cpu_model, versions

__all__ = ["PINNED", "conditions", "pinned_environment"]

# A numerical library with threads of its own takes cores that nobody counted.
PINNED = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def conditions() -> Conditions:
    """Return the conditions of a measurement that begins now, with one thread a process."""
    return Conditions(
        began=datetime.now(UTC).isoformat(timespec="seconds"),
        system=f"{platform.system()} {platform.machine()}",
        cpu=cpu_model() or "unknown processor",
        cores=cores(),
        memory_GB=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        load_before=round(os.getloadavg()[0], 2),
        threads=dict(PINNED),
        versions={**versions(), "numba": importlib.metadata.version("numba")},
        code=tree_digest(),
    )


def pinned_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a process of its own: one thread, and nothing of this run.

    Args:
        environment: That of this process, which may belong to a run of Snakemake.
    """
    # Set for the run that measures, and not meant for what it measures.
    others = {"FITSCAN_COMMAND", "SNAKEMAKE_PROFILE"}
    return {name: value for name, value in environment.items() if name not in others} | PINNED
