"""``fitscan scan`` writes results.csv, whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fitscan as package
from fitscan.files import write_csv
from fitscan.tables.results import read_table

WORDS = ["scan", "workspace.json", "patchset.json"]
FITSCAN = f"{sys.executable} -m fitscan.cli"


@pytest.fixture
def expected(files):
    """The bytes of results.csv as the workflow writes them."""
    write_csv("expected.csv", package.Likelihood("workspace.json", "patchset.json").scan())
    return Path("expected.csv").read_bytes()


def test_file_and_stdout_have_the_bytes_of_the_workflow(fitscan, expected):
    assert fitscan(*WORDS).stdout_bytes == expected
    assert fitscan(*WORDS, "-o", "new/results.csv").stdout == ""
    assert Path("new/results.csv").read_bytes() == expected
    assert fitscan(*WORDS, "--processes", "2").stdout_bytes == expected


def test_patchset_may_come_from_stdin(fitscan, expected):
    content = Path("patchset.json").read_bytes()
    assert fitscan("scan", "workspace.json", "-", stdin=content).stdout_bytes == expected


def test_patches_are_files_or_a_pattern(fitscan, files, expected):
    by_pattern = fitscan("scan", "workspace.json", "m_{m1}_{m2}.json").stdout_bytes
    assert by_pattern.splitlines() == expected.splitlines()
    Path("listed.csv").write_bytes(fitscan("scan", "workspace.json", *files).stdout_bytes)
    listed, known = read_table("listed.csv"), read_table("expected.csv")
    assert listed.equals(known.drop(columns=["m1", "m2"]))
    one = fitscan("scan", "workspace.json", next(iter(files))).stdout.splitlines()
    assert one == Path("listed.csv").read_text().splitlines()[:2]


def test_one_of_several_patches_may_come_from_stdin(files):
    """Was a bug: it was looked for as a file of the name -."""
    first, *others = files
    words = " ".join(others)
    named = f"{FITSCAN} scan workspace.json {first} {words}"
    piped = f"{FITSCAN} scan workspace.json - {words} < {first}"
    table, same = (
        subprocess.run(shell, shell=True, capture_output=True, text=True, check=True).stdout
        for shell in (named, piped)
    )
    assert same == table.replace(first.removesuffix(".json"), "<stdin>")


def test_points_are_chosen_by_name(fitscan):
    words = [*WORDS, "--points", "m_200_100", "--points", "m_100_0"]
    rows = fitscan(*words).stdout.splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["m_100_0", "m_200_100"]
    assert "`points` does not name a point" in fitscan(*WORDS, "--points", "a", status=1).stderr


def test_kinds_have_their_columns(fitscan, tmp_path):
    words = ["--kind", "limits", "--level", "0.9", "-o", "limits.csv"]
    fitscan(*WORDS, *words)
    options = {"kind": "limits", "level": 0.9}
    limits = package.Likelihood("workspace.json", "patchset.json").scan(**options)
    assert read_table("limits.csv")["mu_up_obs"].tolist() == limits["mu_up_obs"].tolist()
    fitscan(*WORDS, "--kind", "toys", "--toys", "60", "--seed", "2", "-o", "toys.csv")
    table = read_table("toys.csv")
    assert table["n_toys_signal"].tolist() == table["n_toys_background"].tolist() == [60] * 3


def test_signal_that_is_not_ok_is_a_row_and_status_3(fitscan):
    Path("bad.json").write_text("{}")
    done = fitscan("scan", "workspace.json", "m_100_0.json", "bad.json", "-o", "a.csv", status=3)
    assert read_table("a.csv")["status"].tolist() == ["ok", "failed"]
    assert done.stderr == "of 2 signals 1 failed; column message says why\n"


def test_file_stays_as_it_was_if_the_scan_fails(fitscan):
    Path("old.csv").write_text("old")
    Path("bad.json").write_text("{}")
    fitscan("scan", "workspace.json", "bad.json", "-o", "old.csv", status=1)
    assert Path("old.csv").read_text() == "old"
    assert not list(Path().glob(".tmp*"))


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["workspace.json"], 2, "Missing argument"),
        (["-", "-"], 2, "Only one file can be -"),
        ([*WORDS[1:], "--toys", "5"], 2, "--toys and --seed need --kind toys"),
        ([*WORDS[1:], "-o", "."], 2, "is a directory"),
        (["workspace.json", "a_{m}.json"], 1, "no file matches"),
        (["workspace.json", "workspace.json"], 1, "not a valid patchset"),
        (["workspace.json", "a.json", "b.json"], 1, "does not exist: 'a.json'"),
        ([*WORDS[1:], "-o", "workspace.json/a.csv"], 1, "StorageError"),
        ([*WORDS[1:], "-o", "/proc/none/a.csv"], 1, "StorageError"),
    ],
)
def test_what_cannot_be_scanned_is_said(fitscan, words, status, told):
    done = fitscan("scan", *words, status=status)
    assert told in done.stderr
    assert status == 2 or len(done.stderr.splitlines()) == 1


def test_a_reader_that_has_gone_is_no_error(files):
    shell = f"{FITSCAN} scan workspace.json patchset.json | head -c 4"
    done = subprocess.run(shell, shell=True, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("name", "")


def test_streams_that_are_closed_are_no_error(files):
    words = " ".join([*WORDS, "-o", "results.csv"])
    shell = f"{FITSCAN} {words} <&- >&- 2>&-"
    assert subprocess.run(shell, shell=True, check=False).returncode == 0
    assert len(read_table("results.csv")) == 3


def test_bar_is_shown_on_a_terminal_only(files):
    words = [*FITSCAN.split(), *WORDS, "-o", "results.csv"]
    python = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    terminal = [
        sys.executable,
        "-c",
        python,
        "sh",
        "-c",
        'stty rows 24 cols 80; exec "$@"',
        "sh",
        *words,
    ]
    shown = subprocess.run(terminal, capture_output=True, text=True, check=True)
    assert "3/3" in shown.stdout
    plain = subprocess.run(words, capture_output=True, text=True, check=True)
    assert plain.stdout + plain.stderr == ""


def test_stdout_has_a_name(fitscan, expected):
    """Was a bug: a file called - was written."""
    assert fitscan(*WORDS, "-o", "-").stdout_bytes == expected
    assert not Path("-").exists()


def test_a_name_of_another_format_is_refused(fitscan):
    """Was a bug: CSV was written into x.parquet."""
    told = fitscan(*WORDS, "-o", "x.parquet", status=2)
    assert "the table is CSV; call it x.csv" in told.stderr
    assert not Path("x.parquet").exists()


def test_what_is_read_is_not_overwritten(fitscan):
    """Was a bug: the table took the place of the likelihood."""
    before = Path("workspace.json").read_bytes()
    told = fitscan(*WORDS, "-o", "workspace.json", status=2)
    assert Path("workspace.json").read_bytes() == before
    assert "is read, and would be overwritten" in told.stderr


def test_a_link_is_followed(fitscan, expected):
    """Was a bug: a file took the place of the link."""
    Path("table.csv").write_text("old")
    Path("link.csv").symlink_to("table.csv")
    fitscan(*WORDS, "-o", "link.csv")
    assert Path("link.csv").is_symlink()
    assert Path("table.csv").read_bytes() == expected


def test_a_pipe_is_written_into(fitscan, expected):
    """Was a bug: a file took the place of the pipe, or of a device such as /dev/null."""
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        fitscan(*WORDS, "-o", "pipe")
        assert reader.communicate(timeout=60)[0] == expected
    assert Path("pipe").is_fifo()
