"""A sealed row comes back to the bit, and one that was changed does not come back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitscan.plan.seals import sealed, unsealed

ROW = {"key": "a", "CLs_obs": 0.1 + 0.2, "message": 'µ\n", "seal": "x"}', "none": None, "n": 3}

values = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(row=st.dictionaries(st.text(), values))
def test_rows_come_back_to_the_bit(row):
    row["key"] = "a"
    assert unsealed(sealed(row).encode()) == row


def test_a_line_is_json_for_other_programs():
    document = json.loads(sealed(ROW))
    assert len(document.pop("seal")) == 16
    assert document == ROW


def test_a_line_with_any_byte_changed_is_refused():
    line = sealed(ROW).encode()
    for place, byte in enumerate(line):
        for other in (byte ^ 1, 0x30):
            if other != byte:
                assert unsealed(line[:place] + bytes([other]) + line[place + 1 :]) is None


def test_a_line_cut_anywhere_is_refused():
    line = sealed(ROW).encode()
    assert all(unsealed(line[:end]) is None for end in range(len(line)))


def test_a_number_that_is_not_finite_is_not_sealed():
    with pytest.raises(ValueError, match="JSON compliant"):
        sealed({"key": "a", "CLs_obs": float("inf")})


def test_a_line_that_was_sealed_by_hand_is_refused_where_it_is_no_row():
    for content in ('{"key": "a", "CLs_obs": NaN', "[1", '{"CLs_obs": 1'):
        line = sealed({"key": "a"}).replace('{"key": "a"', content)
        assert unsealed(line.encode()) is None
