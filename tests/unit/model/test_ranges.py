"""Numbers that a model may not have are refused by sample, channel, bin and value."""

import math

import pytest
from small import MU, histosys, modifier, normsys, one_channel, sample

from fitscan.errors import ModelError
from fitscan.model import Analysis
from fitscan.model.ranges import LARGEST, in_range

SIGNAL = sample("signal", [3.0, 2.0], MU)


def refused(*samples, observed=(10.0, 12.0), said):
    hypothesis = one_channel(SIGNAL, *samples, observed=list(observed))
    with pytest.raises(ModelError) as error:
        Analysis(hypothesis).model(hypothesis)
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (2.0 * LARGEST, "too large in bin 2: 2e+18"),
        (-1.7e308, "too large in bin 2: -1.7e+308"),
        (math.inf, "not finite in bin 2: inf"),
        (math.nan, "not finite in bin 2: nan"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_number_beyond_the_range_is_refused_by_name(value, fault):
    of_channel = "sample 'W' of channel 'SR'"
    yields, odd = [9.0, 7.0], [9.0, value]
    refused(sample("W", odd), said=f"{of_channel}: data is {fault}")
    up, down = histosys("x", odd, yields), histosys("x", yields, odd)
    refused(sample("W", yields, up), said=f"{of_channel}: hi_data of x is {fault}")
    refused(sample("W", yields, down), said=f"{of_channel}: lo_data of x is {fault}")
    refused(
        sample("W", yields, normsys("x", abs(value), 0.9)),
        said=f"{of_channel}: the normsys 'x' is negative, too large or not finite",
    )
    refused(
        sample("W", yields, modifier("x", "staterror", [1.0, value])),
        said=f"{of_channel}: the staterror 'x' is {fault}",
    )
    refused(
        sample("W", yields),
        observed=(10.0, value),
        said=f"the observation of channel 'SR' is {fault}",
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("error", [1e-18, 1e-162, 1e-300])
def test_shapesys_too_small_to_divide_by_is_refused(error):
    refused(
        sample("W", [9.0, 7.0], modifier("x", "shapesys", [1.0, error])),
        said=f"sample 'W' of channel 'SR': the shapesys 'x' is too small in bin 2: {error}",
    )


@pytest.mark.filterwarnings("error")
def test_staterror_of_next_to_nothing_is_refused():
    refused(
        sample("W", [9.0, 1e-300], modifier("x", "staterror", [1.0, 1e12])),
        said="the relative uncertainty of 'x' is too large in bin 2 of channel 'SR': inf",
    )


def test_negative_observation_is_refused():
    refused(
        sample("W", [9.0, 7.0]),
        observed=(10.0, -2.0),
        said="the observation of channel 'SR' is negative in bin 2: -2.0",
    )


def test_range_includes_its_end():
    assert in_range([LARGEST, -LARGEST])
    assert in_range([])
    assert not in_range([2.0 * LARGEST])
