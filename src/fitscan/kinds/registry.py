"""All kinds of scan by name, and the plan of a scan, which they and the engines decide."""

from collections.abc import Mapping
from typing import Any

from fitscan.engines.registry import engine_settings, engine_version, first_try
from fitscan.errors import PlanError
from fitscan.kinds.base import Kind
from fitscan.kinds.coverage.kind import COVERAGE
from fitscan.kinds.fits import ASYMPTOTIC, LIMITS
from fitscan.kinds.toys.kind import TOYS
from fitscan.likelihood import Index
from fitscan.plan.make import PlannedEngine, make_scan
from fitscan.plan.scan import Scan

__all__ = ["REGISTRY", "check_versions", "kind_of", "planned_scan"]

REGISTRY = {kind.name: kind for kind in (ASYMPTOTIC, LIMITS, TOYS, COVERAGE)}


def kind_of(scan: Scan) -> Kind:
    """Return the kind of a scan."""
    return REGISTRY[scan.settings["kind"]]


def planned_scan(
    index: Index,
    config: Mapping[str, Any],
    name: str,
    *,
    signal_xsec_uncertainty: str | None = None,
) -> Scan:
    """Give each point of an analysis its key; see ``fitscan.plan.make.make_scan``."""
    kind = REGISTRY[config["scans"][name]["kind"]]
    others = {other.name for other in REGISTRY.values()} - {kind.name}
    engine = PlannedEngine(engine_settings(config), first_try, engine_version)
    return make_scan(
        index,
        config,
        name,
        kind=kind,
        others=others,
        engine=engine,
        signal_xsec_uncertainty=signal_xsec_uncertainty,
    )


def check_versions(scan: Scan) -> None:
    """Check that this process computes what the plan promises, whose keys hold the versions.

    Raises:
        PlanError: The code or a package changed since the plan was made.
    """
    kind = kind_of(scan)
    for what, planned, here in (
        ("engine", scan.engine, engine_version(scan.settings)),
        (f"code for {kind.name}", scan.kind, kind.version),
    ):
        if planned != here:
            raise PlanError(
                f"the {what} changed after the scan was planned",
                value=f"{here}, planned with {planned}",
                hint="start again: the new plan keeps what did not change",
            )
