"""An address is used whole and shown without its secrets."""

import pickle

import pytest

from fitscan.address import Address, expand_path, is_remote
from fitscan.errors import ConfigError

DOI = "10.17182/hepdata.90607.v3/r3"
WRITTEN = "https://me:marlin@example.org/$FS_PATH/a.tar.gz?view=true&token=$FS_TOKEN"
FILLED = "https://me:marlin@example.org/tuna/a.tar.gz?view=true&token=sword$fish"


@pytest.fixture
def address(monkeypatch):
    monkeypatch.setenv("FS_PATH", "tuna")
    monkeypatch.setenv("FS_TOKEN", "sword$fish")
    return Address(WRITTEN)


def test_its_text_forms_show_no_secret(address):
    assert str(address) == f"{address}" == "https://***@example.org/$FS_PATH/a.tar.gz?***"
    assert repr(address).startswith(f"Address({str(address)!r}, ")
    recorded = "https://***@example.org/$FS_PATH/a.tar.gz?view=true&token=$FS_TOKEN"
    assert address.recorded == recorded


def test_it_is_used_whole(address):
    assert address.filled == address.url("https://doi.org") == FILLED
    assert address.is_remote


def test_what_variables_hold_is_in_no_copy_of_it(address):
    copy = pickle.dumps(address)
    assert b"tuna" not in copy
    assert b"sword$fish" not in copy
    assert pickle.loads(copy) == address
    assert "tuna" not in repr(vars(address))


def test_variables_are_read_when_it_is_used(address, monkeypatch):
    assert address.filled == FILLED
    monkeypatch.setenv("FS_PATH", "cod")
    assert "/cod/" in address.filled
    monkeypatch.delenv("FS_PATH")
    with pytest.raises(ConfigError, match="environment variable that is not set") as caught:
        Address(WRITTEN, "analyses.a.archive").filled  # noqa: B018
    assert str(caught.value).startswith("analyses.a.archive uses")
    assert "marlin" not in f"{caught.value} {caught.value.value}"


def test_an_address_that_holds_white_space_shows_its_scheme_only():
    assert str(Address("https://me:sword fi/sh@example.org/a")) == "https://***"


def test_a_path_is_shown_as_it_was_written(monkeypatch):
    monkeypatch.setenv("FS_PATH", "/swordfish")
    address = Address("$FS_PATH/a.tar.gz")
    assert (str(address), address.recorded) == (address.written, address.written)
    assert address.filled == "/swordfish/a.tar.gz"
    assert not address.is_remote
    assert address.url("https://doi.org") is None


def test_digest_is_of_what_is_there_and_not_of_who_asks():
    def digest(written):
        return Address(written).digest

    assert digest("https://me:marlin@example.org/a") == digest("https://example.org/a")
    assert digest("https://example.org/a?file=1") != digest("https://example.org/a?file=2")
    assert digest(f"doi:{DOI}") == digest(f"https://doi.org/{DOI}") == digest(DOI)


def test_secrets_are_masked_in_the_words_of_a_library(address):
    text = (
        "HTTPSConnectionPool(host='example.org', port=443): Max retries exceeded with url:"
        " /tuna/a.tar.gz?view=true&token=sword$fish (Caused by NewConnectionError('...')) for"
        " marlin; https://storage.org/x?X-Amz-Signature=0f12, sword%24fish. Really? Yes?"
    )
    assert address.masked_in(text) == (
        "HTTPSConnectionPool(host='example.org', port=443): Max retries exceeded with url:"
        " /***/a.tar.gz?*** (Caused by NewConnectionError('...')) for"
        " ***; https://storage.org/x?*** ***. Really? Yes?"
    )


def test_given_as_text_or_not_at_all():
    assert Address.of(None) is None
    assert Address.of("a.tar") == Address("a.tar")
    assert Address.of(Address("a.tar")) == Address("a.tar")


@pytest.mark.parametrize(
    ("source", "remote"),
    [
        (DOI, True),
        (f"DOI: {DOI}", True),
        ("https://example.org/x.zip", True),
        ("ftp://example.org/x", True),  # for fetch_archive to refuse
        ("../shared/1Lbb.tar.gz", False),
        ("10.folder/x.tar", False),
        ("likelihoods", False),
    ],
)
def test_a_path_is_told_from_what_is_remote(source, remote):
    assert is_remote(source) is remote


@pytest.mark.parametrize("path", ["$FITSCAN_UNSET/a.tar", "${FITSCAN_UNSET}", "a/$/b"])
def test_environment_variable_that_is_not_set_is_refused(monkeypatch, path):
    monkeypatch.delenv("FITSCAN_UNSET", raising=False)
    with pytest.raises(ConfigError, match="archive uses an environment variable") as caught:
        expand_path(path, where="archive")
    assert caught.value.value == path


def test_a_variable_may_hold_a_dollar_sign(monkeypatch):
    """Was a bug: a password with one counted as a variable that is not set."""
    monkeypatch.setenv("FS_TOKEN", "sword$fish")
    assert expand_path("a/$FS_TOKEN", where="archive") == "a/sword$fish"


def test_patterns_and_urls_are_left_as_they_are():
    assert expand_path("r/patch_{m}.json", where="patches") == "r/patch_{m}.json"
    url = "https://www.hepdata.net/record/resource/1406212?view=true"
    assert expand_path(url, where="archive") == url
