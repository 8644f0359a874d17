import bz2
import gzip
import lzma

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood import compressed
from fitscan.likelihood.compressed import decompressed

TEXT = b'{"version": "1.0.0"}' * 50
PACKED = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}
every_form = pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)


@every_form
def test_content_is_told_by_its_first_bytes(pack):
    assert decompressed(pack(TEXT), where="file") == TEXT
    assert decompressed(TEXT, where="file") == TEXT


@every_form
def test_what_is_cut_off_is_refused(pack):
    with pytest.raises(LikelihoodError, match=r"w\.json cannot be decompressed"):
        decompressed(pack(TEXT)[:-9], where="w.json")


@every_form
def test_what_grows_beyond_any_likelihood_is_refused(pack, monkeypatch):
    monkeypatch.setattr(compressed, "MAX_FILE_BYTES", len(TEXT) - 1)
    with pytest.raises(LikelihoodError, match="larger than 999 bytes once decompressed"):
        decompressed(pack(TEXT), where="w.json")
