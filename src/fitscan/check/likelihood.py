"""The likelihood of an analysis, as far as it is on this machine, read and verified."""

from pathlib import Path

from fitscan.config.wanted import Wanted
from fitscan.likelihood.fetch import fetch_likelihood, local_files
from fitscan.model.check import check_models

__all__ = ["likelihood_folder"]


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
    if (fetched / "points.json").exists():
        return fetched
    settings = wanted.config["analyses"].get(analysis)
    if settings is None or not local_files(settings):
        return None
    folder = temporary / analysis
    fetch_likelihood(settings, folder=folder, cache=temporary)
    if wanted.must_compile:
        check_models(folder, interpolation=wanted.config["interpolation"])
    return folder
