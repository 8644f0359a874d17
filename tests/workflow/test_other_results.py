"""Other results, a reference, a cross-section and its uncertainty, through the real workflow."""

import io

import pandas as pd
import pytest
from project import Project, make_project

CONFIG = """\
audit: {refits: 0}
figures: {draw: [comparison, limits, mu_scan]}
analyses:
  plane:
    workspace: plane/workspace.json
    patches: plane/patchset.json
    scans: [hypotest]
    signal_xsec_uncertainty: theory
    overlays: [{title: Other search, path: other.csv}]
    compare: {title: Reference, path: reference.csv}
  line:
    workspace: line/workspace.json
    patches: "line/m{mass}.json"
    scans: [limits]
    cross_section: {title: NLO, path: cross_section.csv, unit: pb}
scans:
  hypotest: {kind: asymptotic}
  limits: {kind: limits}
"""
TABLES = {
    "other.csv": "m1,m2\n150,0\n250,50\n",
    "reference.csv": "name,CLs_obs,error\nm_100_0,0.5,\nm_100_50,,did not converge\n",
    "cross_section.csv": "mass,cross_section,uncertainty_percent\n100,10,5\n400,0.1,20\n",
}


# What is made again whenever anything is.
ALWAYS = ("write_provenance", "write_report")


def place(folder, source, tiny) -> Project:
    project = make_project(folder, source, tiny)
    (project.folder / "config.yaml").write_text(CONFIG)
    for name, text in TABLES.items():
        (project.folder / name).write_text(text)
    return project


@pytest.fixture(scope="module")
def done(tmp_path_factory, project_folder, tiny):
    project = place(tmp_path_factory.mktemp("others"), project_folder, tiny)
    project.run()
    return project


def read(project, path):
    return pd.read_csv(io.BytesIO((project.folder / "results" / path).read_bytes()))


def test_theory_lines_are_columns_and_curves(done):
    results = read(done, "plane/hypotest/results.csv")
    up, down = results["CLs_obs_theory_up"], results["CLs_obs_theory_down"]
    assert (up < results["CLs_obs"]).all()
    assert (results["CLs_obs"] < down).all()
    curves = set(read(done, "plane/hypotest/figures/exclusion.csv")["curve"])
    assert {"observed", "observed_theory_up", "observed_theory_down", "Other search"} <= curves
    assert "CLs_obs_theory_up" not in read(done, "line/limits/results.csv")


def test_comparison_has_every_point_of_the_scan(done):
    assert read(done, "plane/hypotest/comparison_summary.csv")["left_out"].tolist() == [0]
    table = read(done, "plane/hypotest/comparison.csv").set_index("name")
    assert len(table) == 8
    assert table.loc["m_100_50", "message"] == "theirs: did not converge"
    assert table.loc["m_200_0", "message"] == "not in the reference"
    assert table.loc["m_100_0", "theirs"] == 0.5


def test_limits_are_drawn_with_the_cross_section(done):
    table = read(done, "line/limits/figures/limits.csv")
    assert set(table["unit"]) == {"pb"}
    assert (table["cross_section_up"] - table["cross_section"] * table["mu_up"]).abs().max() < 1e-9
    strengths = read(done, "line/limits/figures/mu_scan.csv")
    assert set(strengths["kind"]) == {"point", "upper limit"}


def test_report_shows_all_of_it(done):
    page = (done.folder / "results/report.html").read_text()
    for words in ('id="comparison"', 'id="limits"', "theirs: did not converge"):
        assert words in page


def test_another_content_draws_again_and_fits_nothing(done):
    assert done.jobs() == {}
    for name, *rules in (
        ("other.csv", "draw_figures", "write_hepdata"),
        ("reference.csv", "compare_scan", "draw_figures", "write_hepdata"),
        ("cross_section.csv", "draw_figures", "write_hepdata"),
    ):
        path = done.folder / name
        before = path.read_text()
        path.write_text(before.replace("50", "51").replace("20", "21").replace("0.5", "0.4"))
        assert done.jobs() == dict.fromkeys([*rules, *ALWAYS], 1)
        path.write_text(before)
    assert done.jobs() == {}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("other.csv", "m1,m2\n150,much\n", "other.csv, line 2, column 'm2': not a number"),
        ("reference.csv", "point,CLs_obs\na,0.5\n", "reference.csv does not say which points"),
        ("cross_section.csv", "mass,sigma\n100,10\n", "lacks a column: 'cross_section'"),
    ],
)
def test_a_faulty_table_is_refused_before_anything_runs(done, name, text, words):
    path = done.folder / name
    before = path.read_text()
    path.write_text(text)
    output = done.run("--dry-run", fails=True)
    path.write_text(before)
    assert words in output
    assert "Traceback (most recent call last)" not in output


def test_a_modifier_that_no_patch_has_is_refused_before_its_analysis_is_fitted(
    tmp_path, project_folder, tiny
):
    project = place(tmp_path, project_folder, tiny)
    config = project.folder / "config.yaml"
    config.write_text(
        config.read_text().replace(
            "signal_xsec_uncertainty: theory", "signal_xsec_uncertainty: SigXSec"
        )
    )
    output = project.run("results/plane/hypotest/results.csv", fails=True)
    assert (
        "no patch has a normsys or histosys of the name in `signal_xsec_uncertainty`: 'SigXSec'"
        in output
    )
    assert not project.shards()
