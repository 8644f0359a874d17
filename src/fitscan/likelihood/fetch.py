"""From the configuration's description of a likelihood to its verified folder."""

import glob
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fitscan import strictjson
from fitscan.address import Address
from fitscan.errors import FileMissing, LikelihoodError, naming
from fitscan.files import file_sha256
from fitscan.likelihood.archive import open_archive
from fitscan.likelihood.archive_limits import ArchiveLimits, Budget
from fitscan.likelihood.checked_patches import bring_measurements, checked_patches
from fitscan.likelihood.complete import complete_workspace
from fitscan.likelihood.compressed import decompressed
from fitscan.likelihood.control_regions import check_regions
from fitscan.likelihood.download import download_url, fetch_archive
from fitscan.likelihood.folder import Index, write_folder
from fitscan.likelihood.labels import labels_as_columns
from fitscan.likelihood.nested import archive_with
from fitscan.likelihood.patch_files import as_glob, is_pattern, match_pattern, read_patch_files
from fitscan.likelihood.patches import read_patchset
from fitscan.likelihood.region_tables import write_regions
from fitscan.likelihood.regions import RegionCounter
from fitscan.likelihood.signal_xsec_uncertainty import check_signal_xsec_uncertainty
from fitscan.likelihood.workspace import check_workspace, measurement_name

__all__ = ["fetch_likelihood", "local_files"]

Analysis = Mapping[str, Any]


def local_files(analysis: Analysis, *, may_be_made: bool = False) -> list[str]:
    """List the files on this machine that a likelihood is read from, none for a download.

    Args:
        analysis: The part of the checked configuration about one analysis.
        may_be_made: Whether a rule of somebody else may make a file that does not exist.

    Raises:
        LikelihoodError: A file does not exist, or is a folder and not an archive; or what would be
            downloaded has no address.
    """
    archive = Address.of(analysis["archive"])
    if archive is not None and archive.is_remote:
        with naming("archive"):
            download_url(archive)
    if archive is None:
        sources = {"workspace": [analysis["workspace"]], "patches": _patch_paths(analysis)}
    else:
        sources = {"archive": [] if archive.is_remote else [archive.filled]}
    for key, paths in sources.items():
        for path in paths:
            if not (may_be_made or Path(path).is_file()):
                raise FileMissing(
                    f"{key}: the file does not exist",
                    value=path if archive is None else str(archive),
                    hint="paths are relative to the folder that snakemake runs in",
                )
    return [path for paths in sources.values() for path in paths]


def fetch_likelihood(
    analysis: Analysis, *, folder: Path, cache: Path, limits: ArchiveLimits | None = None
) -> Index:
    """Get a likelihood, check all of it, and write its folder.

    Args:
        analysis: The part of the checked configuration about one analysis.
        folder: Where the verified likelihood goes.
        cache: Where downloaded archives are kept.
        limits: How much the archive may hold; the default limits if they are left out.

    Raises:
        DownloadError: The archive could not be downloaded.
        LikelihoodError: Something about the archive, the workspace or the patchset is wrong, no
            patch can be fitted, none has the modifier ``signal_xsec_uncertainty`` if one is
            named, or ``control_regions`` names a channel that is not there. Nothing is written
            then. A patch that cannot be fitted beside others is a point that is refused.
    """
    address = Address.of(analysis["archive"])
    source = {name: analysis[name] for name in ("workspace", "patches")}
    source["archive"] = address and address.recorded
    files, sha256 = _read_files(analysis, cache=cache, limits=limits or ArchiveLimits())
    if sha256 is not None:
        source["sha256"] = sha256
    where = analysis["workspace"]
    content = files[where]
    if is_pattern(analysis["patches"]) and where in match_pattern(analysis["patches"], files):
        raise LikelihoodError(
            "the pattern of patches matches the workspace, which is not a JSON patch",
            value=where,
            hint="write the pattern so that it matches patches only",
        )
    patchset = None
    if analysis["patches"] is not None and not is_pattern(analysis["patches"]):
        # Its bytes are let go: the peak of memory is here.
        with naming("patches"):
            patchset = strictjson.parse(files.pop(analysis["patches"]), where=analysis["patches"])
    with naming("workspace"):
        background = check_workspace(strictjson.parse(content, where=where), where=where)
    if analysis["patches"] is None:
        own = measurement_name(background, analysis["measurement"], where=where)
        patches = complete_workspace(background, measurement=own, where=where)
    elif is_pattern(analysis["patches"]):
        patches = read_patch_files(analysis["patches"], files)
    else:
        verify = source["verify_digest"] = bool(analysis.get("verify_digest", True))
        with naming("patches"):
            patches = read_patchset(patchset, background, where=analysis["patches"], verify=verify)
    patches = labels_as_columns(patches)
    measurement = analysis["measurement"]
    if measurement is None or not bring_measurements(patches):
        measurement = measurement_name(background, measurement, where=where)
    counter = RegionCounter(background)
    patches, measured = checked_patches(
        patches, background, measurement=measurement, counter=counter
    )
    regions = check_regions(
        counter.counted([patch.name for patch in patches.patches]), analysis.get("control_regions")
    )
    check_signal_xsec_uncertainty(patches, analysis.get("signal_xsec_uncertainty"))
    write_regions(folder, regions)
    return write_folder(
        folder, workspace=content, patches=patches, measurement=measured, source=source
    )


def _read_files(
    analysis: Analysis, *, cache: Path, limits: ArchiveLimits
) -> tuple[dict[str, bytes], str | None]:
    """Read workspace and patches, decompressed, by the names that the configuration has for them.

    Args:
        analysis: See ``fetch_likelihood``.
        cache: See ``fetch_likelihood``.
        limits: See ``fetch_likelihood``.

    Returns:
        The contents by name, and the SHA-256 of the archive; None if there is no archive.
    """
    local, sha256 = local_files(analysis), None
    address, budget = Address.of(analysis["archive"]), Budget(limits)
    if address is None:
        files = {path: Path(path).read_bytes() for path in local}
    else:
        if address.is_remote:
            archive = fetch_archive(address, cache=cache, sha256=analysis["sha256"], limits=limits)
        else:
            archive = Path(address.filled)
            if analysis["sha256"]:
                _check_digest(archive, analysis["sha256"], where=str(address))
        sha256 = file_sha256(archive)
        with (
            open_archive(archive, label=str(address), budget=budget) as outer,
            archive_with(outer, analysis["workspace"]) as (opened, way),
        ):
            wanted = list(filter(None, (analysis["workspace"], analysis["patches"])))
            if is_pattern(analysis["patches"]):
                names = [f"{way}{name}" for name in opened.names()]
                wanted[1:] = match_pattern(analysis["patches"], names)
            read = opened.read_many(name.removeprefix(way) for name in wanted)
            files = {name: read[name.removeprefix(way)] for name in wanted}
    contents = {n: decompressed(c, where=n, budget=budget) for n, c in files.items()}
    return contents, sha256


def _patch_paths(analysis: Analysis) -> list[str]:
    """List the files with patches when the likelihood is in no archive."""
    if analysis["patches"] is None:
        return []
    if not is_pattern(analysis["patches"]):
        return [analysis["patches"]]
    return list(match_pattern(analysis["patches"], glob.glob(as_glob(analysis["patches"]))))


def _check_digest(path: Path, sha256: str, *, where: str) -> None:
    found = file_sha256(path)
    if found != sha256:
        raise LikelihoodError(
            f"{where} does not have the sha256 of the configuration",
            value=found,
            hint=f"expected {sha256}",
        )
