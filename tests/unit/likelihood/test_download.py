"""Downloads over real HTTP: what comes is checked, what fails leaves nothing behind."""

import gzip
import hashlib
import io
import random
import socket
import sys
import tarfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fitscan.address import Address
from fitscan.errors import DownloadError
from fitscan.files import file_sha256
from fitscan.likelihood import download
from fitscan.likelihood.archive import open_archive
from fitscan.likelihood.archive_limits import ArchiveLimits
from fitscan.likelihood.download import fetch_archive

DOI = "10.17182/hepdata.90607.v3/r3"
OTHER_SHA256 = "0" * 64


def make_archive() -> bytes:
    # Random content, which does not compress: half of the file is half of the archive. Without the
    # time, since the digest is in names of tests, which must be the same in all processes.
    content = random.Random(20210520).randbytes(10_000)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("BkgOnly.json")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def small_archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("a.json"))
    return gzip.compress(buffer.getvalue(), mtime=0)


ARCHIVE = make_archive()
SHA256 = hashlib.sha256(ARCHIVE).hexdigest()


@pytest.fixture
def server(misbehaving_server: Any) -> Any:
    misbehaving_server.content = ARCHIVE
    return misbehaving_server


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def fetch(server: Any, cache: Path) -> Callable[..., Path]:
    """Fetch a path of the server, or a DOI resolved by it, quietly and without waiting."""

    def fetch(source: str, **options: object) -> Path:
        source = server.url(source) if source.startswith("/") else source
        settings = {"progress": False, "backoff_s": 0, "doi_resolver": server.url("/doi/")}
        return fetch_archive(Address(source), cache=cache, **(settings | options))

    return fetch


@pytest.fixture
def short_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the rate of a download over a shorter time."""
    monkeypatch.setattr(download, "RATE_S", 0.3)


def holds(cache: Path) -> list[Path]:
    """Everything in the cache, hidden files too."""
    return list(cache.iterdir()) if cache.exists() else []


@pytest.mark.parametrize(
    "path",
    [
        "/good.tar.gz",
        "/drop-once.tar.gz",
        "/busy-once.tar.gz",
        "/slow-chunks.tar.gz",
        "/labelled.tar.gz",  # with a Content-Encoding, which is not to be undone
    ],
)
def test_the_archive_arrives_as_it_was_published(
    fetch: Callable[..., Path], cache: Path, path: str
):
    found = fetch(path, sha256=SHA256)
    assert found.read_bytes() == ARCHIVE
    assert holds(cache) == [found]
    assert found.name.endswith(path.strip("/"))
    with open_archive(found) as opened:
        assert opened.names() == ("BkgOnly.json",)


@pytest.mark.parametrize(
    "source", [DOI, f"doi:{DOI}", f"https://doi.org/{DOI}", f"http://dx.doi.org/{DOI}", f" {DOI}\n"]
)
def test_a_doi_is_resolved_to_the_archive_and_not_to_its_landing_page(
    fetch: Callable[..., Path], server: Any, source: str
):
    found = fetch(source)
    assert found.read_bytes() == ARCHIVE
    assert found == fetch(DOI), "one DOI, one file in the cache"
    assert server.hits["/landing"] == 1
    assert server.headers["/landing"]["Accept-Encoding"] == "identity"


def test_a_landing_page_is_refused_and_explained(
    fetch: Callable[..., Path], cache: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(download.HEADERS, "Accept", "text/html")
    with pytest.raises(DownloadError, match="an HTML page instead of an archive") as caught:
        fetch(DOI)
    assert DOI in caught.value.value
    assert "HEPData" in caught.value.hint
    assert holds(cache) == []


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/html.tar.gz", "an HTML page instead of an archive"),
        ("/json", "it looks like a JSON document"),
        ("/short.tar.gz", "cannot be read to its end"),
    ],
)
def test_what_is_no_whole_archive_does_not_enter_the_cache(
    fetch: Callable[..., Path], server: Any, cache: Path, path: str, fault: str
):
    with pytest.raises(DownloadError, match=fault) as caught:
        fetch(path)
    assert server.url(path) in str(caught.value)
    assert server.hits[path] == 1, "asking again would change nothing"
    assert holds(cache) == []


def test_a_wrong_digest_names_both_and_what_to_change(fetch: Callable[..., Path], cache: Path):
    with pytest.raises(DownloadError, match=OTHER_SHA256) as caught:
        fetch("/good.tar.gz", sha256=OTHER_SHA256)
    assert caught.value.value == SHA256
    assert "`sha256`" in caught.value.hint
    assert holds(cache) == []


@pytest.mark.parametrize(
    ("path", "fault"), [("/absent", "404"), ("/forbidden", "403"), ("/circle", "30 redirects")]
)
def test_what_will_not_pass_is_not_tried_again(
    fetch: Callable[..., Path],
    server: Any,
    cache: Path,
    path: str,
    fault: str,
):
    with pytest.raises(DownloadError, match=fault) as caught:
        fetch(path)
    assert caught.value.value == server.url(path)
    assert server.hits[path] == (31 if path == "/circle" else 1)
    assert holds(cache) == []


@pytest.mark.parametrize("path", ["/drop-always.tar.gz", "/drop-chunked.tar.gz"])
def test_what_keeps_dropping_is_given_up_after_the_retries(
    fetch: Callable[..., Path],
    server: Any,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
):
    waits: list[float] = []
    monkeypatch.setattr(download.time, "sleep", waits.append)
    with pytest.raises(DownloadError, match="in 3 tries"):
        fetch(path, retries=2, backoff_s=0.5)
    assert server.hits[path] == 3
    assert waits == [0.5, 1.0]
    assert holds(cache) == []


def test_a_refused_connection_is_tried_again_then_named(
    cache: Path, caplog: pytest.LogCaptureFixture
):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/x.tar.gz"
    with pytest.raises(DownloadError, match="in 2 tries") as caught:
        fetch_archive(Address(url), cache=cache, retries=1, backoff_s=0, progress=False)
    assert caught.value.value == url
    assert caplog.text.count("trying again") == 1
    assert holds(cache) == []


def test_a_failed_tls_handshake_is_not_tried_again(fetch: Callable[..., Path], server: Any):
    with pytest.raises(DownloadError, match="SSL") as caught:
        fetch(server.url("/good.tar.gz").replace("http:", "https:"), retries=1)
    assert " in 2 tries" not in caught.value.what


def test_a_response_without_end_is_cut(fetch: Callable[..., Path], cache: Path):
    with pytest.raises(DownloadError, match=r"download_bytes \(1000\): it has at least"):
        fetch("/good.tar.gz", limits=ArchiveLimits(download_bytes=1000))
    assert holds(cache) == []


@pytest.mark.parametrize(
    ("path", "limits", "words"),
    [
        ("/drip.tar.gz", {"download_s": 0.5}, r"download_s \(0\.5\): .* came until then"),
        ("/drip-headers.tar.gz", {"download_s": 0.5}, r"download_s \(0\.5\): no answer came"),
        (
            "/drip.tar.gz",
            {"download_bytes_per_s": 1000},
            r"download_bytes_per_s \(1000\): \d+(\.\d+)? bytes per second came in 0\.3 s",
        ),
    ],
)
@pytest.mark.usefixtures("short_window")
def test_a_download_that_drips_is_given_up(
    fetch: Callable[..., Path], server: Any, path: str, limits: dict[str, float], words: str
):
    """Was a bug: a letter a minute was waited for, for ever."""
    begun = time.monotonic()
    with pytest.raises(DownloadError, match=words) as caught:
        fetch(path, limits=ArchiveLimits(**{"download_bytes_per_s": 0, **limits}))
    assert time.monotonic() - begun < 5
    assert "archive_limits: {download_" in caught.value.hint
    assert server.hits[path] == 1, "it would drip again"


@pytest.mark.usefixtures("short_window")
def test_a_slow_download_above_the_lowest_rate_arrives(fetch: Callable[..., Path], server: Any):
    server.content = small_archive()
    found = fetch("/drip.tar.gz", limits=ArchiveLimits(download_bytes_per_s=1))
    assert found.read_bytes() == server.content


SECRET = "swordfish"


@pytest.mark.parametrize("path", ["/absent", "/forbidden", "/signed", "/circle", "/html.tar.gz"])
def test_a_failed_download_tells_no_secret(
    fetch: Callable[..., Path],
    server: Any,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    path: str,
):
    """Was a bug: errors of requests hold the address, and that of a redirect."""
    url = server.url(path).replace("://", f"://me:{SECRET}@") + f"?token={SECRET}"
    with pytest.raises(DownloadError) as caught:
        fetch(url, progress=True)
    error = "".join(traceback.format_exception(caught.value, chain=True))
    told = f"{error} {caught.value.value} {caplog.text} {capsys.readouterr()}"
    assert f"http://***@127.0.0.1:{server.server_port}{path}" in told
    assert SECRET not in told


def test_a_connection_that_is_refused_tells_no_secret(
    cache: Path, caplog: pytest.LogCaptureFixture
):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    address = Address(f"http://me:{SECRET}@127.0.0.1:{port}/x.tar.gz?token={SECRET}")
    with pytest.raises(DownloadError, match="in 2 tries") as caught:
        fetch_archive(address, cache=cache, retries=1, backoff_s=0, progress=False)
    assert SECRET not in f"{caught.value} {caught.value.value} {caplog.text}"


@pytest.mark.parametrize(
    "written", [f"http://me:{SECRET}/x@h/a", f"http://[{SECRET}/a", f"https://{SECRET * 20}@*/a"]
)
def test_an_address_that_is_none_tells_no_secret(cache: Path, written: str):
    with pytest.raises(DownloadError, match="could not be downloaded") as caught:
        fetch_archive(Address(written), cache=cache, retries=0, progress=False)
    if "@" in written:
        assert SECRET not in str(caught.value)


def test_secrets_are_used_and_not_in_the_name_of_the_file(
    fetch: Callable[..., Path], server: Any, monkeypatch: pytest.MonkeyPatch
):
    """Was a bug: the name had the path, with what variables in it hold."""
    monkeypatch.setenv("FS_NAME", "good.tar.gz")
    url = server.url("/$FS_NAME").replace("://", f"://me:{SECRET}@") + f"?token={SECRET}"
    found = fetch(url)
    assert server.hits[f"/good.tar.gz?token={SECRET}"] == 1
    assert server.headers[f"/good.tar.gz?token={SECRET}"]["Authorization"].startswith("Basic ")
    assert found.name.endswith("-FS_NAME")
    assert found == fetch(url.replace(f"me:{SECRET}@", "another:password@")), "one file for all"


@pytest.mark.parametrize("sha256", [None, SHA256, SHA256.upper()])
def test_a_cached_archive_is_not_fetched_again(
    fetch: Callable[..., Path], server: Any, sha256: str | None
):
    assert fetch("/good.tar.gz") == fetch("/good.tar.gz", sha256=sha256)
    assert server.hits["/good.tar.gz"] == 1


def test_a_corrupted_cached_archive_is_fetched_again(
    fetch: Callable[..., Path], server: Any, caplog: pytest.LogCaptureFixture
):
    found = fetch("/good.tar.gz", sha256=SHA256)
    found.write_bytes(ARCHIVE[:-1])
    assert fetch("/good.tar.gz", sha256=SHA256).read_bytes() == ARCHIVE
    assert server.hits["/good.tar.gz"] == 2
    assert "it is downloaded again" in caplog.text


def test_without_a_digest_the_one_to_pin_is_told(
    fetch: Callable[..., Path], caplog: pytest.LogCaptureFixture
):
    for _ in ("downloaded", "cached"):
        caplog.clear()
        fetch("/good.tar.gz")
        assert f"pin it with sha256: {SHA256}" in caplog.text
    caplog.clear()
    fetch("/good.tar.gz", sha256=SHA256)
    assert "pin it" not in caplog.text


def test_two_urls_with_one_file_name_are_two_files(fetch: Callable[..., Path], server: Any):
    assert fetch("/good.tar.gz?view=1") != fetch("/good.tar.gz?view=2")
    assert server.hits.total() == 2


@pytest.mark.parametrize("source", ["ftp://example.org/x", "file:///etc/passwd", "1Lbb.tar.gz"])
def test_other_sources_are_refused(fetch: Callable[..., Path], cache: Path, source: str):
    with pytest.raises(DownloadError, match="neither a DOI nor") as caught:
        fetch(source)
    assert caught.value.value == source
    assert holds(cache) == []


def test_file_sha256_is_the_digest_of_the_content(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"abc")  # the example of FIPS 180-2
    assert file_sha256(tmp_path / "x").startswith("ba7816bf8f01cfea414140de5dae2223")


def test_progress_is_lines_where_stderr_is_no_terminal(
    fetch: Callable[..., Path], capsys: pytest.CaptureFixture[str], server: Any
):
    fetch("/good.tar.gz", progress=True, sha256=SHA256)
    url = server.url("/good.tar.gz")
    assert capsys.readouterr().err.splitlines() == [
        f"downloading {url} ({len(ARCHIVE) / 1e6:.3g} MB)",
        f"downloaded {url}: {len(ARCHIVE) / 1e6:.3g} MB",
    ]


def test_progress_is_a_bar_on_a_terminal(
    fetch: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    fetch("/good.tar.gz", progress=True, sha256=SHA256)
    assert "100%" in terminal.getvalue()
    assert "downloading" not in terminal.getvalue()


def test_no_progress_is_silence(fetch: Callable[..., Path], capsys: pytest.CaptureFixture[str]):
    fetch("/good.tar.gz", progress=False, sha256=SHA256)
    assert capsys.readouterr() == ("", "")
