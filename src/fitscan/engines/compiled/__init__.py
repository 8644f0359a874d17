"""The engine ``compiled``: the likelihood in machine code.

Each part imports only from those below it in this list::

    engine           what a plan knows of the engine
    adapter          works in, rows out
    data_tests       the test of the data: its numbers, status and message
    limit_messages   what a row says of limits
    signal_messages  what a row says of an odd signal
    lost_digits      what a row says of an NLL whose digits are lost
    equal_minima     background minima that are equally low, and the test at each
    coverage         experiments, and their toys
    hypotheses       the hypotheses of an analysis, and what they share
    inference        hypothesis tests, the search for minima, limits and toys, made of fits
    fits             fits, where they start, and what is done where one does not converge
    kernels          the NLL, its derivatives and the minimiser, on flat arrays
    thresholds       the numbers of the search for minima
    machine_code     how kernels become machine code, and where it is kept

tests/unit/engines/compiled/test_import_order.py holds the imports to it.
"""
