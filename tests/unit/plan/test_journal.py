"""A row that was appended is found again, whatever happened to the process that appended it."""

import errno
import os
import subprocess
import sys
import time

import pytest

from fitscan.errors import ShardError, StorageError
from fitscan.plan.journal import Journal
from fitscan.plan.row_checksums import with_checksum


def keys(rows):
    return [row["key"] for row in rows]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "scan" / "journal"


def test_rows_come_back_with_the_time_they_were_written(folder):
    before = time.time()
    with Journal(folder) as journal:
        journal.append({"key": "a", "CLs_obs": 0.1 + 0.2, "message": "µ\n"})
    (row,) = Journal(folder).new_rows()
    assert before - 0.001 <= row.pop("time") <= time.time() + 0.001
    assert row == {"key": "a", "CLs_obs": 0.1 + 0.2, "message": "µ\n"}


def test_new_rows_yields_each_row_once(folder):
    reader = Journal(folder)
    assert keys(reader.new_rows()) == []
    with Journal(folder) as journal:
        journal.append({"key": "a"})
        journal.append({"key": "b"})
        assert keys(reader.new_rows()) == ["a", "b"]
        assert keys(reader.new_rows()) == []
        journal.append({"key": "c"})
        assert keys(reader.new_rows()) == ["c"]


def test_reader_that_stops_halfway_goes_on_where_it_stopped(folder):
    with Journal(folder) as journal:
        for key in "abc":
            journal.append({"key": key})
        assert next(journal.new_rows())["key"] == "a"
        assert keys(journal.new_rows()) == ["b", "c"]


def test_two_writers_have_files_of_their_own_and_readers_see_both(folder):
    with Journal(folder, label="shard") as one, Journal(folder, label="shard") as two:
        one.append({"key": "a"})
        two.append({"key": "b"})
        one.append({"key": "c"})
        assert sorted(keys(two.new_rows())) == ["a", "b", "c"]
    names = [path.name for path in folder.iterdir()]
    assert len(names) == 2
    assert all(name.startswith("shard-") for name in names)


def test_journal_that_is_opened_again_keeps_the_rows_it_had(folder):
    for key in "ab":
        with Journal(folder) as journal:
            journal.append({"key": key})
    assert sorted(keys(Journal(folder).new_rows())) == ["a", "b"]


def test_last_line_torn_at_any_byte_is_passed_over(folder):
    with Journal(folder) as journal:
        for key in "ab":
            journal.append({"key": key, "CLs_obs": 0.1})
    (path,) = folder.iterdir()
    content = path.read_bytes()
    second = content.index(b"\n") + 1
    for end in range(second, len(content)):
        path.write_bytes(content[:end])
        assert keys(Journal(folder).new_rows()) == ["a"]
    path.write_bytes(content)
    assert keys(Journal(folder).new_rows()) == ["a", "b"]


def test_line_that_is_still_being_written_is_yielded_when_it_is_whole(folder):
    folder.mkdir(parents=True)
    path = folder / "other.jsonl"
    reader = Journal(folder)
    first, second = (f"{with_checksum({'key': key})}\n" for key in "ab")
    path.write_text(first + second[:8])
    assert keys(reader.new_rows()) == ["a"]
    path.write_text(first + second)
    assert keys(reader.new_rows()) == ["b"]


def test_torn_file_does_not_hide_the_rows_of_others(folder):
    folder.mkdir(parents=True)
    (folder / "0-killed.jsonl").write_text('{"key": "a"')
    with Journal(folder, label="z") as journal:
        journal.append({"key": "b"})
    assert keys(Journal(folder).new_rows()) == ["b"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        *((line, "not as written") for line in ("", "{", "[]", "1", "\x00\x00", "ü\udcff")),
        (with_checksum({"CLs_obs": 0.1}), "not as written"),
        ('{"key": "b"}', "of an earlier version"),
    ],
)
def test_line_that_is_no_row_is_left_out_and_counted(folder, line, fault):
    folder.mkdir(parents=True)
    content = f"{line}\n{with_checksum({'key': 'a'})}\n".encode(errors="surrogateescape")
    (folder / "other.jsonl").write_bytes(content)
    reader = Journal(folder)
    assert keys(reader.new_rows()) == ["a"]
    assert reader.left_out == {(folder / "other.jsonl", fault): 1}


def test_lines_of_keys_that_nobody_wants_are_not_parsed(folder, monkeypatch):
    with Journal(folder) as journal:
        for key in "abc":
            journal.append({"key": key})
        journal.append({"CLs_obs": 0.1, "key": "d"})
    parsed = []
    monkeypatch.setattr("fitscan.plan.journal.row_of_line", lambda line: parsed.append(line) or {})
    reader = Journal(folder)
    assert list(reader.new_rows({"b"})) == [{}, {}]
    assert [line[:10] for line in parsed] == [b'{"key": "b', b'{"CLs_obs"']
    assert list(reader.new_rows()) == []


def test_full_disk_is_an_error_that_says_so(folder, monkeypatch):
    def full(file, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    with Journal(folder) as journal, monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(
            StorageError, match=r"No space left on device \(.* free.*journal.*free some space"
        ):
            journal.append({"key": "a"})


def test_disk_that_takes_half_a_line_is_full_and_leaves_no_row(folder, monkeypatch):
    write = os.write
    with Journal(folder) as journal, monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda file, line: write(file, line[: len(line) // 2]))
        with pytest.raises(StorageError, match="No space left"):
            journal.append({"key": "a"})
    assert keys(Journal(folder).new_rows()) == []


def test_number_that_is_not_finite_is_not_written(folder):
    with Journal(folder) as journal, pytest.raises(ValueError, match="JSON compliant"):
        journal.append({"key": "a", "CLs_obs": float("nan")})
    assert keys(Journal(folder).new_rows()) == []


def test_journal_that_is_not_open_refuses_rows(folder):
    journal = Journal(folder)
    with pytest.raises(ShardError, match="not open"):
        journal.append({"key": "a"})
    with journal:
        journal.append({"key": "a"})
    with pytest.raises(ShardError, match="not open"):
        journal.append({"key": "b"})


WRITER = """
import sys
from pathlib import Path

from fitscan.plan.journal import Journal
from fitscan.plan.row_checksums import with_checksum

with Journal(Path(sys.argv[1])) as journal:
    for number in range(10**6):
        journal.append({"key": str(number), "text": "x" * 500})
        print(number, flush=True)
"""


def test_kill_in_the_middle_of_appending_loses_no_complete_row(folder):
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        for _ in range(300):
            assert writer.stdout.readline()
        writer.kill()
        acknowledged = 300 + writer.stdout.read().count(b"\n")
    rows = list(Journal(folder).new_rows())
    # The row in flight may be there or not.
    assert len(rows) in {acknowledged, acknowledged + 1}
    assert keys(rows) == [str(number) for number in range(len(rows))]
    assert all(len(row["text"]) == 500 for row in rows)


def test_a_pipe_in_the_journal_is_passed_over(folder):
    """Was a bug: it was waited for without a word."""
    with Journal(folder) as journal:
        journal.append({"key": "a"})
        os.mkfifo(folder / "x-1.jsonl")
        assert keys(Journal(folder).new_rows()) == ["a"]
