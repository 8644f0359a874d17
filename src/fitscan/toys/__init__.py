"""Pseudo-experiments: blocks of toys are thrown until a point is answered from them."""
