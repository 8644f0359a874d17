"""The numbers of the search for lower minima, and what set each of them.

Numbers that were halved and doubled say what changes. *Lost* are lowest minima, of the 984 of the
four fits to each of the 246 points of 1Lbb, staus and 3L-RJ, that are then missed by more than 1e-6
in NLL; none becomes lower by any of it. *Off* are likelihoods, of the 188 with several minima among
1,000 random ones (``bench/random_models.py --n 1000``), whose CLs is then wrong by more than 2e-3;
only ``SIGNED_PULL`` makes any so. Where nothing else is said no minimum is lost either way.
"""

import numpy as np

__all__ = [
    "ADDED",
    "ASCENTS",
    "FEW_BINS",
    "GROWN",
    "GROWTH",
    "LARGEST_LOG",
    "LEAST_ALPHA",
    "LEAST_PART",
    "MIRRORED",
    "MIRRORED_STARTS",
    "MOST_ALPHAS",
    "MOST_BINS",
    "MOST_EXCHANGED",
    "MOST_GROWN",
    "MOST_MINIMA",
    "MOST_PART",
    "MOST_TOGETHER",
    "NEARLY_MIRRORED",
    "NEGATIVE",
    "ODD_YIELD",
    "PULLS",
    "RISE",
    "SAME",
    "SIGNED_PULL",
    "STEEPER",
    "TOGETHER",
]

# Extreme yields: lengths of the pulls, in standard deviations, and the steps of the ascent at each.
# On staus a length of 2.7 makes -16 events of 0.044. All lengths halved, 31 are lost; doubled, 185;
# with every other length, 5. The steps were not halved or doubled.
PULLS = np.array([1.5, 2.0, 2.5, 3.0, 3.5])
ASCENTS = 8

# A cell has grown beyond so many times its nominal yield, and so many events. The second was not
# halved or doubled.
GROWTH, GROWN = 10.0, 0.5

# Bounds of ``kernels.extreme_yields.reachable_yields``: codes 4 and 4p are steeper inside than the
# line to +-1 by less than the first; ln of a normalisation, which may be 0, is bounded by the
# second.
STEEPER, LARGEST_LOG = 2.0, 50.0

# A yield above this takes too little from a bin to stand for anything else.
NEGATIVE = -0.3

# A pull is of use when it takes from a bin between these parts of the signal in it. The first
# doubled, 10 are lost, and with it halved, none; the second halved, 2, and with it doubled, none.
# The search of 1Lbb then costs 0.93, 1.06, 0.96 and 1.16 times as much.
LEAST_PART, MOST_PART = 0.25, 1.5

# Events that are added to a bin with n observed, in units of sqrt(n + 1), as signals would: other
# minima are looked for with the first number and followed to the others. Halved, 2 are lost.
ADDED = (4.0, 2.0, 8.0)

# With more bins than the first number, where fits take long, only the second number of them gets
# additional events: those of which most can be taken away. So many grown cells are starts. The
# first two keep the search of a likelihood of hundreds of bins short; none of these has so many.
MOST_BINS, FEW_BINS, MOST_GROWN = 40, 2, 40

# Minima of the background, and shifts between them, nearer than this, in standard deviations, are
# the same. Doubled, 1 is lost.
SAME = 0.5

# A shift or a pull is worth a fit when its NLL lies above that of the minimum by no more than this.
# Halved, 1 is lost; doubled, the search of 1Lbb costs 1.12 times as much.
RISE = 2.0

# An alpha beyond this is mirrored. Halved, 1 is lost, doubled 3, and at 0.15 too minima of 1Lbb: a
# choice among mirror images, which the number decides more finely than any other here.
LEAST_ALPHA = 0.2

# It is mirrored alone when the rise of the NLL is less than this part of what it would be if only
# its constraint were there, 2 alpha^2; of these the most symmetric ones, up to the second number.
# Either halved, 1 is lost.
MIRRORED, MIRRORED_STARTS = 0.35, 2

# Where so many are below the first number all are mirrored together. The first halved, 3 are lost,
# doubled, the search of 1Lbb costs 1.35 times as much; the second doubled, 1 is lost.
NEARLY_MIRRORED, TOGETHER = 0.45, 3

# Models with at most so many alphas are fitted from both sides of each one-sided variation: of all
# together up to the second number. They are starts at least this many standard deviations away:
# halved, 3 of the random likelihoods are off.
MOST_ALPHAS, MOST_TOGETHER, SIGNED_PULL = 12, 4, 1.0

# Free normalisations are exchanged in so many pairs: a shapefactor has one in each bin. It bounds
# the cost and was not halved or doubled.
MOST_EXCHANGED = 6

# Other signal strengths are fitted from so many of the minima: a matter of limits, which was not
# halved or doubled.
MOST_MINIMA = 4

# An odd yield, negative or grown, has more events than so many times sqrt(n + 1), n being what its
# bin expects. Yields at minima from the initial values reach 1.35 at 246 points, and are not odd.
# Any number from there to 2.08 marks the lower minima of 27 of 57 points of staus, 10 of 10 of
# 3L-RJ and 2 of 8 of 1Lbb. Halved, 28 of staus are marked, and at 0.9 all; doubled, 18, 7 and 1
# (``bench/odd_yields.py``). It changes no fit.
ODD_YIELD = 2.0
