"""Make a recorded run again and compare: python -m fitscan.reproduce results/provenance.json."""
