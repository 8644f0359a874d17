"""Pseudo-experiments: blocks of toys are thrown until a point is answered from them."""

from fitscan.toys.points import toy_points
from fitscan.toys.rounds import first_blocks, throw_points
from fitscan.toys.throwing import Dispatch

__all__ = ["Dispatch", "first_blocks", "throw_points", "toy_points"]
