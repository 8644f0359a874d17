"""Kernels on flat arrays: rates, NLL, derivatives, minimiser. No pyhf, no files, no executors."""
