"""A row with a checksum comes back to the bit, and one that was changed does not come back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitscan.plan.row_checksums import EARLIER, row_of_line, with_checksum

ROW = {"key": "a", "CLs_obs": 0.1 + 0.2, "message": 'µ\n", "checksum": "x"}', "none": None, "n": 3}

values = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(row=st.dictionaries(st.text(), values))
def test_rows_come_back_to_the_bit(row):
    row["key"] = "a"
    assert row_of_line(with_checksum(row).encode()) == row


def test_a_line_is_json_for_other_programs():
    document = json.loads(with_checksum(ROW))
    assert len(document.pop("checksum")) == 16
    assert document == ROW


def test_a_line_with_any_byte_changed_is_refused():
    line = with_checksum(ROW).encode()
    for place, byte in enumerate(line):
        for other in (byte ^ 1, 0x30):
            if other != byte:
                with pytest.raises(ValueError, match=f"not as written|{EARLIER}"):
                    row_of_line(line[:place] + bytes([other]) + line[place + 1 :])


def test_a_line_cut_anywhere_is_refused():
    line = with_checksum(ROW).encode()
    for end in range(len(line)):
        with pytest.raises(ValueError, match="not as written"):
            row_of_line(line[:end])


def test_a_number_that_is_not_finite_gets_no_checksum():
    with pytest.raises(ValueError, match="JSON compliant"):
        with_checksum({"key": "a", "CLs_obs": float("inf")})


@pytest.mark.parametrize("content", ['{"key": "a", "CLs_obs": NaN', "[1", '{"CLs_obs": 1'])
def test_a_line_whose_checksum_was_written_by_hand_is_refused_where_it_is_no_row(content):
    line = with_checksum({"key": "a"}).replace('{"key": "a"', content)
    with pytest.raises(ValueError, match="not as written"):
        row_of_line(line.encode())


def test_a_row_without_checksum_is_of_an_earlier_version_and_not_damaged():
    for line in (b'{"key": "a", "CLs_obs": 0.5}', b'{"key": "a", "seal": "0123456789abcdef"}'):
        with pytest.raises(ValueError, match=EARLIER):
            row_of_line(line)
