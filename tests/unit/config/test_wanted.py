"""What a configuration asks for: its scans, their figures, and the files of a run."""

import pytest

from fitscan.config.check import check_config
from fitscan.config.wanted import Wanted
from fitscan.errors import ConfigError
from fitscan.figures import FIGURES

SCANS = {
    "hypotest": {"kind": "asymptotic"},
    "limits": {"kind": "limits", "level": 0.9},
    "toys": {"kind": "toys", "toys": {"keep": "values", "limits": {}}},
    "coverage": {"kind": "coverage"},
}
DETAIL = ["mu_scan", "pulls", "correlations", "yields"]
MAPS = ["exclusion", "CLs_map", "status_map"]


def wanted(scans=("hypotest",), registry=FIGURES, **changes):
    analysis = {"workspace": "w.json", "patches": "p.json"}
    config = {"analyses": {"a": analysis}, "scans": {name: SCANS[name] for name in scans}}
    return Wanted(check_config({**config, **changes}), registry)


def combining():
    analysis = {"workspace": "w.json", "patches": "p.json"}
    return wanted(
        ["hypotest", "limits"],
        analyses={"a": analysis, "b": {**analysis, "scans": ["hypotest"]}},
        combinations={
            "both": {"of": ["a", "b"], "how": "statistical"},
            "either": {"of": ["a", "b"], "how": "best_expected", "title": "Either"},
        },
    )


def names(found, analysis, scan):
    return [figure.name for figure in found.figures(analysis, scan)]


@pytest.mark.parametrize(
    ("scan", "others"),
    [
        ("hypotest", ["minima", *DETAIL]),
        ("limits", ["minima", "limits", *DETAIL]),
        ("toys", ["limits", *DETAIL, "toys", "number_of_toys"]),
        ("coverage", [*DETAIL, "coverage"]),
    ],
)
def test_figures_of_a_scan_are_those_of_its_kind(scan, others):
    assert names(wanted([scan]), "a", scan) == [*MAPS, *others]


def test_without_the_compiled_engine_there_are_no_details_and_no_lowest_minima():
    assert names(wanted(engine="pyhf"), "a", "hypotest") == MAPS
    assert names(wanted(minima="default"), "a", "hypotest") == [*MAPS, *DETAIL]


def test_a_combination_is_drawn_beside_its_parts():
    found = combining()
    assert names(found, "both", "hypotest")[:3] == ["exclusion", "combination", "CLs_map"]
    # Of points that are chosen from results nothing is known but these.
    assert names(found, "either", "hypotest") == ["exclusion", "combination"]
    inputs = found.figure_inputs("both", "limits", found.figures("both", "limits"))
    assert inputs["parts"] == ["results/a/limits/results.csv"]  # b does not run it
    assert found.figure_settings("both", "limits")["parts"] == ["a"]
    assert found.likelihoods_of_parts("both", "points.json") == [
        "resources/likelihoods/a/points.json",
        "resources/likelihoods/b/points.json",
    ]
    groups = list(found.drawn_alike().values())
    assert [("either", "hypotest")] in groups
    assert sorted({pair for pairs in groups for pair in pairs}) == [
        *(("a", "hypotest"), ("a", "limits"), ("b", "hypotest")),
        *(("both", "hypotest"), ("both", "limits"), ("either", "hypotest")),
    ]


def test_combinations_of_both_kinds_have_submissions():
    """Was a gap: what is chosen among results had none."""
    found = combining()
    archives = [path for path in found.submissions() if path.endswith("hepdata.tar.gz")]
    pairs = ("a/hypotest", "a/limits", "b/hypotest", "both/hypotest", "both/limits")
    assert archives == [f"results/{pair}/hepdata.tar.gz" for pair in (*pairs, "either/hypotest")]
    assert set(found.submissions()) <= set(found.recorded())
    said = found.submission_settings("either")
    assert (said["how"], said["parts"]) == ("best_expected", {"a": None, "b": None})
    assert said["title"] == "Either"
    assert "how" not in found.submission_settings("a")


@pytest.mark.parametrize(
    ("scan", "toys", "thrown"),
    [
        ("limits", {}, ""),
        ("toys", {}, "9 toys under the signal and 5 under the background hypothesis"),
        (
            "toys",
            {"precision": {"maximum": 40, "absolute": 0.1}, "near_contour_factor": 4},
            "9 toys under the signal and 5 under the background hypothesis, and more until"
            " they are precise enough, 40 of each at most",
        ),
    ],
)
def test_descriptions_say_how_many_toys_a_scan_throws(scan, toys, thrown):
    options = {"toys": {"signal": 9, "background": 5, **toys}} if scan == "toys" else {}
    config = {**wanted([scan]).config, "scans": {scan: SCANS[scan] | options}}
    found = Wanted(check_config(config)).scan("a", scan)
    assert found.toys_thrown == thrown


def test_only_figures_that_show_the_audit_wait_for_it():
    found = wanted()
    others, audited = found.drawn_alike()
    assert {*others, *audited} == set(found.figures("a", "hypotest"))
    assert [figure.name for figure in audited] == ["status_map"]
    assert "flagged" not in found.figure_inputs("a", "hypotest", others)
    assert "flagged" in found.figure_inputs("a", "hypotest", audited)


def test_an_audit_without_fits_by_pyhf_is_waited_for():
    for audit in ({"points": 10, "refits": 0}, {"points": 0, "refits": 1}):
        found = wanted(audit=audit)
        [together] = found.drawn_alike()
        assert together == tuple(found.figures("a", "hypotest"))
        assert "flagged" in found.figure_inputs("a", "hypotest", together)


def test_a_figure_can_be_left_out_and_the_exclusion_cannot():
    found = wanted(figures={"draw": ["pulls"]})
    assert names(found, "a", "hypotest") == ["exclusion", "pulls"]
    figures = found.figures("a", "hypotest")
    assert found.figure_inputs("a", "hypotest", figures).keys() == {
        *("results", "overlays"),
        *("parameters", "detail"),
    }
    with pytest.raises(ConfigError, match="draw names a figure that does not exist: 'pull'"):
        wanted(figures={"draw": ["pull"]})


def test_tables_that_a_user_gives_are_named():
    given = {
        "overlays": [{"title": "o", "path": "one.csv"}, {"title": "t", "path": "two.csv"}],
        "compare": {"title": "r", "path": "reference.csv"},
    }
    found = wanted(analyses={"a": {"workspace": "w.json", "patches": "p.json", **given}})
    assert found.user_files("a") == ["one.csv", "two.csv", "reference.csv"]
    assert found.user_files("a", "cross_section") == []
    assert names(found, "a", "hypotest")[-1] == "comparison"
    assert "results/a/hypotest/comparison_summary.csv" in found.files()
    assert found.figure_settings("a", "hypotest")["compare"]["title"] == "r"


def test_limits_are_at_the_level_of_their_scan():
    found = wanted(["hypotest", "limits"], figures={"test_size": 0.32})
    assert (found.limit_size("limits"), found.limit_size("hypotest")) == (0.1, 0.32)


def test_files_of_a_run_are_tables_figures_and_pages():
    files = wanted(["toys"]).files()
    folder = "results/a/toys"
    assert {
        *("results/report.html", "results/provenance.json", f"{folder}/results.parquet"),
        *(f"{folder}/toys.parquet", f"{folder}/fit/yields.csv", f"{folder}/hepdata.tar.gz"),
        *(f"{folder}/figures/toys.{suffix}" for suffix in ("pdf", "png", "csv")),
    } <= set(files)
    assert f"{folder}/figures/pulls.csv" not in files  # its numbers are fit/parameters.csv
    assert len(set(files)) == len(files)


@pytest.mark.parametrize(
    ("formats", "drawn", "shown"),
    [
        (None, {"png", "pdf"}, "png"),
        ([], {"png"}, "png"),
        (["pdf"], {"png", "pdf"}, "png"),
        (["svg", "pdf"], {"png", "pdf", "svg"}, "svg"),
    ],
)
def test_pictures_have_the_formats_asked_for_and_png_and_the_report_shows_one(
    formats, drawn, shown
):
    figures = {} if formats is None else {"formats": formats}
    found = wanted(figures=figures, benchmark={"trials": 1})
    for files in (found.drawn(), found.benchmark.figures()):
        assert {file.rsplit(".", 1)[1] for file in files} == {*drawn, "csv"}
    for files in (found.reported(), found.benchmark.reported()):
        assert {file.rsplit(".", 1)[1] for file in files} == {shown, "csv"}


def test_a_benchmark_times_scans_of_analyses_only():
    benchmark = {"trials": 2, "workers": [1, 2], "pyhf_points": 1}
    config = combining().config | {"benchmark": benchmark}
    found = Wanted(config).benchmark
    assert [(s.analysis, s.scan) for s in found.timed] == [("a", "hypotest"), ("b", "hypotest")]
    assert len(found.trials()) == 2 * 2 * 2
    assert found.trials([2])[0] == "results/benchmark/a/hypotest/workers_1/trial_2.json"
    assert found.round_before(1) == []
    (before,) = found.round_before(2)
    assert before == f"{found.rounds()}/1.txt"
    assert Wanted(config | {"executor": "other"}).benchmark.rounds() != found.rounds()
    assert "results/benchmark/b/hypotest/times.png" in found.files()
    assert combining().benchmark.files() == combining().benchmark.reported() == []


@pytest.mark.parametrize(
    ("scan", "changes", "minima", "thrown_at"),
    [
        ("hypotest", {}, "default", "default"),
        ("limits", {}, "default", "default"),
        # Toys are thrown and compared at one of the two, experiments are thrown beside the test.
        ("toys", {}, "lowest", "lowest"),
        ("toys", {"minima": "default"}, "default", "default"),
        ("hypotest", {"engine": "pyhf"}, "default", "default"),
        ("coverage", {}, "default", "lowest"),
    ],
)
def test_figures_name_the_minima_of_what_they_show(scan, changes, minima, thrown_at):
    found = wanted([scan], **changes)
    settings = found.figure_settings("a", scan)
    assert (settings["minima"], settings["thrown_at"]) == (minima, thrown_at)
    assert found.method_of("a", scan) == {"test_stat": "qtilde", "minima": minima}
