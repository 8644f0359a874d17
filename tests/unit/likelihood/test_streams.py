"""Files compressed by xz are read as lzma reads them, and not in any amount of memory."""

import io
import lzma
import random

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood import streams
from fitscan.likelihood.streams import open_xz

CONTENT = random.Random(5).randbytes(300_000)
PACKED = lzma.compress(CONTENT)


def test_content_is_read_whole_and_in_pieces():
    assert open_xz(io.BytesIO(PACKED)).read() == CONTENT
    file = open_xz(io.BytesIO(PACKED))
    assert b"".join(iter(lambda: file.read(999), b"")) == CONTENT
    assert file.read(1) == b""


@pytest.mark.parametrize("padding", [b"", bytes(8), bytes(100_000)])
def test_streams_that_follow_one_another_are_one_file(padding):
    packed = PACKED + padding + lzma.compress(b"the end") + padding
    assert open_xz(io.BytesIO(packed)).read() == CONTENT + b"the end"


def test_it_can_be_sought_in_both_directions():
    file = open_xz(io.BytesIO(PACKED))
    for start in (200_000, 10, 299_999, 0):
        assert file.seek(start) == start
        assert file.read(5) == CONTENT[start : start + 5]
        assert file.tell() == min(start + 5, len(CONTENT))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (PACKED[:-9], EOFError),
        (PACKED[:1000] + b"x" + PACKED[1001:], lzma.LZMAError),
        (PACKED + b"garbage", (lzma.LZMAError, EOFError)),
    ],
    ids=["cut", "corrupt", "garbage"],
)
def test_a_broken_file_is_noticed(content, error):
    with pytest.raises(error):
        open_xz(io.BytesIO(content)).read()


def test_a_large_dictionary_is_refused(monkeypatch):
    """Was a bug: a file of 180 kB asked for a gigabyte, and got it."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 24}]
    packed = lzma.compress(CONTENT, filters=filters)
    assert open_xz(io.BytesIO(packed)).read() == CONTENT
    monkeypatch.setattr(streams, "MAX_MEMORY_BYTES", 1 << 24)  # it needs a little more
    with pytest.raises(LikelihoodError, match="needs more than 16777216 bytes of memory"):
        open_xz(io.BytesIO(packed)).read()


def test_what_xz_makes_at_its_most_is_read():
    assert open_xz(io.BytesIO(lzma.compress(CONTENT, preset=9))).read() == CONTENT
