"""How long whole runs take, and pyhf: measured here, beside what was published.

``trial`` and ``pyhf_time`` measure, ``conditions`` and ``phases`` say where and on what the time
went, ``records`` are what is kept; ``table`` puts them together, ``words`` and ``markup`` tell
them, ``drawn`` draws them; ``published`` has the times of others.
"""
