"""Draw one point of a scan in detail.

Reads   results/{analysis}/{scan}/results.csv
        resources/likelihoods/{analysis}/    the point, which is fitted once more
Writes  results/{analysis}/{scan}/fit/{parameters,correlations,yields}.csv
        results/{analysis}/{scan}/figures/{pulls,correlations,yields}.{pdf,png,svg}
        results/{analysis}/{scan}/figures/mu_scan.{pdf,png,svg,csv}
Steps   its fits, and its CLs along the signal strength
"""


rule draw_fit_results:
    """Draw the fits of one point of {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        # Their content is in the keys of the results, so one that is only newer redraws nothing.
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        points=ancient("resources/likelihoods/{analysis}/points.json"),
        results="results/{analysis}/{scan}/results.csv",
    output:
        parameters="results/{analysis}/{scan}/fit/parameters.csv",
        correlations="results/{analysis}/{scan}/fit/correlations.csv",
        yields="results/{analysis}/{scan}/fit/yields.csv",
        pulls=report(
            "results/{analysis}/{scan}/figures/pulls.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "pulls"},
            caption="../report/pulls.rst",
        ),
        correlation_matrices=report(
            "results/{analysis}/{scan}/figures/correlations.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "correlations"},
            caption="../report/correlations.rst",
        ),
        yields_by_channel=report(
            "results/{analysis}/{scan}/figures/yields.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "yields"},
            caption="../report/yields.rst",
        ),
        vectors=multiext(
            "results/{analysis}/{scan}/figures/",
            *("pulls.pdf", "correlations.pdf", "yields.pdf"),
            *("pulls.svg", "correlations.svg", "yields.svg"),
        ),
    log:
        "logs/draw_fit_results/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_fit_results/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        settings=lambda wildcards: {
            "interpolation": config["interpolation"],
            **{
                option: config["scans"][wildcards.scan][option]
                for option in ("mu_test", "test_stat", "poi_bounds")
            },
        },
        figures=config["figures"],
        show_point=lambda wildcards: settings_of(wildcards)["show_point"],
        title=lambda wildcards: settings_of(wildcards)["title"],
        code=code("draw_fit_results"),
    script:
        "../../scripts/draw_fit_results.py"


rule draw_mu_scan:
    """Draw CLs of one point along the signal strength, {wildcards.analysis}, scan {wildcards.scan}."""
    input:
        # Their content is in the keys of the results, so one that is only newer redraws nothing.
        workspace=ancient("resources/likelihoods/{analysis}/workspace.json"),
        patchset=ancient("resources/likelihoods/{analysis}/patchset.json"),
        points=ancient("resources/likelihoods/{analysis}/points.json"),
        results="results/{analysis}/{scan}/results.csv",
    output:
        png=report(
            "results/{analysis}/{scan}/figures/mu_scan.png",
            category="{analysis}",
            labels={"scan": "{scan}", "what": "signal strength"},
            caption="../report/mu_scan.rst",
        ),
        pdf="results/{analysis}/{scan}/figures/mu_scan.pdf",
        svg="results/{analysis}/{scan}/figures/mu_scan.svg",
        csv="results/{analysis}/{scan}/figures/mu_scan.csv",
    log:
        "logs/draw_mu_scan/{analysis}/{scan}.log",
    benchmark:
        "benchmarks/draw_mu_scan/{analysis}/{scan}.tsv"
    conda:
        "../../envs/fitscan.yaml"
    params:
        settings=lambda wildcards: {
            "interpolation": config["interpolation"],
            **{
                option: config["scans"][wildcards.scan][option]
                for option in ("test_stat", "poi_bounds")
            },
        },
        test_size=limit_size_of,
        figures=config["figures"],
        show_point=lambda wildcards: settings_of(wildcards)["show_point"],
        title=lambda wildcards: settings_of(wildcards)["title"],
        code=code("draw_mu_scan"),
    script:
        "../../scripts/draw_mu_scan.py"
