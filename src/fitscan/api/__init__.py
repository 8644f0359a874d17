"""Fits in a program: ``Likelihood``, the signals that it takes, and what it returns."""
