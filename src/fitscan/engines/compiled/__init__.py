"""The engine ``compiled``: the likelihood in machine code."""
