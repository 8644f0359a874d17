"""How long whole runs take, and pyhf: measured here (``fitscan.benchmark.measure``), beside published times.

``records`` are what is kept of a measurement; ``table`` puts them together, ``words`` and
``markup`` tell them, ``drawn`` draws them; ``published`` has the times of others.
"""
