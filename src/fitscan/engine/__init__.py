"""The likelihood engine: kernels on flat arrays. It knows no pyhf, no files and no executors."""
