"""The command ``fitscan``: ``group`` finds its commands, and each is a module of its name.

``standard_streams`` makes good what a shell has closed, ``example`` copies the bundled example.
"""

from fitscan.cli.group import main

__all__ = ["main"]
