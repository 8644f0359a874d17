"""fitscan: from published likelihoods to their exclusion contours.

The includes below are the pipeline, in the order in which things happen. What is scanned is in
config/ (every key: config/README.md), how it runs here is in profiles/default/.
"""

from snakemake.utils import min_version

min_version("9.27")

if "analyses" not in config:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/plan.smk"
include: "workflow/rules/fetch.smk"
include: "workflow/rules/parts.smk"
include: "workflow/rules/combine.smk"
include: "workflow/rules/fit.smk"
include: "workflow/rules/collect.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/figures_of_a_point.smk"
include: "workflow/rules/figures_of_toys.smk"
include: "workflow/rules/compare.smk"
include: "workflow/rules/hepdata.smk"
include: "workflow/rules/trials.smk"
include: "workflow/rules/benchmark.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/record.smk"


# On a cluster only fits are jobs; compute nodes often reach no network, and starting takes longer.
localrules:
    all,
    audit_scan,
    collect_results,
    collect_toys,
    combine_likelihoods,
    combine_results,
    compare_scan,
    draw_combination,
    draw_coverage,
    draw_exclusion,
    draw_fit_results,
    draw_limits,
    draw_maps,
    draw_minima,
    draw_mu_scan,
    draw_times,
    draw_toys,
    draw_toys_spent,
    end_round,
    fetch_likelihood,
    figures,
    report_benchmark,
    time_pyhf,
    time_trial,
    write_crate,
    write_hepdata,
    write_provenance,
    write_report,


rule all:
    default_target: True
    input:
        "results/report.html",
        "results/provenance.json",
        "results/ro-crate-metadata.json",
        of_all_scans(rules.collect_results, rules.audit_scan),
        of_all_scans(rules.collect_toys, scans=KEPT),
        of_all_scans(rules.combine_results, scans=CHOSEN),
        drawn(),
        of_all_scans(rules.write_hepdata),
        benchmarked(),
        # Named here so that a shard that was deleted is missed even when the report is there.
        every_shard,


rule figures:
    """Draw the figures of every scan."""
    input:
        drawn(suffix=".png"),
