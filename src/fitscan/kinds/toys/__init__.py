"""Scans by toys: thrown in rounds until each point is answered."""
