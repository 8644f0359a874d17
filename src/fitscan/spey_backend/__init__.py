"""The back end ``fitscan`` of spey (arXiv:2307.06996): ``spey.get_backend("fitscan")``.

Imported by spey, which finds it by the entry point of this package, and by nothing of fitscan.
"""
