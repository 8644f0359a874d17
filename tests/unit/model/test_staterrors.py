import numpy as np
import pytest
from small import modifier, sample

from fitscan.errors import ModelError
from fitscan.model.layout import NOTHING, extended, new_parameters
from fitscan.model.samples import make_sample
from fitscan.model.staterrors import (
    NO_UNCERTAINTIES,
    relative_uncertainties,
    uncertain_places,
    with_samples,
)


def member(name, yields, kind, errors):
    whole = sample(name, yields, modifier("stat" if kind == "staterror" else name, kind, errors))
    return make_sample(whole, channel="SR", first_bin=0, bins=len(yields))


def of_samples(*members):
    layout = extended(NOTHING, new_parameters(NOTHING, members))
    return with_samples(NO_UNCERTAINTIES, members, uncertain_places(members, layout)), layout


def test_errors_of_a_staterror_are_added_in_quadrature():
    one = member("one", [8.0, 4.0, -5.0], "staterror", [0.3, 1.0, 1.0])
    two = member("two", [2.0, -4.0, 1.0], "staterror", [0.4, 1.0, 0.0])
    errors, _ = of_samples(one, two)
    # The second bin adds up to 0, where nothing is expected, and the third to less.
    np.testing.assert_allclose(relative_uncertainties(errors), [0.05, 0.0, 0.25])


def test_auxiliary_events_of_a_shapesys_are_the_square_of_yield_over_error():
    errors, _ = of_samples(member("one", [8.0, 0.0, 4.0, -1.0], "shapesys", [2.0, 1.0, 0.0, 1.0]))
    np.testing.assert_allclose(errors.tau, [16.0, 0.0, 0.0, 0.0])


def test_samples_that_come_later_count_as_if_all_came_at_once():
    one = member("one", [8.0], "staterror", [0.3])
    two = member("two", [2.0], "staterror", [0.4])
    together, layout = of_samples(one, two)
    later = with_samples(NO_UNCERTAINTIES, [one], uncertain_places([one], layout))
    later = with_samples(later, [two], uncertain_places([two], layout))
    np.testing.assert_array_equal(later, together)


def test_an_error_that_is_not_finite_is_refused_by_name():
    one = member("one", [8.0, 4.0], "shapesys", [1.0, np.nan])
    with pytest.raises(ModelError, match=r"the shapesys 'one' is not finite in bin 2: nan"):
        of_samples(one)
