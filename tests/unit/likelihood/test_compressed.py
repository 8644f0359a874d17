import bz2
import gzip
import lzma

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive_limits import ArchiveLimits, Budget
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
def test_parts_that_follow_one_another_are_one_file(pack):
    assert decompressed(pack(TEXT) + pack(b"the end"), where="file") == TEXT + b"the end"


@every_form
@pytest.mark.parametrize("rest", [b"x", TEXT])
def test_anything_else_after_the_end_is_refused(pack, rest):
    """Was a bug: after the end of bzip2 it was passed over."""
    with pytest.raises(LikelihoodError, match=r"w\.json cannot be decompressed"):
        decompressed(pack(TEXT) + rest, where="w.json")


@every_form
def test_what_grows_beyond_its_limit_is_refused(pack):
    budget = Budget(ArchiveLimits(member_bytes=999))
    with pytest.raises(LikelihoodError, match=r"w\.json is refused: .*member_bytes \(999\)"):
        decompressed(pack(TEXT), where="w.json", budget=budget)
    assert decompressed(pack(TEXT), where="w.json", budget=Budget(ArchiveLimits(member_bytes=1000)))


def test_files_together_have_a_limit():
    """Was a bug: each of a thousand patches could have 2 GiB."""
    budget = Budget(ArchiveLimits(total_bytes=2500))
    for name in ("a", "b"):
        decompressed(gzip.compress(TEXT), where=name, budget=budget)
    with pytest.raises(LikelihoodError, match=r"c is refused: .*total_bytes \(2500\)"):
        decompressed(gzip.compress(TEXT), where="c", budget=budget)
