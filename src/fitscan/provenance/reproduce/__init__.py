"""Make a recorded run again and compare: python -m fitscan.provenance.reproduce results/provenance.json."""
