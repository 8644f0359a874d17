"""Make the plan of a scan: give each point its key."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fitscan.likelihood import Index
from fitscan.plan.keys import point_key
from fitscan.plan.scan import Scan

__all__ = ["PlannedEngine", "PlannedKind", "make_scan"]


class PlannedKind(Protocol):
    """What a plan has to know of a kind of scan; see ``fitscan.kinds.base.Kind``."""

    @property
    def has_level(self) -> Callable[[Mapping[str, Any]], bool]:
        """Whether it has a confidence level with some options."""
        ...

    @property
    def columns(self) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
        """The columns of its results with some settings."""
        ...

    @property
    def unfitted_row(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """What the row of a point that is not fitted holds, besides empty columns."""
        ...

    @property
    def has_blocks(self) -> bool:
        """Whether rows are made from blocks."""
        ...

    @property
    def unkeyed_settings(self) -> tuple[str, ...]:
        """The settings in no key: how many blocks there are, and what is done with them."""
        ...

    @property
    def version(self) -> str:
        """The version of what makes rows from blocks."""
        ...


@dataclass(frozen=True)
class PlannedEngine:
    """What a plan has to know of an engine; see ``fitscan.engines.registry``.

    Attributes:
        settings: What the configuration says of it.
        first_try: Returns settings with which nothing is tried again after a failure.
        version: Returns its version for settings.
    """

    settings: Mapping[str, Any]
    first_try: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    version: Callable[[Mapping[str, Any]], str]


def make_scan(
    index: Index,
    config: Mapping[str, Any],
    scan: str,
    *,
    kind: PlannedKind,
    others: Collection[str],
    engine: PlannedEngine,
    signal_xsec_uncertainty: str | None = None,
) -> Scan:
    """Give each point of ``index`` its key.

    Args:
        index: The points of the analysis.
        config: The checked configuration.
        scan: Name of the scan in the configuration.
        kind: Its kind.
        others: Names of the other kinds, whose options are left out of its settings.
        engine: The engine.
        signal_xsec_uncertainty: The modifier of the cross-section with which the data are also
            tested one standard deviation up and down, in kinds without blocks; None for no such
            tests.
    """
    options = {name: value for name, value in config["scans"][scan].items() if name not in others}
    if not kind.has_level(options):
        del options["level"]
    settings = {
        **options,
        "mu_test": float(options["mu_test"]),  # 1 and 1.0 are one number and one key
        **engine.settings,
        "measurement": index.measurement,
        "interpolation": config["interpolation"],
    }
    if signal_xsec_uncertainty is not None and not kind.has_blocks:
        settings["signal_xsec_uncertainty"] = signal_xsec_uncertainty

    def keys(settings: Mapping[str, Any]) -> tuple[str, ...]:
        version = " ".join(filter(None, [engine.version(settings), kind.version]))
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

    return Scan(
        settings=settings,
        workspace=index.workspace,
        engine=engine.version(settings),
        kind=kind.version,
        unkeyed_settings=kind.unkeyed_settings,
        columns=kind.columns(settings),
        unfitted_row=kind.unfitted_row(settings),
        labels=index.labels,
        points=index.points,
        keys=keys(settings),
        first_keys=keys(engine.first_try(settings)),
    )
