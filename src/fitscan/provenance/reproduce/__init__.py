"""Make a recorded run again and compare: ``python -m`` this package ``results/provenance.json``."""
