"""The command ``fitscan`` where it is not on the path: ``python -m fitscan.cli``."""

from fitscan.cli.group import main

main()
