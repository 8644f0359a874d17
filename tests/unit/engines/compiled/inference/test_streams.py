"""Toys are the same however they are split, and fluctuate as everything that is measured does."""

import numpy as np
import pytest
from small import MU, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.inference.streams import draw_toys
from fitscan.engines.compiled.kernels.batch import asimov_data
from fitscan.errors import ModelError
from fitscan.model.arrays import Data

STREAM = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def model():
    """Every kind of constraint, in two bins."""
    return model_of(
        one_channel(
            sample("signal", [6.0, 2.0], MU, normsys("theory", 1.1, 0.9)),
            sample("W", [9.0, 5.0], modifier("W", "shapesys", [3.0, 1.0])),
            sample("top", [4.0, 7.0], modifier("stat", "staterror", [1.0, 1.5])),
            observed=[20.0, 15.0],
        )
    )


def draw(model, stream=STREAM, *, first=0, count=50, expected=None):
    expected = expected or asimov_data(model.arrays, model.init)
    return np.hstack(draw_toys(model.arrays, expected, stream, first=first, count=count))


def entry(model, name, toys):
    """Return the auxiliary measurements of a parameter."""
    return toys[:, model.arrays.bins + model.names.index(name)]


@pytest.mark.parametrize("sizes", [[50], [1] * 50, [17, 33], [49, 1], [3, 0, 47]])
def test_toys_are_the_same_however_they_are_split(model, sizes):
    firsts = np.cumsum([0, *sizes[:-1]])
    parts = [
        draw(model, first=int(first), count=size) for first, size in zip(firsts, sizes, strict=True)
    ]
    np.testing.assert_array_equal(np.vstack(parts), draw(model))


def test_toys_are_the_same_in_any_order(model):
    later, earlier = draw(model, first=40, count=10), draw(model, first=0, count=40)
    np.testing.assert_array_equal(np.vstack([earlier, later]), draw(model))


def test_indices_beyond_32_bits_are_toys_of_their_own(model):
    far = draw(model, first=2**40, count=2)
    np.testing.assert_array_equal(far[1:], draw(model, first=2**40 + 1, count=1))
    assert not (far[0] == draw(model, first=0, count=1)).all()


def test_no_toys_have_the_shape_of_some(model):
    main, auxiliary = draw_toys(
        model.arrays, asimov_data(model.arrays, model.init), STREAM, first=3, count=0
    )
    assert main.shape == (0, 2)
    assert auxiliary.shape == (0, len(model.names))


@pytest.mark.parametrize(
    "other",
    [
        STREAM[:-1] + "e",  # one bit
        "1" + STREAM[1:],
        STREAM[::-1],
        "0" * 32,
        "f" * 32,
    ],
)
def test_another_stream_gives_independent_toys(model, other):
    ours, theirs = draw(model, count=2000), draw(model, other, count=2000)
    events, others = ours.astype(float), theirs.astype(float)
    moving = events.std(axis=0) > 0
    assert moving.sum() == len(moving) - 1  # all but mu
    correlations = [
        np.corrcoef(one, two)[0, 1]
        for one, two in zip(events[:, moving].T, others[:, moving].T, strict=True)
    ]
    assert np.abs(correlations).max() < 4.0 / np.sqrt(2000)


def test_toys_next_to_each_other_are_independent(model):
    toys = draw(model, count=2000)
    moving = toys.std(axis=0) > 0
    correlations = [np.corrcoef(one[:-1], one[1:])[0, 1] for one in toys[:, moving].T]
    assert np.abs(correlations).max() < 4.0 / np.sqrt(2000)
    assert len(np.unique(toys, axis=0)) == 2000


def test_where_nothing_is_expected_nothing_is_seen(model):
    expected = asimov_data(model.arrays, model.init)
    auxiliary = expected.auxiliary.copy()
    auxiliary[model.names.index("W[1]")] = 0.0
    toys = draw(model, expected=Data(np.array([0.0, 14.0]), auxiliary))
    assert (toys[:, 0] == 0.0).all()
    assert (entry(model, "W[1]", toys) == 0.0).all()
    assert toys[:, 1].std() > 0.0
    assert entry(model, "W[0]", toys).std() > 0.0


def test_auxiliary_events_of_2e11_do_not_overflow():
    tau = 2e11
    model = model_of(
        one_channel(
            sample("signal", [6.0], MU),
            sample("b", [5.0], modifier("b", "shapesys", [5.0 / np.sqrt(tau)])),
            observed=[5.0],
        )
    )
    events = entry(model, "b[0]", draw(model, count=2000))
    assert (events == np.round(events)).all()
    pulls = (events - tau) / np.sqrt(tau)
    assert np.abs(pulls).max() < 5.0
    assert abs(pulls.mean()) < 4.0 / np.sqrt(2000)
    assert abs(pulls.std() - 1.0) < 4.0 / np.sqrt(2 * 2000)


def test_what_has_no_constraint_keeps_its_entry(model):
    pars = model.init.copy()
    pars[model.poi] = 0.37
    toys = draw(model, expected=asimov_data(model.arrays, pars))
    assert (entry(model, "mu", toys) == 0.37).all()


def test_events_are_whole_and_other_measurements_are_not(model):
    toys = draw(model)
    for name in ("W[0]", "W[1]"):
        events = entry(model, name, toys)
        assert (events == np.round(events)).all()
    assert (toys[:, :2] == np.round(toys[:, :2])).all()
    for name in ("theory", "stat[0]", "stat[1]"):
        values = entry(model, name, toys)
        assert len(np.unique(values)) == len(values)


def test_what_is_expected_is_left_as_it_was(model):
    expected = asimov_data(model.arrays, model.init)
    before = [part.copy() for part in expected]
    draw(model, expected=expected)
    for part, kept in zip(expected, before, strict=True):
        np.testing.assert_array_equal(part, kept)


@pytest.mark.parametrize("part", ["main", "auxiliary"])
def test_more_events_than_can_be_drawn_are_refused(model, part):
    expected = asimov_data(model.arrays, model.init)
    getattr(expected, part)[model.names.index("W[0]") if part == "auxiliary" else 1] = 1e19
    with pytest.raises(ModelError, match=r"toys cannot be drawn with so many events .*: 1e\+19"):
        draw(model, expected=expected)
