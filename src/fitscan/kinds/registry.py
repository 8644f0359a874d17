"""All kinds of scan by name, and the plan of a scan, which they and the engines decide."""

from collections.abc import Mapping
from typing import Any

from fitscan.engines.base import Settings
from fitscan.engines.registry import engine_settings, engine_version, first_try
from fitscan.errors import PlanError
from fitscan.kinds.base import Kind
from fitscan.kinds.coverage.kind import COVERAGE
from fitscan.kinds.fits import ASYMPTOTIC, LIMITS
from fitscan.kinds.toys.kind import TOYS
from fitscan.likelihood import Index
from fitscan.plan.keys import point_key
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
    """Give each point of an analysis its key.

    Args:
        index: The points of the analysis.
        config: The checked configuration.
        name: Name of the scan in the configuration.
        signal_xsec_uncertainty: The modifier of the cross-section with which the data are also
            tested one standard deviation up and down, in kinds without blocks; None for no such
            tests.
    """
    kind = REGISTRY[config["scans"][name]["kind"]]
    others = REGISTRY.keys() - {kind.name}  # whose options decide nothing here
    options = {key: value for key, value in config["scans"][name].items() if key not in others}
    if not kind.has_level(options):
        del options["level"]
    settings = {
        **options,
        "mu_test": float(options["mu_test"]),  # 1 and 1.0 are one number and one key
        **engine_settings(config),
        "measurement": index.measurement,
        "interpolation": config["interpolation"],
    }
    if signal_xsec_uncertainty is not None and not kind.has_blocks:
        settings["signal_xsec_uncertainty"] = signal_xsec_uncertainty
    return Scan(
        settings=settings,
        workspace=index.workspace,
        engine=engine_version(settings),
        kind=kind.version,
        unkeyed_settings=kind.unkeyed_settings,
        columns=kind.columns(settings),
        unfitted_row=kind.unfitted_row(settings),
        labels=index.labels,
        points=index.points,
        keys=_keys(index, settings, kind),
        first_keys=_keys(index, first_try(settings), kind),
    )


def _keys(index: Index, settings: Settings, kind: Kind) -> tuple[str, ...]:
    """Return the key that each point has with these settings."""
    version = " ".join(filter(None, [engine_version(settings), kind.version]))
    return tuple(
        point_key(
            workspace=index.workspace,
            # A point that is refused for another reason has another row.
            patch=f"{p.digest} {p.refused}" if p.refused else p.digest,
            settings=settings,
            engine=version,
        )
        for p in index.points
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
