"""Plan the scan of grid.yaml, as the Snakefile does, without Snakemake."""

from pathlib import Path

import yaml

from fitscan.config.check import check_config
from fitscan.kinds.registry import planned_scan
from fitscan.likelihood import read_index
from fitscan.plan.write import plan_scan

config = check_config(yaml.safe_load(Path("grid.yaml").read_text("utf-8")))
index = read_index(Path("resources/likelihoods/grid/points.json"))
plan_scan(
    Path("results/grid/hypotest"), planned_scan(index, config, "hypotest"), size=None, cores=2
)
