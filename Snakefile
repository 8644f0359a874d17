"""fitscan: from published likelihoods to their exclusion contours.

The includes below are the pipeline, in the order in which things happen. What is scanned is in
config/ (every key: config/README.md), how it runs here is in profiles/default/.
"""

from pathlib import Path

from snakemake.utils import min_version

from fitscan.check.read import read_config
from fitscan.rules import showing_user_errors

min_version("9.22")

if "analyses" not in config:
    # Before Snakemake, whose message has no place. It has read those of the command line by now.
    showing_user_errors(read_config)([Path("config/config.yaml")])

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/fetch.smk"
include: "workflow/rules/combine.smk"
include: "workflow/rules/plan.smk"
include: "workflow/rules/fit.smk"
include: "workflow/rules/collect.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/details.smk"
include: "workflow/rules/compare.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/hepdata.smk"
include: "workflow/rules/benchmark.smk"
include: "workflow/rules/record.smk"
include: "workflow/rules/report.smk"


page = Path(PLACE.on_disk(wanted.page("report.html")))
page_before = written_ns(page)


onsuccess:
    if written_ns(page) not in {
        None,
        page_before,
    }:  # not if only a figure was asked for
        logger.info(f"Open {page}")


# On a cluster only fits are jobs, all else is a `localrule`: compute nodes often reach no network,
# and starting takes longer.
rule all:
    default_target: not PLACE.is_module
    input:
        wanted.files(),
        wanted.benchmark.files(),
        # Named here so that one that was deleted is missed even when the report is there.
        wanted.likelihoods(),
        every_shard,
    localrule: True
