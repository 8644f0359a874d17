"""What can be said of a run before it begins: whether it can work, what is new, how long it takes.

``user_input`` looks at what a configuration names, ``tables`` into the tables among it, ``grid`` at
what it says of the points of a likelihood; Snakemake does all three at every start. ``outlook``
says besides how many points are new and which leave (``standing``), and how long their fits take
(``duration``).
"""
