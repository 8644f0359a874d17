"""Write the page that a person opens first.

Reads   tables and figures of all scans
Writes  results/report.html
Steps   one static page: the summary, the figures, what did not converge, what to cite
"""

import shlex
import sys

# The report shows it. Jobs inherit it, also those for which Snakemake starts itself anew.
os.environ.setdefault("FITSCAN_COMMAND", shlex.join(["snakemake", *sys.argv[1:]]))


rule write_report:
    """Write results/report.html."""
    input:
        results=[f"results/{analysis}/{scan}/results.csv" for analysis, scan in SCANS],
        timings=[f"results/{analysis}/{scan}/timings.csv" for analysis, scan in SCANS],
        figures=[
            f"results/{analysis}/{scan}/figures/exclusion.svg"
            for analysis, scan in SCANS
        ],
        minima=[
            f"results/{analysis}/{scan}/figures/minima.svg"
            for analysis, scan in SCANS
            if SEARCHED
        ],
        audits=[f"results/{analysis}/{scan}/audit.csv" for analysis, scan in SCANS],
        fits=[
            f"results/{analysis}/{scan}/figures/{figure}.svg"
            for analysis, scan in SCANS
            for figure in FIT_FIGURES
        ],
    output:
        report(
            "results/report.html",
            category="summary",
            labels={"what": "report"},
            caption="../report/report.rst",
        ),
    log:
        "logs/write_report.log",
    benchmark:
        "benchmarks/write_report.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        scans=SCANS,
        test_size=config["figures"]["test_size"],
        analyses=config["analyses"],
        code=code(
            "write_report",
            "columns",
            "grid",
            "minima",
            "provenance",
            "report",
            "tables",
        ),
    script:
        "../../scripts/write_report.py"
