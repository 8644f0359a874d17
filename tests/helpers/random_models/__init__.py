"""Small random likelihoods, with right values by a minimiser that shares no code with fitscan.

Modules, each built on those before it: ``generator`` makes a likelihood from a number,
``likelihood`` evaluates its NLL (NumPy, many parameter points at a time), ``newton`` minimises from
many starts, ``descents`` go from pyhf's initial values as pyhf does, ``right`` gives the right CLs,
``comparison`` asks the engine and compares, ``table`` counts.
"""
