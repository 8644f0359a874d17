"""The garbage collector rests where it is told to, and works again afterwards."""

import gc

import pytest

from fitscan.garbage import collection_paused


def test_collector_is_off_inside_and_on_again_afterwards():
    with collection_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collector_is_on_again_after_an_error():
    with pytest.raises(ValueError, match="it broke"), collection_paused():
        raise ValueError("it broke")
    assert gc.isenabled()


def test_pauses_may_be_nested_and_a_collector_that_was_off_stays_off():
    with collection_paused():
        with collection_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
