"""Several analyses on one plane: the best expected of each point, or one likelihood of them all."""
