"""Wrong values of every key of the configuration that its schema allows, and how each is refused.

What a key may hold by itself is in the schema. ``SEMANTIC`` has the values that only the rest of
the configuration, a file or a likelihood tells wrong; ``NOTHING_MORE`` has the keys about which
nothing more can be wrong, and why. They are wrong beside ``CONFIG``, whose files ``write_inputs``
writes.
"""

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

__all__ = ["CONFIG", "NOTHING_MORE", "SEMANTIC", "Wrong", "in_config", "write_inputs"]

POINTS = [(100, 0), (100, 50), (200, 0), (200, 50)]
PLANE = {"workspace": "plane/workspace.json", "patches": "plane/patchset.json"}
MATCH = {"match": {"other": ["x", "y"]}, "scans": ["hypotest"]}
PARTS = ["plane", "other"]
THEIRS = {"title": "theirs", "path": "overlay.csv"}
PAPER = {"title": "paper", "path": "compare.csv"}
NLO = {"title": "NLO", "path": "xsec.csv", "unit": "pb"}
# By name, what is in files of executors, and what is wrong with it.
EXECUTORS = {
    "list": ("- 1", "does not state the kind of its executor: 'list'"),
    "broken": ("kind: [", "broken.yaml is not YAML"),
    "kind": ("kind: slurm", "does not state the kind of its executor: 'slurm'"),
    "option": ("{kind: in_process, threads: 2}", "got an unexpected keyword argument 'threads'"),
    "type": ("{kind: process_pool, workers: many}", "workers of the executor 'type.yaml' is not"),
    "range": ("{kind: process_pool, workers: -1}", "a whole number of at least 0: -1"),
}
CONFIG: dict[str, Any] = {
    "scans": {
        "hypotest": {"kind": "asymptotic", "poi_bounds": [0, 10]},
        "toys": {"kind": "toys", "toys": {"signal": 10, "background": 10}},
        "coverage": {"kind": "coverage"},
    },
    "analyses": {
        "plane": {
            **PLANE,
            "overlays": [dict(THEIRS)],
            "compare": dict(PAPER),
            "hepdata": {"license": {"name": "CC0", "url": "https://example.org"}},
        },
        "other": {
            "workspace": "other/workspace.json",
            "patches": "other/patchset.json",
            "scans": ["hypotest"],
        },
        "line": {
            "workspace": "plane/workspace.json",
            "patches": "line/m{mass}.json",
            "cross_section": NLO,
            "scans": ["hypotest"],
        },
    },
    "combinations": {
        "both": {"of": PARTS, "how": "statistical", **MATCH, "overlays": [dict(THEIRS)]},
        "best": {"of": PARTS, "how": "best_expected", **MATCH},
    },
}
# What stands for ``*`` in a key, by what is before it; elsewhere it is a label.
NAMES = {"scans": "hypotest", "analyses": "plane", "combinations": "both", "match": "other"}


@dataclass(frozen=True)
class Wrong:
    """A wrong value of a key.

    Attributes:
        value: The value.
        says: What the error says beside the key, such as the value.
        at: Where it is put; by default at the key, of the scan hypotest, the analysis plane, the
            combination both.
        also: Other values in the same configuration, by where they are put.
        late: Whether only the likelihood tells that it is wrong, which has to be fetched first.
    """

    value: Any
    says: str
    at: str = ""
    also: Mapping[str, Any] = field(default_factory=dict)
    late: bool = False

    def of(self, at: str, rest: Mapping[str, Any], key: str) -> Self:
        """Return the same as a key of a table that the user gives."""
        return replace(self, at=at, value={**rest, key: self.value})


late = partial(Wrong, late=True)

BROKEN = Wrong(r"$\foo{$", r"cannot read the math in a text of a figure: '$\\foo{$'")
NOT_SET = Wrong("$NOT_SET/a", "an environment variable that is not set or empty: '$NOT_SET/a'")
NO_FILES = ("nowhere", "plane", "a\0b")  # the second is a folder
NO_TABLES = [
    *(Wrong(path, f"{path} is not a file") for path in NO_FILES),
    NOT_SET,
    Wrong("https://example.org/a", "is an address, and has to be the path of a file: 'https"),
    Wrong("plane/workspace.json", "plane/workspace.json has no rows"),
]
NO_COLOURS = [
    Wrong(text, f"is not a colour that matplotlib knows: {text!r}") for text in ("nocolour", "")
]
NO_LABEL = "a label that the grid does not have: 'm3'"
NO_AXIS = "the grid does not have this label: 'm3'"
NO_POINT = late("m_1_1", "does not name a point of the analysis: 'm_1_1'")
ARCHIVE = {
    "archive": "plane.tar",
    "workspace": "workspace.json",
    "patches": "patchset.json",
}


def drawn(of: str) -> dict[str, list[Wrong]]:
    """Return what can be wrong with how an analysis, or a combination, is chosen from and drawn.

    Args:
        of: The key of the analysis or combination.
    """
    overlay, compare, xsec = f"{of}.overlays.0", f"{of}.compare", f"{of}.cross_section"
    return {
        "points.0": [NO_POINT],
        "points.*": [
            late(1, NO_LABEL, f"{of}.points.m3"),
            late(7, "no point has this m1 of `points`: 7", f"{of}.points.m1"),
            late("a", "no point has this m1 of `points`: 'a'", f"{of}.points.m1"),
            late([1, 2], "no point has this m1 of `points`: [1, 2]", f"{of}.points.m1"),
        ],
        "points.*.0": [late([300, 100], "is not increasing: [300, 100]", f"{of}.points.m1")],
        "scans.0": [Wrong("nowhere", "'nowhere'")],
        "axes.0": [late("m3", NO_AXIS), late(["m1", "m3"], NO_AXIS, f"{of}.axes")],
        "slice.*": [
            late(1, NO_LABEL, f"{of}.slice.m3"),
            late(7, "no point of the grid is in the slice: {'m1': 7}", f"{of}.slice.m1"),
            late("a", "no point of the grid is in the slice: {'m1': 'a'}", f"{of}.slice.m1"),
        ],
        "detail_point": [NO_POINT],
        "overlays": [late([THEIRS, THEIRS], "the title of an overlay is taken: 'theirs'")],
        "overlays.0.title": [
            BROKEN.of(overlay, THEIRS, "title"),
            *(
                late(title, f"the title of an overlay is taken: {title!r}").of(
                    overlay, THEIRS, "title"
                )
                for title in ("observed", "Expected", "Observed limit")
            ),
        ],
        "overlays.0.path": [
            wrong.of(overlay, THEIRS, "path")
            for wrong in (*NO_TABLES, late("xsec.csv", "xsec.csv lacks a column: 'm1'"))
        ],
        "compare.title": [BROKEN.of(compare, PAPER, "title")],
        "compare.path": [
            wrong.of(compare, PAPER, "path")
            for wrong in (
                *NO_TABLES,
                Wrong("xsec.csv", "xsec.csv lacks a column: 'CLs_obs'"),
                late("others.csv", "others.csv"),
            )
        ],
        "cross_section": [
            late(NLO, "needs figures with one axis, but there are more: ['m1', 'm2']")
        ],
        "cross_section.title": [BROKEN.of(xsec, NLO, "title")],
        "cross_section.unit": [BROKEN.of(xsec, NLO, "unit")],
        "cross_section.path": [
            wrong.of(xsec, NLO, "path")
            for wrong in (*NO_TABLES, Wrong("compare.csv", "lacks a column: 'cross_section'"))
        ],
        "signal_xsec_uncertainty": [
            late(
                name,
                f"of the name in `signal_xsec_uncertainty`: {name!r}",
            )
            for name in ("nowhere", "mu_SIG")
        ],
        "title": [BROKEN],
        "axis_titles.*": [
            late("x", NO_LABEL, f"{of}.axis_titles.m3"),
            replace(BROKEN, at=f"{of}.axis_titles.m1"),
        ],
    }


def points_of(where: str) -> list[Wrong]:
    """Return names of points in a scan that the grid does not have, or not any more."""
    chosen = {"analyses.plane.points": ["m_100_0", "m_100_50", "m_200_50"]}
    left_out = "names a point that `points` of plane leaves out: 'm_200_0'"
    return [replace(NO_POINT, at=where), late("m_200_0", left_out, where, also=chosen)]


def best(key: str, value: Any, says: str = "", *, is_late: bool = False) -> Wrong:
    """Return a wrong value of the combination best, which fits nothing of its own."""
    said = says or f"has no meaning for best_expected, which fits nothing: {value!r}"
    return Wrong(value, said, f"combinations.best.{key}", late=is_late)


def bounds(value: list[float], says: str) -> Wrong:
    return Wrong(value, f"{says}: {value}")


def file_of_results(name: str) -> Wrong:
    return Wrong(
        {name: PLANE},
        f"has the name of a file of the results: {name!r}",
        also={"run": "night", "combinations": {}},
    )


FIGURES = "figures.draw names a figure that"
OF_ANALYSES: dict[str, list[Wrong]] = {
    "archive": [
        *(Wrong(path, f"does not exist: {path!r}") for path in NO_FILES),
        NOT_SET,
        Wrong("ftp://example.org/a", "neither a DOI nor an http or https URL: 'ftp://example"),
        Wrong("https://", "neither a DOI nor an http or https URL: 'https://'"),
        late("compare.csv", "this is not a tar or zip archive; it looks like content that begins"),
        late("plane/workspace.json", "it looks like a JSON document: 'plane/workspace.json'"),
    ],
    "sha256": [
        Wrong("0" * 64, f"has no meaning without an archive: '{'0' * 64}'"),
        late("1" * 64, "does not have the sha256 of the", also={"analyses.plane": ARCHIVE}),
    ],
    "workspace": [
        *(Wrong(path, f"does not exist: {path!r}") for path in NO_FILES),
        NOT_SET,
        Wrong("https://example.org/a", "is an address, and has to be the path of a file: 'https"),
        late("plane/patchset.json", "patchset.json is JSON, but not a HistFactory workspace"),
        late("compare.csv", "compare.csv is not JSON"),
        late("a.json", "does not contain this file: 'a.json'", also={"analyses.plane": ARCHIVE}),
    ],
    "patches": [
        *(Wrong(path, f"does not exist: {path!r}") for path in NO_FILES),
        NOT_SET,
        Wrong("https://example.org/a", "is an address, and has to be the path of a file: 'https"),
        Wrong("line/x{m}.json", "no file matches the pattern of patches: 'line/x{m}.json'"),
        Wrong("line/{m}{m}.json", "a label occurs twice in the pattern of patches"),
        late("plane/workspace.json", "workspace.json is not a valid patchset by pyhf's schema"),
        late("compare.csv", "compare.csv is not JSON"),
        late(None, "no sample carries the parameter of interest of measurement 'nominal'"),
    ],
    "verify_digest": [
        late(
            True,
            "patchset.json was made for another workspace",
            also={"analyses.plane.workspace": "other/workspace.json"},
        )
    ],
    "measurement": [late("nowhere", "does not have this measurement: 'nowhere'")],
    "control_regions.0": [
        late("CR", "names a channel that the likelihood does not have: 'CR'"),
    ],
    "hepdata.units.*": [late("GeV", NO_LABEL, "analyses.plane.hepdata.units.m3")],
}
OF_COMBINATIONS: dict[str, list[Wrong]] = {
    "of.0": [
        Wrong(
            ["plane", "nowhere"],
            "unknown name in combinations.both.of: 'nowhere'",
            "combinations.both.of",
        ),
        Wrong(
            ["plane", "best"],
            "unknown name in combinations.both.of: 'best'",
            "combinations.both.of",
        ),
        best("of", ["plane", "best"], "unknown name in combinations.best.of: 'best'"),
    ],
    "of": [
        late(
            ["plane", "line"],
            "line and plane have different labels",
            also={"combinations.both.match": {}},
        ),
    ],
    "how": [
        Wrong(
            "best_expected",
            "combinations.both.detail_point has no meaning for best_expected",
            also={"combinations.both.detail_point": "m_100_0"},
        )
    ],
    "match": [
        Wrong({"line": ["mass"]}, "unknown name in combinations.both.match: 'line'"),
        Wrong({"plane": ["m2", "m1"]}, "match names the first part"),
        late({}, "other and plane have different labels, and `match` does not relate them"),
        best("match", {}, "other and plane have different labels", is_late=True),
    ],
    "match.*": [late(["x"], "different labels, and `match` does not relate them")],
    "match.*.0": [
        late(["x", "z"], "different labels, and `match`", "combinations.both.match.other"),
        best("match.other", ["x", "z"], "different labels, and `match`", is_late=True),
    ],
    "decorrelate.0": [
        Wrong("lumi", "names the luminosity, but a workspace has only one: 'lumi'"),
        *(
            late(name, f"names the signal strength, or no parameter of two parts: {name!r}")
            for name in ("nowhere", "mu_SIG", "stat_SR")
        ),
        best("decorrelate", ["mu_bkg"]),
    ],
}
# What can also be wrong with a choice among the results of parts.
OF_BEST: dict[str, list[Wrong]] = {
    "points.0": [best("points", ["m_100_0"])],
    "scans.0": [best("scans", ["toys"], "unknown name in combinations.best.scans: 'toys'")],
    "axes.0": [best("axes", ["m3"], NO_AXIS, is_late=True)],
    "slice.*": [best("slice", {"m3": 1}, NO_LABEL, is_late=True)],
    "detail_point": [best("detail_point", "m_100_0")],
    "overlays.0.path": [
        best("overlays", [{**THEIRS, "path": "xsec.csv"}], "lacks a column: 'm1'", is_late=True)
    ],
    "compare.path": [best("compare", PAPER)],
    "cross_section.path": [best("cross_section", NLO)],
    "signal_xsec_uncertainty": [best("signal_xsec_uncertainty", "theory")],
    "axis_titles.*": [best("axis_titles", {"m3": "x"}, NO_LABEL, is_late=True)],
}
SEMANTIC: dict[str, list[Wrong]] = {
    "engine": [Wrong("pyhf", "scans.toys: the engine pyhf does not support scans of kind toys")],
    "fallback": [Wrong("pyhf", "the fallback pyhf does not support scans of kind toys")],
    "pyhf.retry": [
        Wrong("scipy", "is the minimiser that has failed, pyhf.optimizer: 'scipy'"),
        Wrong("minuit", "pyhf.optimizer: 'minuit'", also={"pyhf.optimizer": "minuit"}),
    ],
    "benchmark": [
        Wrong(
            {},
            "times scans of kind asymptotic, but there are none",
            also={
                "scans": {"hypotest": {"kind": "toys"}},
                "analyses": {"plane": PLANE},
                "combinations": {},
            },
        )
    ],
    "executor": [
        *(Wrong(name, f"unknown executor: {name!r}") for name in (*NO_FILES, "nowhere.yaml")),
        NOT_SET,
        *(Wrong(f"{name}.yaml", says) for name, (_, says) in EXECUTORS.items()),
    ],
    **{
        f"archive_limits.{key}": [
            late(value, f"more than archive_limits.{key}", also={"analyses.plane": ARCHIVE})
        ]
        for key, value in {"members": 1, "name_length": 1, "member_bytes": 1}.items()
    },
    "archive_limits.total_bytes": [
        late(100, "more than archive_limits.total_bytes", also={"analyses.plane": ARCHIVE})
    ],
    "scans.*.kind": [
        Wrong(
            "limits",
            "the engine pyhf does not support scans of kind limits",
            also={"engine": "pyhf"},
        ),
    ],
    "scans.*.mu_test": [Wrong(12, "lies outside poi_bounds: 12")],
    "scans.*.test_stat": [Wrong("q", "q needs a signal strength that may be negative")],
    "scans.*.poi_bounds": [
        bounds([5, 5], "are not increasing"),
        bounds([10, -10], "are not increasing"),
        bounds([1, 10], "exclude 0, the signal strength without a signal"),
        bounds([-10, -1], "exclude 0, the signal strength without a signal"),
    ],
    "scans.*.level": [Wrong(0.9, "has no meaning for kind asymptotic: 0.9")],
    "scans.*.toys": [Wrong({"signal": 5}, "has no meaning for kind asymptotic")],
    "scans.*.coverage": [Wrong({"toys": 5}, "has no meaning for kind asymptotic")],
    "scans.*.toys.precision": [
        Wrong(
            {"maximum": 5000},
            "does not say when there are enough toys",
            "scans.toys.toys.precision",
        )
    ],
    "scans.*.toys.precision.maximum": [
        Wrong(
            {"maximum": 9, "absolute": 0.1},
            "is below the signal toys of the first round: 9",
            "scans.toys.toys.precision",
        )
    ],
    "scans.*.toys.points.0": points_of("scans.toys.toys.points.0"),
    "scans.*.toys.limits.points.0": points_of("scans.toys.toys.limits.points.0"),
    "scans.*.coverage.points.0": points_of("scans.coverage.coverage.points.0"),
    "analyses": [
        *map(file_of_results, ("night-report.html", "night-provenance.json")),
        Wrong(
            {"benchmark": PLANE},
            "has the name of the benchmarks of the results: 'benchmark'",
            also={"benchmark": {}, "combinations": {}},
        ),
    ],
    "combinations": [
        Wrong(
            {"plane": {"of": PARTS, "how": "statistical"}}, "has the name of an analysis: 'plane'"
        ),
        Wrong(
            {"report.html": {"of": PARTS, "how": "statistical"}}, "name of a file of the results"
        ),
    ],
    "figures.observed": NO_COLOURS,
    "figures.expected": NO_COLOURS,
    "figures.band": NO_COLOURS,
    "figures.draw.0": [
        Wrong("nowhere", f"{FIGURES} does not exist: 'nowhere'"),
        Wrong("limits", f"{FIGURES} none of the scans has: 'limits'"),
    ],
    **{f"analyses.*.{key}": wrong for key, wrong in OF_ANALYSES.items()},
    **{f"analyses.*.{key}": wrong for key, wrong in drawn("analyses.plane").items()},
    **{f"combinations.*.{key}": wrong for key, wrong in OF_COMBINATIONS.items()},
    **{
        f"combinations.*.{key}": wrong + OF_BEST.get(key, [])
        for key, wrong in drawn("combinations.both").items()
    },
}

NOTHING_MORE: dict[str, list[str]] = {
    "every value that the schema allows has a meaning": [
        *("run", "minima", "pyhf.backend", "pyhf.optimizer"),
        *("interpolation.normsys", "interpolation.histosys", "audit.points", "audit.refits"),
        *("benchmark.trials", "benchmark.workers.0", "benchmark.pyhf_points", "shards.size"),
        *(f"scans.*.toys.{key}" for key in ("signal", "background", "seed", "toys_per_task")),
        *(f"scans.*.toys.precision.{key}" for key in ("significance", "absolute")),
        *(f"scans.*.toys.{key}" for key in ("test_size", "near_contour_factor", "keep")),
        *("scans.*.toys.max_failed_fraction", "scans.*.coverage.max_failed_fraction"),
        *(f"scans.*.coverage.{key}" for key in ("experiments", "toys", "seed")),
        "scans.*.coverage.experiments_per_task",
        *("figures.test_size", "figures.style", "figures.formats.0"),
        *("figures.interpolation.in", "figures.interpolation.band"),
        *(f"analyses.*.hepdata.{key}" for key in ("sqrt_s_GeV", "luminosity_fb", "digits")),
    ],
    "wrong only beside the other end: see scans.*.poi_bounds": ["scans.*.poi_bounds.0"],
    "what goes beyond is met on the way: see tests/unit/likelihood": [
        *("archive_limits.header_bytes", "archive_limits.download_bytes"),
        *("archive_limits.download_s", "archive_limits.download_bytes_per_s"),
    ],
    "text that people read, and no figure shows": [
        *(f"analyses.*.cite.{key}" for key in ("paper", "hepdata", "bibtex")),
        *(f"analyses.*.hepdata.{key}.0" for key in ("reactions", "observables", "phrases")),
        *("analyses.*.hepdata.license.name", "analyses.*.hepdata.license.url"),
    ],
    "a number of a record elsewhere": ["analyses.*.hepdata.related.0"],
}


def in_config(key: str) -> str:
    """Return where in CONFIG a key is, with names in place of ``*``."""
    steps = key.split(".")
    before = ["", *steps]
    return ".".join(
        NAMES.get(before[number], "m1") if step == "*" else step
        for number, step in enumerate(steps)
    )


def write_inputs(folder: Path, tiny: Any) -> None:
    """Write all that CONFIG and the wrong values name, as far as it is to exist."""
    for name, channel, labels in (("plane", "SR", ["m1", "m2"]), ("other", "VR", ["x", "y"])):
        workspace = json.loads(json.dumps(tiny.workspace()).replace("SR", channel))
        patchset = tiny.patchset(POINTS, workspace)
        patchset["metadata"]["labels"] = labels
        tiny.write(folder / name / "workspace.json", workspace)
        tiny.write(folder / name / "patchset.json", patchset)
    for mass in (100, 200):
        tiny.write(folder / f"line/m{mass}.json", tiny.patch(6000.0 / mass))
    with tarfile.open(folder / "plane.tar", "w") as archive:
        for name in ("workspace.json", "patchset.json"):
            archive.add(folder / "plane" / name, name)
    for name, (text, _) in EXECUTORS.items():
        (folder / f"{name}.yaml").write_text(text)
    rows = [f"{m1},{m2},{m1 * (1 + m2) * 1e-4}" for m1, m2 in POINTS]
    (folder / "overlay.csv").write_text("\n".join(["m1,m2,CLs_obs", *rows]))
    (folder / "compare.csv").write_text("name,CLs_obs\nm_100_0,0.1\n")
    (folder / "others.csv").write_text("name,CLs_obs\nm_1_1,0.1\n")
    (folder / "xsec.csv").write_text("mass,cross_section\n100,1\n200,0.5\n")
