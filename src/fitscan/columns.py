"""The names of the columns of results.csv and of the tables beside it, in one place.

Everything in results.csv is the same for the same configuration and code; what differs from run
to run is in timings.csv.
"""

__all__ = [
    "AUDIT",
    "AUDIT_NUMBERS",
    "BANDS",
    "CLS",
    "EXPECTED",
    "NUMBERS",
    "RESERVED",
    "TEXTS",
    "TIMES",
]

# The expected CLs when the background fluctuates by -2 ... +2 standard deviations, in the order
# in which pyhf returns them: m2 is the smallest CLs, so the most excluding one.
BANDS = ("m2", "m1", "0", "p1", "p2")
EXPECTED = tuple(f"CLs_exp_{band}" for band in BANDS)

CLS = ("CLs_obs", *EXPECTED)

NUMBERS = ("mu_test", *CLS, "mu_hat")
TEXTS = ("status", "message", "engine", "key")
TIMES = ("wall_s", "cpu_s")

# Names that no dimension of a grid may have, those of the tables beside the figures included.
RESERVED = {"name", *NUMBERS, *TEXTS, *TIMES, "CLs", "curve", "kind", "method", "segment"}

# audit.csv; what they mean: fitscan.audit.
AUDIT_NUMBERS = ("fitscan", "pyhf", "difference", "tolerance")
AUDIT = ("name", "check", "quantity", *AUDIT_NUMBERS, "outcome", "message")
