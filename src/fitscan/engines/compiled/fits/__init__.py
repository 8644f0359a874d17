"""Fits, what is done where one does not converge, and starts that lead to other minima."""
