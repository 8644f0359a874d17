"""Draw what a scan found over its grid; `snakemake figures` draws all figures and nothing else.

Reads   results/{analysis}/{scan}/results.csv
        results/{analysis}/{scan}/flagged.csv    points that the audit casts doubt on, for draw_maps
        tables that the user gives    other results for draw_exclusion, cross-sections for draw_limits
Writes  results/{analysis}/{scan}/figures/{exclusion,CLs_map,status_map}.{pdf,png,svg,csv}
        results/{analysis}/{scan}/figures/{minima,limits}.{pdf,png,svg,csv}
Steps   a grid with two axes gets its exclusion contour and maps, one with a single axis CLs and
        profiles along it, and both their upper limits if they have any; where lower minima were
        searched, the same beside what they give
"""


rule draw_exclusion:
    """Draw where {wildcards.analysis} excludes, by scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        overlays=given_files("overlays"),
    output:
        png=report(
            "results/{analysis}/{scan}/figures/exclusion.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "exclusion"},
            caption="../report/exclusion.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/exclusion.pdf",
        svg="results/{analysis}/{scan}/figures/exclusion.svg",
        csv="results/{analysis}/{scan}/figures/exclusion.csv",
    log:
        "logs/draw_exclusion/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_exclusion/{analysis}/{scan}.tsv"
    wildcard_constraints:
        # What is chosen from the results of several analyses is drawn as they are.
        analysis=one_of(SETTINGS),
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        overlays=lambda wildcards: settings_of(wildcards)["overlays"],
        given=given_content("overlays"),
        code=code(
            "draw_exclusion",
            "columns",
            "contour",
            "drawn",
            "given",
            "grid",
            "notes",
            "overlays",
            "plots",
            "tables",
            "thrown",
        ),
    script:
        "../../scripts/draw_exclusion.py"


rule draw_maps:
    """Draw CLs and the status of each point of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        flagged="results/{analysis}/{scan}/flagged.csv",
    output:
        CLs_map=report(
            "results/{analysis}/{scan}/figures/CLs_map.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "CLs map"},
            caption="../report/CLs_map.rst",
        ),
        status_map=report(
            "results/{analysis}/{scan}/figures/status_map.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "status map"},
            caption="../report/status_map.rst",
        ),
        others=multiext(
            "results/{analysis}/{scan}/figures/",
            *("CLs_map.pdf", "CLs_map.svg", "CLs_map.csv"),
            *("status_map.pdf", "status_map.svg", "status_map.csv"),
        ),
    log:
        "logs/draw_maps/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_maps/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        code=code(
            "draw_maps",
            "audited",
            "columns",
            "contour",
            "drawn",
            "grid",
            "minima",
            "notes",
            "plots",
            "tables",
            "thrown",
            "undecided",
        ),
    script:
        "../../scripts/draw_maps.py"


rule draw_minima:
    """Draw what lower minima change for {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
    output:
        png=report(
            "results/{analysis}/{scan}/figures/minima.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "minima"},
            caption="../report/minima.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/minima.pdf",
        svg="results/{analysis}/{scan}/figures/minima.svg",
        csv="results/{analysis}/{scan}/figures/minima.csv",
    log:
        "logs/draw_minima/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_minima/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        code=code(
            "draw_minima",
            "columns",
            "contour",
            "drawn",
            "grid",
            "minima",
            "notes",
            "plots",
            "tables",
        ),
    script:
        "../../scripts/draw_minima.py"


rule draw_limits:
    """Draw the upper limits of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        results="results/{analysis}/{scan}/results.csv",
        cross_section=given_files("cross_section"),
    output:
        png=report(
            "results/{analysis}/{scan}/figures/limits.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "upper limits"},
            caption="../report/limits.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/limits.pdf",
        svg="results/{analysis}/{scan}/figures/limits.svg",
        csv="results/{analysis}/{scan}/figures/limits.csv",
    log:
        "logs/draw_limits/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_limits/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        figures=config["figures"],
        look=look_of,
        test_size=limit_size_of,
        cross_section=lambda wildcards: settings_of(wildcards)["cross_section"],
        given=given_content("cross_section"),
        code=code(
            "draw_limits",
            "columns",
            "contour",
            "crosssection",
            "drawn",
            "given",
            "grid",
            "minima",
            "notes",
            "plots",
            "tables",
        ),
    script:
        "../../scripts/draw_limits.py"
