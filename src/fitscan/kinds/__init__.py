"""The kinds of scan: which works each asks an engine for, and how answers become rows.

To add one: a module ``kind`` here that says how its points become rows
(``fitscan.kinds.base.Kind``), a line in ``fitscan.kinds.registry``, its options in the schema of
the configuration, and its name among the kinds of an engine (``fitscan.engines``).
"""
