"""``pyhf.infer`` with the fits of the compiled engine: the same functions for the same models.

    >>> import pyhf
    >>> from fitscan.infer import hypotest  # instead of: from pyhf.infer import hypotest
    >>> model = pyhf.simplemodels.uncorrelated_background(
    ...     signal=[12.0, 11.0], bkg=[50.0, 52.0], bkg_uncertainty=[3.0, 7.0]
    ... )
    >>> data = [51, 48] + model.config.auxdata
    >>> hypotest(1.0, data, model).round(4)
    np.float64(0.0525)

Signatures, meaning and returned types are those of pyhf 0.7.6 with its NumPy backend. What cannot
be honoured is refused by its name.
"""

from fitscan.infer import intervals
from fitscan.infer.hypothesis_tests import hypotest

__all__ = ["hypotest", "intervals"]
