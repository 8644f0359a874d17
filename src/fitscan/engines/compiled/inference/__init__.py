"""Hypothesis tests, limits and toys made of fits."""
