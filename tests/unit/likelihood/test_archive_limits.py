"""Bombs of real size are refused at once; what limits count is counted once for a likelihood."""

import gzip
import struct
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive_limits import USUAL_HEADER_BYTES, ArchiveLimits, Budget

GIGABYTE = 10**9
MEGABYTE = 10**6

# In a process of its own, whose memory and time can be told: the time on the CPU, since others may
# use the machine.
OPEN = """
import sys, time
from fitscan.errors import LikelihoodError
from fitscan.likelihood.archive import open_archive
from fitscan.likelihood.compressed import decompressed

begun = time.process_time()
try:
    if sys.argv[1].endswith(".json"):
        decompressed(open(sys.argv[1], "rb").read(), where="it")
    else:
        open_archive(sys.argv[1], label="it")
except LikelihoodError as error:
    print(error.what)
spent = time.process_time() - begun
# Not by getrusage, which counts the process before this program began in it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(spent, int(peak.split()[1]) / 1024)
"""


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def packed(head: bytes, content: bytes, times: int = 1) -> bytes:
    """Compress in several members, which gzip reads as one file: no gigabyte has to be made."""
    return gzip.compress(head, 1) + gzip.compress(content, 1) * times


def large_member() -> bytes:
    return packed(header("w.json", GIGABYTE), bytes(MEGABYTE), 1000)


def long_header(kind: bytes) -> bytes:
    return packed(header("x", GIGABYTE, kind) + b"1000000000 comment=", b"a" * MEGABYTE, 1000)


def many_members() -> bytes:
    blank = bytearray(header(""))
    total = sum(blank[:148]) + sum(blank[156:]) + 8 * ord(" ")
    headers = []
    for name in (b"%08d" % n for n in range(11_000)):  # a million are refused as soon
        blank[:8], blank[148:156] = name, b"%06o\0 " % (total + sum(name))
        headers.append(bytes(blank))
    return packed(b"", b"".join(headers), 1)


def long_headers() -> bytes:
    """Headers just below the limit of each, until all of them together are beyond theirs."""
    items = b"".join(b"10 %05d=\n" % n for n in range(100_000))
    item = header("x", len(items), tarfile.XHDTYPE) + items + bytes(-len(items) % 512)
    return b"".join(item + header(f"{n}") for n in range(20))


def many_in_zip(number: int = 1_000_000) -> bytes:
    member = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, *[0] * 14)
    size = number * len(member)
    return b"".join(
        (
            b"PK\x03\x04" + bytes(26),
            member * number,
            struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, number, number, size, 30),
            struct.pack("<4sLQL", b"PK\x06\x07", 0, 30 + size, 1),
            struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0),
        )
    )


BOMBS = {
    "member": (large_member, "member_bytes"),
    "pax": (lambda: long_header(tarfile.XHDTYPE), "header_bytes"),
    "longname": (lambda: long_header(tarfile.GNUTYPE_LONGNAME), "header_bytes"),
    "members": (many_members, "members"),
    "headers": (long_headers, "header_bytes"),
    "members.zip": (many_in_zip, "header_bytes"),
    "fewer members.zip": (lambda: many_in_zip(300_000), "members"),
    "workspace.json": (lambda: packed(b"", bytes(MEGABYTE), 1000), "member_bytes"),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells peaks of memory")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_real_size_is_refused_at_once(tmp_path: Path, name: str):
    """Was a bug: each took 4 to 80 seconds and gigabytes of memory."""
    make, key = BOMBS[name]
    bomb = tmp_path / name.replace(" ", "_")
    bomb.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(bomb)], capture_output=True, text=True, check=True
    )
    what, _, spent = done.stdout.rstrip().rpartition("\n")
    assert what.startswith(("it is refused: ", "the archive it is refused: "))
    assert f"more than archive_limits.{key} (" in what
    cpu_s, memory_MB = map(float, spent.split())
    assert cpu_s < 4  # 2 on a quiet machine
    assert memory_MB < 300


def test_members_count_in_all_archives_of_a_likelihood():
    budget = Budget(ArchiveLimits(members=3))
    for archive in ("outer", "inner"):
        budget.list_member(archive, "a.json", 1)
    budget.list_member("inner", "b.json", 1)
    with pytest.raises(LikelihoodError, match="inner is refused: it has at least 4 members"):
        budget.list_member("inner", "c.json", 1)
    assert (budget.members, budget.total_bytes) == (3, 3)


def test_headers_of_all_members_may_have_what_is_usual_and_one_long_one():
    budget = Budget(ArchiveLimits(members=3, header_bytes=5000))
    assert budget.header_bytes_left == 5000 + 3 * USUAL_HEADER_BYTES
    budget.header_bytes += 1000
    assert budget.header_bytes_left == 4000 + 3 * USUAL_HEADER_BYTES


def test_a_long_name_is_not_shown_whole():
    with pytest.raises(LikelihoodError, match="a name in it has 5000 characters") as caught:
        Budget().list_member("a.tar", "x" * 5000, 0)
    assert len(str(caught.value)) < 400


def test_a_negative_size_gives_nothing_back():
    budget = Budget()
    budget.take("a.tar", -5)
    assert budget.total_bytes == 0


def test_real_archives_are_far_below_the_limits():
    """1Lbb, 3L-RJ and staus have 2, 2 and 178 members, and 14, 3 and 24 MB decompressed."""
    limits = ArchiveLimits()
    assert limits.members > 50 * 178
    assert min(limits.member_bytes, limits.total_bytes) > 20 * 24 * MEGABYTE
