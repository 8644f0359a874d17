"""Fit every signal hypothesis of a published HistFactory likelihood."""

__all__ = ["__version__"]

__version__ = "0.1.0"
