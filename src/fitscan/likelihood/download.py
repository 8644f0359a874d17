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

import logging
import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import requests
from tqdm import tqdm
from urllib3.exceptions import HTTPError as StreamError

from fitscan.address import Address
from fitscan.errors import DownloadError, LikelihoodError
from fitscan.files import file_sha256, replacing
from fitscan.likelihood.archive import open_archive
from fitscan.likelihood.archive_entries import HTML_PAGE, looks_like
from fitscan.likelihood.archive_limits import ArchiveLimits, Budget

__all__ = ["download_url", "fetch_archive"]

log = logging.getLogger(__name__)

_DOI_RESOLVER = "https://doi.org/"

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
RATE_S = 60.0  # over which the rate of a download is taken
PASSING_STATUS = {408, 425, 429, 500, 502, 503, 504}


def download_url(address: Address, doi_resolver: str = _DOI_RESOLVER) -> str:
    """Return the URL that an archive is downloaded from.

    Args:
        address: See ``fetch_archive``.
        doi_resolver: See ``fetch_archive``.

    Raises:
        DownloadError: It is neither URL nor DOI.
    """
    url = address.url(doi_resolver)
    if url is None:
        raise DownloadError(
            "the source is neither a DOI nor an http or https URL",
            value=str(address),
            hint='write it like "10.17182/hepdata.90607.v3/r3" or "https://..."; a path as it is',
        )
    return url


def fetch_archive(
    address: Address,
    *,
    cache: Path,
    sha256: str | None = None,
    limits: ArchiveLimits | None = None,
    progress: bool = True,
    retries: int = 3,
    backoff_s: float = 1.0,
    doi_resolver: str = _DOI_RESOLVER,
) -> Path:
    """Give the path of the archive in the cache, downloading it where it is not there yet.

    Args:
        address: A URL (http or https) or a DOI, as "10.17182/...", "doi:10..." or its URL.
        cache: Folder of downloaded archives; made where absent.
        sha256: Digest of the archive in hexadecimal. A cached file that differs is fetched again.
            None takes a cached file as it is, and logs the digest to pin.
        limits: How much the archive may hold, and how long its download may take; the default
            limits if they are left out.
        progress: Whether to say on stderr how far it is: a bar on a terminal, lines elsewhere.
        retries: How often to try again what may pass: a refused or dropped connection, a timeout,
            an overloaded server. Each try starts from the first byte.
        backoff_s: Seconds to wait before the first retry; doubled for each further one.
        doi_resolver: What a DOI is appended to.

    Raises:
        DownloadError: The source is neither URL nor DOI, cannot be downloaded within the limits, is
            not an archive that opens and is safe, or has another digest than ``sha256``.
    """
    limits = limits or ArchiveLimits()
    url, target = download_url(address, doi_resolver), Path(cache) / _cache_name(address)
    found = file_sha256(target) if target.is_file() else None
    if found is None or (sha256 is not None and found != sha256.lower()):
        if found is not None:
            log.warning("%s has sha256 %s, not %s; it is downloaded again", target, found, sha256)
        with replacing(target) as temporary:
            download = _Download(address, url, limits, progress=progress)
            download.write(temporary, retries=retries, backoff_s=backoff_s)
            found = file_sha256(temporary)
            _check(temporary, str(address), found=found, sha256=sha256, limits=limits)
    if sha256 is None:
        log.warning("%s: sha256 not given; pin it with sha256: %s", address, found)
    return target


def _cache_name(address: Address) -> str:
    """Name the source readably and uniquely; one name for all spellings of a DOI."""
    readable = str(address).partition("?")[0]
    if address.doi is not None or "://" in readable:
        readable = re.sub(r"^doi:\s*|^https?://(dx\.|www\.)?doi\.org/", "", readable, flags=re.I)
        readable = readable.partition("://")[2].partition("/")[2] or readable
    readable = re.sub("[^A-Za-z0-9._]+", "-", readable)
    return f"{address.digest[:16]}-{readable[-60:].strip('-.')}"


class _Download:
    """The download of one archive, which ends in a given time.

    Args:
        address: What messages call it.
        url: Where it is.
        limits: How much may come, and how long it may take.
        progress: See ``fetch_archive``.
    """

    def __init__(
        self, address: Address, url: str, limits: ArchiveLimits, *, progress: bool
    ) -> None:
        self._address = address
        self._url = url
        self._limits = limits
        self._progress = progress
        self._bar = progress and sys.stderr.isatty()
        self._end = time.monotonic() + limits.download_s

    def write(self, path: Path, *, retries: int, backoff_s: float) -> None:
        """Stream it to a file, trying again what may pass."""
        for attempt in range(retries + 1):
            try:
                self._stream(path)
            except DownloadError:
                raise
            except (requests.RequestException, StreamError, ValueError) as error:
                text = self._address.masked_in(str(error))
                if attempt == retries or not _may_pass(error):
                    tries = f" in {attempt + 1} tries" if attempt else ""
                    # Without its cause, whose text holds the address.
                    raise DownloadError(
                        f"the archive could not be downloaded{tries} ({text})",
                        value=str(self._address),
                        hint="check the address and the network; or download it with a browser and"
                        " give the path of the file",
                    ) from None
                log.warning("%s: %s; trying again", self._address, text)
                time.sleep(backoff_s * 2**attempt)
            else:
                return

    def _stream(self, path: Path) -> None:
        """Write the body of one response to a file, whole or with an exception."""
        with self._answer() as response:
            response.raise_for_status()
            length = response.headers.get("Content-Length", "")
            total = int(length) if length.isdigit() else None
            if self._progress and not self._bar:
                size = f" ({_megabytes(total)})" if total else ""
                _say(f"downloading {self._address}{size}")
            with (
                path.open("wb") as file,
                tqdm(total=total, unit="B", unit_scale=True, disable=not self._bar) as meter,
            ):
                for piece in self._in_time(response):
                    meter.update(file.write(piece))
        if self._progress and not self._bar:
            _say(f"downloaded {self._address}: {_megabytes(path.stat().st_size)}")

    def _answer(self) -> requests.Response:
        """Ask for the archive; a server may send its headers one letter at a time, for ever.

        No timeout of ``requests`` ends that, so another thread waits for them.
        """
        found: list[requests.Response | BaseException] = []
        too_late = threading.Event()

        def ask() -> None:
            try:
                answer = requests.get(self._url, headers=HEADERS, stream=True, timeout=TIMEOUT_S)
            except BaseException as error:  # raised where it is waited for
                found.append(error)
            else:
                found.append(answer)
                if too_late.is_set():
                    answer.close()

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(max(0.0, self._end - time.monotonic()))
        if not found:
            too_late.set()
            raise self._too_slow("download_s", "no answer came in time")
        if isinstance(found[0], BaseException):
            raise found[0]
        return found[0]

    def _in_time(self, response: requests.Response) -> Iterator[bytes]:
        """Yield what comes, as it comes, for as long as it comes fast enough."""
        limits = self._limits
        size, since, size_then = 0, time.monotonic(), 0
        # From the raw stream, which leaves a Content-Encoding as it is.
        while piece := response.raw.read1(PIECE_BYTES, decode_content=False):
            yield piece
            size += len(piece)
            now = time.monotonic()
            if size > limits.download_bytes:
                raise self._too_slow("download_bytes", f"it has at least {size} bytes")
            if now > self._end:
                raise self._too_slow("download_s", f"{_megabytes(size)} came until then")
            if now > since + RATE_S:
                rate = (size - size_then) / (now - since)
                if rate < limits.download_bytes_per_s:
                    found = f"{rate:.3g} bytes per second came in {RATE_S:g} s"
                    raise self._too_slow("download_bytes_per_s", found)
                since, size_then = now, size

    def _too_slow(self, key: str, found: str) -> DownloadError:
        limit = getattr(self._limits, key)
        return DownloadError(
            f"the download is given up at archive_limits.{key} ({limit}): {found}",
            value=str(self._address),
            hint="download it with a browser and give the path of the file, or set"
            f" archive_limits: {{{key}: ...}}",
        )


def _may_pass(error: Exception) -> bool:
    """Say whether the same request may succeed a little later."""
    response = getattr(error, "response", None)
    if response is not None:
        return response.status_code in PASSING_STATUS
    if isinstance(error, requests.exceptions.SSLError):
        return False
    return isinstance(error, requests.ConnectionError | requests.Timeout | StreamError)


def _check(
    path: Path, where: str, *, found: str, sha256: str | None, limits: ArchiveLimits
) -> None:
    """Refuse what is not the archive asked for."""
    with path.open("rb") as file:
        head = file.read(512)
    if looks_like(head) == HTML_PAGE:
        raise DownloadError(
            "the address gave an HTML page instead of an archive",
            value=where,
            hint="is this the DOI or URL of a HEPData record or table? give the one of the"
            " archive, like 10.17182/hepdata.90607.v3/r3, listed under the record's resources",
        )
    if sha256 is not None and found != sha256.lower():
        raise DownloadError(
            f"the archive from {where} does not have the sha256 {sha256} of the configuration",
            value=found,
            hint="the publisher changed it, or it was tampered with; if the new one is right,"
            " set `sha256` of this analysis to it",
        )
    try:
        open_archive(path, label=where, budget=Budget(limits)).close()
    except LikelihoodError as error:
        raise DownloadError(error.what, value=error.value, hint=error.hint) from None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.3g} MB"
