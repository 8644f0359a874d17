"""Write the page that a person opens first.

Reads   tables and figures of all scans
        resources/likelihoods/{analysis}/{regions,signal}.csv
Writes  results/report.html    with the name of the run before, if it has one
Steps   one static page: the summary, the figures, what did not converge, what to cite
"""

import sys

from fitscan.config.combinations import fitted_analyses
from fitscan.masking import masked_command

# The report shows it. Jobs inherit it, also those for which Snakemake starts itself anew.
os.environ.setdefault("FITSCAN_COMMAND", masked_command(["snakemake", *sys.argv[1:]]))


rule write_report:
    """Write the report."""
    input:
        wanted.reported(),
        wanted.page("provenance.json"),
        wanted.benchmark.reported(),
        regions=wanted.regions(),
    output:
        report(
            wanted.page("report.html"),
            category="summary",
            labels={"what": "report"},
            caption="../report/report.rst",
        ),
    log:
        "logs/write_report.log",
    benchmark:
        "benchmarks/write_report.tsv"
    localrule: True
    conda:
        "../../envs/fitscan.yaml"
    params:
        scans=wanted.pairs,
        methods=[wanted.method_of(*pair) for pair in wanted.pairs],
        test_size=config["figures"]["test_size"],
        space=config["figures"]["interpolation"]["in"],
        pictures=wanted.pictures,
        analyses=fitted_analyses(WRITTEN),  # without secrets
        combinations={name: wanted.settings[name] for name in config["combinations"]},
        code=code("write_report"),
    script:
        "../../scripts/write_report.py"
