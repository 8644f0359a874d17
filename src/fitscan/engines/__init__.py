"""The engines that fit: each answers works with rows.

To add one: a package here with a module ``engine`` that says its name, the kinds of scan it does
and how it is started (``fitscan.engines.base.Engine``), and a line in ``fitscan.engines.registry``.
It imports what it fits with only when it starts, so that a plan can name an engine without it.
"""
