"""Toys of points: what they are, how they are kept, and what they say."""
