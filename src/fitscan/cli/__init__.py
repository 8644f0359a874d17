"""The command ``fitscan``: ``group`` finds its commands, and each is a module of its name.

``standard_streams`` makes good what a shell has closed, ``example`` copies the bundled example,
``arguments`` has what all commands that fit ask for, and ``answers`` writes what they find.
"""

from fitscan.cli.group import main

__all__ = ["main"]
