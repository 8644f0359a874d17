"""Throw toys at points through an executor, in rounds, until each is answered."""
