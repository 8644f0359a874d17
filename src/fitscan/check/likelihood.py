"""The likelihood of an analysis, as far as it is on this machine, read and verified."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fitscan.address import Address
from fitscan.config.wanted import Wanted
from fitscan.likelihood import read_index
from fitscan.likelihood.archive_limits import ArchiveLimits
from fitscan.likelihood.fetch import fetch_likelihood, local_files
from fitscan.model.check import check_models

__all__ = ["likelihood_folder"]

_PARTS = ("measurement", "control_regions", "signal_xsec_uncertainty")


def likelihood_folder(wanted: Wanted, analysis: str, temporary: Path) -> Path | None:
    """Return the folder of a verified likelihood; None if its archive would be downloaded.

    Args:
        wanted: What the configuration asks for.
        analysis: Name of the analysis, or of a statistical combination.
        temporary: Where a likelihood goes that no run has fetched yet.

    Raises:
        LikelihoodError: The likelihood cannot be used.
    """
    fetched = Path(f"resources/likelihoods/{analysis}")
    settings = wanted.config["analyses"].get(analysis)
    is_here = (fetched / "points.json").exists()
    if settings is None:
        return fetched if is_here else None
    is_local = bool(local_files(settings))
    # What names a part of a likelihood is looked at as it is fetched.
    if is_here and _is_of(fetched, settings) and not (is_local and _names_parts(settings)):
        return fetched
    if not is_local:
        return None
    folder = temporary / analysis
    limits = ArchiveLimits.of(wanted.config["archive_limits"])
    fetch_likelihood(settings, folder=folder, cache=temporary, limits=limits)
    if wanted.must_compile:
        check_models(folder, interpolation=wanted.config["interpolation"])
    return folder


def _names_parts(settings: Mapping[str, Any]) -> bool:
    """Tell whether an analysis names a measurement, channels or a modifier."""
    return any(settings.get(key) is not None for key in _PARTS)


def _is_of(fetched: Path, settings: Mapping[str, Any]) -> bool:
    """Tell whether a folder has the likelihood that an analysis asks for now."""
    source = read_index(fetched / "points.json").source
    address = Address.of(settings["archive"])
    asked = {"workspace": settings["workspace"], "patches": settings["patches"]}
    asked["archive"] = address and address.recorded
    return all(source.get(key) == value for key, value in asked.items())
