"""Where the NLL at its minimum is so large that its differences are lost, the cause is named."""

import numpy as np
import pytest
from small import MU, model_of, modifier, normsys, one_channel, sample

from fitscan.engines.compiled.fits.fits import default_fit
from fitscan.engines.compiled.lost_digits import words_of_lost_digits


def model(background, *, bounds=None, sigma=0.1):
    lumi = {
        "name": "lumi",
        "inits": [1.0],
        "bounds": [[0.5, 1.5]] if bounds is None else [bounds],
        "auxdata": [1.0],
        "sigmas": [sigma],
    }
    return model_of(
        one_channel(
            sample("signal", [3.0, 2.0], MU, normsys("theory", 1.1, 0.9)),
            sample("W", background, modifier("lumi", "lumi")),
            observed=[20.0, 15.0],
            parameters=[lumi],
        )
    )


def test_an_ordinary_NLL_needs_no_words():
    ordinary = model([10.0, 12.0])
    assert words_of_lost_digits(ordinary, default_fit(ordinary)) == ""


def test_the_bin_is_named_that_makes_the_NLL_too_large():
    odd = model([10.0, 1e15])
    words = words_of_lost_digits(odd, default_fit(odd))
    assert words.endswith("bin 2 of channel 'SR' expects 5e+14 events and has 15")


def test_the_parameter_is_named_that_makes_the_NLL_too_large():
    odd = model([10.0, 12.0], sigma=1e-9)
    found = default_fit(odd)
    pars = found.pars.copy()
    pars[odd.names.index("lumi")] = 1.5
    words = words_of_lost_digits(odd, found._replace(pars=pars, nll=1e17))
    assert words.endswith("parameter 'lumi' is far from its auxiliary measurement")


@pytest.mark.filterwarnings("error")
def test_a_fit_without_a_likelihood_has_its_own_words():
    odd = model([10.0, 12.0])
    nothing = default_fit(odd)._replace(status=3, nll=np.inf, pars=np.full(len(odd.names), np.nan))
    assert words_of_lost_digits(odd, nothing) == ""
