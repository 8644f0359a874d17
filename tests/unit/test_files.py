"""A file is there whole or as it was before, whatever happens while it is written."""

import errno
import os
import re
import resource
import stat
import subprocess
import sys
import threading

import pandas as pd
import pytest

from fitscan.errors import FileMissing, StorageError
from fitscan.files import (
    check_writable,
    naming,
    replacing,
    replacing_folder,
    storage_error,
    write_bytes,
    write_csv,
    write_text,
)


def test_content_is_written_and_nothing_else_is_left(tmp_path):
    write_bytes(tmp_path / "a.bin", b"\x00\xff\r\n")
    write_text(tmp_path / "b.txt", "τ\n")
    assert (tmp_path / "a.bin").read_bytes() == b"\x00\xff\r\n"
    assert (tmp_path / "b.txt").read_bytes() == "τ\n".encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bin", "b.txt"]


def test_table_is_written_without_its_index(tmp_path):
    write_csv(tmp_path / "a.csv", pd.DataFrame({"x": [0.1, None], "name": ["a", "b"]}))
    assert (tmp_path / "a.csv").read_bytes() == b"x,name\n0.1,a\n,b\n"


def test_folders_on_the_way_are_made(tmp_path):
    write_text(tmp_path / "a/b/c.txt", "text")
    assert (tmp_path / "a/b/c.txt").read_text() == "text"


def test_path_may_be_text_and_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_text("a.txt", "text")
    assert (tmp_path / "a.txt").read_text() == "text"


def test_old_file_stays_until_the_block_has_ended(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == path.parent  # a rename cannot cross file systems
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("old", [None, "old"])
def test_block_that_fails_leaves_everything_as_it_was(tmp_path, error, old):
    path = tmp_path / "a.txt"
    if old is not None:
        path.write_text(old)

    def write_half():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(error):
        write_half()
    assert [file.read_text() for file in tmp_path.iterdir()] == ([] if old is None else [old])


def test_process_killed_in_the_block_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    program = (
        "import os, signal, sys\n"
        "from fitscan.files import replacing\n"
        "with replacing(sys.argv[1]) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, path], check=False)
    assert done.returncode < 0
    assert path.read_text() == "old"


@pytest.mark.parametrize("name", ["a.tar.gz", "figure.pdf", "a"])
def test_temporary_name_keeps_the_suffixes_and_is_hidden(tmp_path, name):
    with replacing(tmp_path / name) as temporary:
        assert temporary.name.endswith(f"-{name}")
        assert temporary.name.startswith(".")


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o002, 0o664)])
def test_file_is_as_readable_as_others_of_the_user(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_text(tmp_path / "a.txt", "text")
        assert os.umask(umask) == umask  # left as it was
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == mode


def test_folder_in_the_way_is_an_error_and_leaves_no_temporary_file(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_text(tmp_path / "a", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_reader_never_sees_a_part_and_writers_do_not_mix(tmp_path):
    path = tmp_path / "a.txt"
    contents = {letter * 50_000 for letter in "abcd"}
    write_text(path, "a" * 50_000)
    start = threading.Barrier(5)

    def write(content):
        start.wait()
        for _ in range(25):
            write_text(path, content)

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    start.wait()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        seen.add(path.read_text())
    for writer in writers:
        writer.join()
    assert seen <= contents
    assert path.read_text() in contents
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_takes_the_place_of_the_old_one_as_a_whole(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old").write_text("")
    with replacing_folder(folder) as temporary:
        (temporary / "new").write_text("")
        assert [path.name for path in folder.iterdir()] == ["old"]
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_block_that_fails_leaves_the_old_folder(tmp_path):
    folder = tmp_path / "new" / "folder"
    with replacing_folder(folder) as temporary:
        (temporary / "old").write_text("")

    def fill() -> None:
        with replacing_folder(folder) as temporary:
            (temporary / "new").write_text("")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fill()
    assert [path.name for path in folder.iterdir()] == ["old"]
    assert [path.name for path in folder.parent.iterdir()] == ["folder"]


# What the system refuses.


def refused(number, path="folder/a.txt"):
    return storage_error(OSError(number, os.strerror(number), path))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_is_told_with_its_file_what_is_free_and_what_to_do(tmp_path, number):
    text = str(refused(number, str(tmp_path / "folder/a.txt")))
    assert re.search(r" \([\d.]+ .?B free(, room for \d+ files)?\): '.*folder/a\.txt'", text)
    assert "start again: what was finished stays" in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EROFS, "a folder that you can write"),
        (errno.EACCES, "permission"),
        (errno.EPERM, "permission"),
        (errno.EMFILE, "ulimit -n"),
        (errno.EFBIG, "ulimit -f"),
        (errno.EISDIR, "move it away"),
    ],
)
def test_what_the_system_refuses_is_told_with_a_remedy(number, remedy):
    text = str(refused(number))
    assert text.startswith(f"{os.strerror(number)}: 'folder/a.txt'. Hint: ")
    assert remedy in text


def test_an_error_that_is_about_no_file_is_left_alone():
    assert refused(errno.ECONNREFUSED) is None
    assert refused(errno.ENOENT) is None
    assert refused(errno.EACCES, None) is None  # of a socket
    assert storage_error(OSError("text")) is None


def test_an_error_of_ours_that_is_an_oserror_is_shown_as_it_is():
    error = FileMissing("the file does not exist", value="a.json")
    assert storage_error(error) is error


def test_a_full_disk_is_told_even_where_the_file_has_no_name():
    assert "No space left" in str(refused(errno.ENOSPC, None))


def test_full_disk_names_the_file_and_not_the_temporary_one(tmp_path):
    """A write does not say to which file it was."""
    path = tmp_path / "a.txt"

    def fill():
        with replacing(path) as temporary:
            temporary.unlink()
            temporary.symlink_to("/dev/full")
            temporary.write_text("text")

    with pytest.raises(OSError, match="No space left") as caught:
        fill()
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_error_of_another_file_keeps_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, naming(tmp_path / "a.txt"):
        (tmp_path / "b.txt").read_text()
    assert caught.value.filename == str(tmp_path / "b.txt")


def test_folder_that_can_be_written_is_made_and_left_empty(tmp_path):
    check_writable(tmp_path / "a/b")
    assert list((tmp_path / "a/b").iterdir()) == []


def test_folder_without_room_is_an_error_that_names_it(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # as if no more were free
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            check_writable(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.filename == str(tmp_path)
    assert isinstance(storage_error(caught.value), StorageError)


def test_folder_whose_place_is_taken_is_an_error(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(OSError, match="File exists") as caught:
        check_writable(tmp_path / "a")
    assert "move it away" in str(storage_error(caught.value))
