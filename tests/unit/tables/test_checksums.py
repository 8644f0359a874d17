"""A table that was changed is named, and kept before it is written again."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from fitscan.tables.checksums import changed_tables, keep_table, kept_tables, write_checksums


@pytest.fixture
def folder(tmp_path):
    """A folder with two tables and their checksums."""
    tables = [tmp_path / name for name in ("results.csv", "status.csv")]
    for table in tables:
        table.write_text(f"name,CLs_obs\n{table.stem},0.25\n")
    write_checksums(tmp_path, tables)
    return tmp_path


def test_tables_as_they_were_written_are_not_changed(folder):
    assert changed_tables(folder) == []


def test_sha256sum_reads_the_checksums(folder):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["results.csv: OK", "status.csv: OK"]


def test_a_table_with_one_digit_changed_is_named(folder):
    table = folder / "results.csv"
    table.write_text(table.read_text().replace("0.25", "0.26"))
    assert changed_tables(folder) == [table]


def test_tables_that_are_missing_are_not_changed(folder):
    (folder / "status.csv").unlink()
    assert changed_tables(folder) == []
    (folder / "SHA256SUMS").unlink()
    assert changed_tables(folder) == []


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"\n\n", b"../../etc", b"\0" * 64, b"a  ../b"]
)
def test_without_its_checksum_the_results_are_not_believed(folder, content):
    (folder / "SHA256SUMS").write_bytes(content)
    assert changed_tables(folder) == [folder / "results.csv"]


def test_copies_do_not_overwrite_each_other(folder):
    table = folder / "results.csv"
    assert keep_table(folder, table, dry_run=True) == "results.csv.changed"
    assert kept_tables(folder) == []
    names = []
    for content in "abc":
        table.write_text(content)
        names.append(keep_table(folder, table))
    assert names == ["results.csv.changed", "results.csv.changed-2", "results.csv.changed-3"]
    assert kept_tables(folder) == names
    assert [(folder / name).read_text() for name in names] == ["a", "b", "c"]


def test_a_change_is_copied_once_however_often_runs_begin(folder):
    """Was a bug: one more copy at each start, until the table was written again."""
    table = folder / "results.csv"
    table.write_text("a")
    assert [keep_table(folder, table), keep_table(folder, table)] == ["results.csv.changed"] * 2


def test_tables_of_other_jobs_keep_their_checksums(folder):
    """Was a bug: only those of results had any, and an edit of another table went unnoticed."""
    figure = folder / "figures/exclusion.csv"
    figure.parent.mkdir()
    figure.write_text("curve\n")
    write_checksums(folder, [figure])
    (folder / "status.csv").unlink()
    write_checksums(folder, [folder / "results.csv"])
    names = [line.split()[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    assert names == ["figures/exclusion.csv", "results.csv"]
    figure.write_text("line\n")
    assert changed_tables(folder) == [figure]
    assert changed_tables(folder, "fit/*", "results.csv") == []
    assert changed_tables(folder, "figures/exclusion.csv") == [figure]


def test_copies_of_tables_in_folders_are_not_in_these_folders(folder):
    """They may be replaced as a whole, and HEPData takes no other files."""
    table = folder / "hepdata/submission.yaml"
    table.parent.mkdir()
    names = []
    for content in "ab":
        table.write_text(content)
        names.append(keep_table(folder, table))
    assert names == ["hepdata.changed/submission.yaml", "hepdata.changed-2/submission.yaml"]
    assert [(folder / name).read_text() for name in names] == ["a", "b"]
    assert list(table.parent.iterdir()) == [table]
    assert kept_tables(folder, "hepdata/*") == kept_tables(folder) == sorted(names)
    assert kept_tables(folder, "results.csv") == []


def test_jobs_that_write_checksums_at_a_time_lose_none(folder):
    names = [f"{number}.csv" for number in range(40)]
    for name in names:
        (folder / name).touch()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: write_checksums(folder, [folder / name]), names))
    assert len((folder / "SHA256SUMS").read_text().splitlines()) == 2 + 40
