"""What was asked for is collected once, and files that are no shards are refused."""

import json

import pytest

from fitscan.errors import ShardError
from fitscan.plan.row_checksums import with_checksum
from fitscan.plan.shards import collect_rows, read_shard, write_shard


def row(key, CLs=0.25, **times):
    return {"key": key, "CLs_obs": CLs, "status": "ok", "wall_s": 0.5, "cpu_s": 0.25} | times


@pytest.fixture
def shard(tmp_path):
    """Write rows into a shard of that name."""

    def write(name, *rows):
        path = tmp_path / f"{name}.json"
        write_shard(path, rows)
        return path

    return write


def test_rows_come_back_as_they_were_written(shard):
    rows = [row("a", 0.1 + 0.2), row("b", None, message="µ <b> \n ü")]
    assert read_shard(shard("one", *rows)) == rows


def test_a_row_is_a_line_that_can_be_searched(shard):
    lines = shard("one", row("a"), row("b")).read_text().splitlines()
    assert [json.loads(line.rstrip(","))["key"] for line in lines[1:-1]] == ["a", "b"]


def test_number_that_is_not_finite_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        write_shard(tmp_path / "one.json", [row("a", float("nan"))])
    assert list(tmp_path.iterdir()) == []


def test_rows_are_collected_in_the_order_of_the_keys(shard):
    shards = [shard("one", row("c"), row("a")), shard("two", row("b"))]
    assert [found["key"] for found in collect_rows("abc", shards)] == ["a", "b", "c"]


def test_what_is_not_asked_for_is_left_out_even_if_it_contradicts(shard):
    shards = [shard("one", row("a"), row("b", 0.1)), shard("two", row("b", 0.2))]
    assert collect_rows("a", shards) == [row("a")]


def test_points_with_equal_keys_share_a_row(shard):
    assert collect_rows("aba", [shard("one", row("b"), row("a"))]) == [row("a"), row("b"), row("a")]


def test_missing_key_is_counted_and_named(shard):
    with pytest.raises(
        ShardError, match=r"^2 of 3 points are in no shard: 'b'\. Hint: .*start again"
    ):
        collect_rows("abc", [shard("one", row("a"))])


def test_key_in_two_shards_with_equal_numbers_is_taken_once(shard):
    shards = [shard("one", row("a", wall_s=1.0)), shard("two", row("a", wall_s=2.0, cpu_s=3.0))]
    assert collect_rows("a", shards) == [row("a", wall_s=1.0)]


def test_key_in_two_shards_with_different_numbers_is_refused_with_both_files(shard):
    with pytest.raises(ShardError, match=r"one\.json and .*two\.json: 'a'\. Hint: delete one"):
        collect_rows("a", [shard("one", row("a", 0.25)), shard("two", row("a", 0.2500000001))])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "null",
        "[]\n",
        '{"format": 1, "rows": [\n]}\n',
        '{"format": 3, "rows": [\n',
        '{"format": 3, "rows": [\n{"key": "a"}\n]}\n',
        '{"format": 2, "rows": [\n]}\n',
        f'{{"format": 3, "rows": [\n{with_checksum({"CLs_obs": 0.1})}\n]}}\n',
        f'{{"format": 3, "rows": [\n{with_checksum({"key": ["a"]})}\n]}}\n',
        f'{{"format": 3, "rows": [\n{with_checksum({"key": "a"})}\n',
    ],
)
def test_file_that_is_no_shard_is_refused_with_a_way_out(tmp_path, content):
    path = tmp_path / "one.json"
    path.write_text(content)
    with pytest.raises(ShardError, match=r"one\.json is damaged.*Hint: start again"):
        read_shard(path)


def test_a_shard_whose_bytes_are_no_text_is_refused(tmp_path):
    path = tmp_path / "one.json"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ShardError, match="is damaged"):
        read_shard(path)


def test_a_shard_with_any_character_of_a_row_changed_is_refused(shard):
    """Was believed: a flipped digit went into results.csv."""
    path = shard("one", row("a", 0.125), row("b"))
    content = path.read_bytes()
    begin, end = content.index(b"0.125"), content.index(b"cpu_s")
    for place in range(begin, end):
        path.write_bytes(content[:place] + b"7" + content[place + 1 :])
        with pytest.raises(ShardError, match="not as written"):
            read_shard(path)


def test_shard_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ShardError, match="No such file"):
        read_shard(tmp_path / "one.json")
