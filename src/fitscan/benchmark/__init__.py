"""How long whole runs take, and pyhf: measured here (``benchmark.measure``), beside others' times.

``records`` are what is kept of a measurement; ``table`` puts them together, ``words`` and
``markup`` tell them, ``figures`` draws them; ``published`` has the times of others. How long each
point of a scan took is drawn by ``point_times``.
"""
