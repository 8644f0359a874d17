"""What the parts of a combination are, and their files, for the rules of combine.smk.

Reads   the checked configuration
Writes  nothing
"""


def parts_of(wildcards):
    """Name the parts of a combination."""
    return config["combinations"][wildcards.combination]["of"]


def scanned_parts_of(wildcards):
    """Name the parts that run the scan as well."""
    return [part for part in parts_of(wildcards) if (part, wildcards.scan) in SCANS]


def files_of_parts(file):
    """Return a function that names a file of each part of a likelihood."""
    return lambda wildcards: [
        f"resources/likelihoods/{part}/{file}" for part in parts_of(wildcards)
    ]


def results_of_parts(wildcards):
    """Name the results of the parts of a combination."""
    return [
        f"results/{part}/{wildcards.scan}/results.csv"
        for part in scanned_parts_of(wildcards)
    ]


def match_of(wildcards):
    """Say which labels of parts with other names are those of the first part."""
    return config["combinations"][wildcards.combination]["match"]
