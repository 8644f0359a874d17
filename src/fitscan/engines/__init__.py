"""The engines that fit: one request, several ways to its numbers.

To add one: a package here with a module ``engine`` that says its name, the kinds of scan it does
and how it is started (``fitscan.engines.base.Engine``), and a line in ``fitscan.engines.registry``.
What it fits with is imported where it is started, so that a plan can name an engine without it.
"""
