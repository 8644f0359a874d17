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
        of_all_scans(rules.collect_results, rules.audit_scan, suffix=".csv"),
        of_all_scans(rules.combine_results, scans=CHOSEN),
        drawn(suffix=(".svg", ".csv")),
        "results/provenance.json",
        benchmarked(suffix=(".svg", ".csv")),
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
        space=config["figures"]["interpolation"]["in"],
        analyses=fitted_analyses(WRITTEN),  # what variables hold may be secret
        combinations={name: SETTINGS[name] for name in config["combinations"]},
        code=code(
            "write_report",
            "audited",
            "benchmark",
            "columns",
            "contour",
            "covered",
            "grid",
            "minima",
            "notes",
            "plots",
            "provenance",
            "report",
            "tables",
            "thrown",
            "undecided",
        ),
    script:
        "../../scripts/write_report.py"
