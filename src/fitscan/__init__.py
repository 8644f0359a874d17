"""Fit every signal hypothesis of a published HistFactory likelihood.

Packages are stages, and each imports only from those below it in this list::

    cli           the command fitscan
    rules         what the rules of the Snakefile ask
    check         what can be said of a run before it begins
    report        the page
    hepdata       submissions to HEPData
    provenance    the record of a run, and a run made again from it
    benchmark     times of whole runs
    figures       the figures of a scan: when each is drawn, its picture and its table
    plots         arrays to pictures
    spey_backend  the back end of spey
    infer         pyhf.infer for a model of pyhf
    api           fits in a program: a likelihood, and what it returns
    detail        one point in detail: its fits, and CLs along the signal strength
    audit         the cross-check with pyhf
    dispatch      works through an executor, none of them lost
    executors     bytes in, a future of bytes out
    worker        a request in, a response out
    kinds         the kinds of scan: which works, and how rows come of them
    tables        everything that is read or written as a table
    engines       works in, rows out
    statistics    CLs from asymptotic formulae and from toys, on arrays
    plan          points, their keys, and the shards that hold them
    model         a workspace as arrays
    likelihood    a workspace and its signals, read and verified
    contour       where CLs crosses the test size
    config        the configuration, checked

and all of them from the ground: strictjson, script_log, lifeline, machine, garbage, formats, files,
digests, columns, address, errors, masking, project_files, in this order.
tests/unit/test_import_order.py holds the imports to it.
"""

import importlib
from typing import Any

__all__ = [
    "Band",
    "ConfigError",
    "FitError",
    "FitResult",
    "FitscanError",
    "HypotestResult",
    "Likelihood",
    "LikelihoodError",
    "LimitsResult",
    "ModelError",
    "SignalYields",
    "ToysResult",
    "__version__",
    "infer",
]

__version__ = "0.1.0"

# Where the names for a program are: nothing is imported before it is asked for. Type checkers read
# __init__.pyi.
_PLACES = {
    "Likelihood": "fitscan.api.likelihood",
    "SignalYields": "fitscan.likelihood.yields",
    **dict.fromkeys(
        ("Band", "FitResult", "HypotestResult", "LimitsResult", "ToysResult"),
        "fitscan.api.results",
    ),
    **dict.fromkeys(
        ("ConfigError", "FitError", "FitscanError", "LikelihoodError", "ModelError"),
        "fitscan.errors",
    ),
}


def __getattr__(name: str) -> Any:
    if name == "infer":
        return importlib.import_module("fitscan.infer")
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
