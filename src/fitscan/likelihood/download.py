"""Fetch a published likelihood's archive into a cache.

Takes a URL or a DOI; gives the path of a complete, checked file. What enters the cache is an
archive that opens (``fitscan.likelihood.archive``) and has the digest asked for; a failed download
leaves nothing there.

Written on ``requests`` and not on ``pooch``, which adds a layer to it that would have to be
replaced part by part: ``pooch.retrieve`` does not retry and ``Pooch.fetch`` retries everything, a
404 and a wrong digest too, with sleeps that cannot be set; a file is checked by its digest alone,
so that without one a landing page enters the cache; a Content-Encoding is undone, which changes
the digest of a .tar.gz where a server labels it so; of DOIs only those of figshare, Zenodo and
Dataverse are understood, not HEPData's.
"""

import hashlib
import logging
import re
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests
from tqdm import tqdm
from urllib3.exceptions import HTTPError as StreamError

from fitscan.errors import DownloadError, LikelihoodError
from fitscan.files import replacing
from fitscan.likelihood.archive import HTML_PAGE, looks_like, open_archive

__all__ = ["fetch_archive", "file_sha256", "is_remote"]

log = logging.getLogger(__name__)

HEADERS = {
    # A HEPData DOI leads to a landing page, which gives the file itself to who accepts its type:
    # https://github.com/scikit-hep/pyhf/issues/1491, and pyhf.contrib.utils.download, which sends
    # the first two. A .tar.gz counts as application/x-tar there.
    "Accept": "application/x-tar, application/zip, application/gzip",
    # The bytes as they were published, since a digest is of these.
    "Accept-Encoding": "identity",
}
TIMEOUT_S = (15, 60)  # to connect, and between two pieces
PIECE_BYTES = 256 * 1024
MAX_DOWNLOAD_BYTES = 4 * 1024**3  # against a response without end
PASSING_STATUS = {408, 425, 429, 500, 502, 503, 504}

_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


def is_remote(source: str) -> bool:
    """Say whether a source is a URL or a DOI, and not a path.

    >>> is_remote("10.17182/hepdata.90607.v3/r3"), is_remote("likelihoods/1Lbb.tar.gz")
    (True, False)
    """
    return "://" in source or _DOI.fullmatch(source.strip()) is not None


def fetch_archive(
    source: str,
    *,
    cache: Path,
    sha256: str | None = None,
    progress: bool = True,
    retries: int = 3,
    backoff_s: float = 1.0,
    doi_resolver: str = "https://doi.org/",
) -> Path:
    """Give the path of the archive in the cache, downloading it where it is not there yet.

    Args:
        source: A URL (http or https) or a DOI, as "10.17182/...", "doi:10..." or its URL.
        cache: Folder of downloaded archives; made where absent.
        sha256: Digest of the archive in hexadecimal. A cached file that differs is fetched again.
            None takes a cached file as it is, and logs the digest to pin.
        progress: Whether to say on stderr how far it is: a bar on a terminal, lines elsewhere.
        retries: How often to try again what may pass: a refused or dropped connection, a timeout,
            an overloaded server. Each try starts from the first byte.
        backoff_s: Seconds to wait before the first retry; doubled for each further one.
        doi_resolver: What a DOI is appended to.

    Raises:
        DownloadError: The source is neither URL nor DOI, cannot be downloaded, is not an archive
            that opens and is safe, or has another digest than ``sha256``.
    """
    url, target = _address(source, doi_resolver), Path(cache) / _cache_name(source)
    found = file_sha256(target) if target.is_file() else None
    if found is None or (sha256 is not None and found != sha256.lower()):
        if found is not None:
            log.warning("%s has sha256 %s, not %s; it is downloaded again", target, found, sha256)
        with replacing(target) as temporary:
            _download(url, temporary, progress=progress, retries=retries, backoff_s=backoff_s)
            found = file_sha256(temporary)
            _check(temporary, url, found=found, sha256=sha256)
    if sha256 is None:
        log.warning("%s: sha256 not given; pin it with sha256: %s", source, found)
    return target


def file_sha256(path: Path) -> str:
    """Compute the SHA-256 digest of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _address(source: str, doi_resolver: str) -> str:
    source = source.strip()
    if doi := _DOI.fullmatch(source):
        return doi_resolver.rstrip("/") + "/" + quote(doi[1], safe="/:;()")
    if re.match("https?://[^/]", source, re.IGNORECASE):
        return source
    raise DownloadError(
        "the source is neither a DOI nor an http or https URL",
        value=source,
        hint='write it like "10.17182/hepdata.90607.v3/r3" or "https://..."; a path as it is',
    )


def _cache_name(source: str) -> str:
    """Name the source readably and uniquely; one name for all spellings of a DOI."""
    doi = _DOI.fullmatch(source.strip())
    canonical = doi[1] if doi else source.strip()
    readable = re.sub("[^A-Za-z0-9._]+", "-", doi[1] if doi else urlsplit(canonical).path)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return f"{digest[:16]}-{readable[-60:].strip('-.')}"


def _download(url: str, path: Path, *, progress: bool, retries: int, backoff_s: float) -> None:
    """Stream a URL to a file, trying again what may pass."""
    for attempt in range(retries + 1):
        try:
            _stream(url, path, progress=progress)
        except (requests.RequestException, StreamError) as error:
            if attempt == retries or not _may_pass(error):
                tries = f" in {attempt + 1} tries" if attempt else ""
                raise DownloadError(
                    f"the archive could not be downloaded{tries} ({error})",
                    value=url,
                    hint="check the address and the network; or download it with a browser and"
                    " give the path of the file",
                ) from error
            log.warning("%s: %s; trying again", url, error)
            time.sleep(backoff_s * 2**attempt)
        else:
            return


def _may_pass(error: Exception) -> bool:
    """Say whether the same request may succeed a little later."""
    response = getattr(error, "response", None)
    if response is not None:
        return response.status_code in PASSING_STATUS
    if isinstance(error, requests.exceptions.SSLError):
        return False
    return isinstance(error, requests.ConnectionError | requests.Timeout | StreamError)


def _stream(url: str, path: Path, *, progress: bool) -> None:
    """Write the body of one response to a file, whole or with an exception."""
    bar = progress and sys.stderr.isatty()
    with requests.get(url, headers=HEADERS, stream=True, timeout=TIMEOUT_S) as response:
        response.raise_for_status()
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
        if progress and not bar:
            _say(f"downloading {url}" + (f" ({_megabytes(total)})" if total else ""))
        with (
            path.open("wb") as file,
            tqdm(total=total, unit="B", unit_scale=True, disable=not bar) as meter,
        ):
            # From the raw stream, which leaves a Content-Encoding as it is.
            for piece in response.raw.stream(PIECE_BYTES, decode_content=False):
                meter.update(file.write(piece))
                if file.tell() > MAX_DOWNLOAD_BYTES:
                    raise DownloadError(
                        f"the download is larger than {MAX_DOWNLOAD_BYTES} bytes",
                        value=url,
                        hint="check the address; larger archives must be given as a path",
                    )
    if progress and not bar:
        _say(f"downloaded {url}: {_megabytes(path.stat().st_size)}")


def _check(path: Path, url: str, *, found: str, sha256: str | None) -> None:
    """Refuse what is not the archive asked for."""
    with path.open("rb") as file:
        head = file.read(512)
    if looks_like(head) == HTML_PAGE:
        raise DownloadError(
            "the address gave an HTML page instead of an archive",
            value=url,
            hint="is this the DOI or URL of a HEPData record or table? give the one of the"
            " archive, like 10.17182/hepdata.90607.v3/r3, listed under the record's resources",
        )
    if sha256 is not None and found != sha256.lower():
        raise DownloadError(
            f"the archive from {url} does not have the sha256 {sha256} of the configuration",
            value=found,
            hint="the publisher changed it, or it was tampered with; if the new one is right,"
            " set `sha256` of this analysis to it",
        )
    try:
        open_archive(path, label=url).close()
    except LikelihoodError as error:
        raise DownloadError(error.what, value=error.value, hint=error.hint) from error


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.3g} MB"
