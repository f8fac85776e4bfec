"""How good and how quick the product detector is; `python -m benchmarks.detector --help`."""
