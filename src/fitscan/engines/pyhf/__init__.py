"""The engine ``pyhf``: the reference implementation."""
