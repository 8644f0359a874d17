"""What a configuration names is looked at before anything is fetched."""

import os
from pathlib import Path

import pytest

from fitscan.check.user_input import check_user_input
from fitscan.config.check import check_config
from fitscan.config.wanted import Wanted
from fitscan.errors import FitscanError
from fitscan.figures import FIGURES

PLANE = "results/plane/hypotest/results.csv"


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Check a configuration of one analysis in a folder with empty files for its likelihood."""
    monkeypatch.chdir(tmp_path)
    for name in ("workspace.json", "patchset.json"):
        Path(name).touch()

    def call(figures=None, name="plane", workspace="workspace.json", **changes):
        analysis = {"workspace": workspace, "patches": "patchset.json"} | changes
        config = {"analyses": {name: analysis}, "figures": figures or {}}
        check_user_input(Wanted(check_config(config), FIGURES))

    return call


def test_a_usual_configuration_passes(check):
    Path("other.csv").write_text("m1,m2\n1,2\n")
    Path("compare.csv").write_text("name,CLs_obs\na,0.5\n")
    check(
        title=r"$\tilde{\tau}$ for 5\$",
        axis_titles={"m1": "$m_1$ [GeV]"},
        overlays=[{"title": "other", "path": "other.csv"}],
        compare={"title": "paper", "path": "compare.csv"},
        figures={"observed": "navy", "band": "#c0ffee"},
    )


@pytest.mark.parametrize("name", ["report.html", "provenance.json", "ro-crate-metadata.json"])
def test_an_analysis_that_is_called_like_a_file_of_the_results_is_refused(check, name):
    """Was a ChildIOException of Snakemake."""
    with pytest.raises(FitscanError, match=f"name of a file of the results: '{name}'"):
        check(name=name)


@pytest.mark.parametrize("letter", "<>{}")
def test_a_name_that_snakemake_reads_as_its_own_is_refused(check, letter):
    """Were an UndefinedPathvarException and a WildcardError of Snakemake."""
    folder = Path(f"a{letter}b")
    folder.mkdir()
    for name in ("workspace.json", "table.csv"):
        (folder / name).write_text("m1,m2\n1,2\n")
    with pytest.raises(FitscanError, match=f"file with '{letter}', which Snakemake cannot take"):
        check(workspace=f"{folder}/workspace.json")
    with pytest.raises(FitscanError, match=f"file with '{letter}', which Snakemake cannot take"):
        check(overlays=[{"title": "other", "path": f"{folder}/table.csv"}])


@pytest.mark.parametrize("folder", ["a b", "a'b", 'a"b', "a`b", "a;b", "a\\b", "ü"])
def test_other_names_are_taken(check, folder):
    Path(folder).mkdir()
    (Path(folder) / "workspace.json").touch()
    check(workspace=f"{folder}/workspace.json")


@pytest.mark.parametrize("path", ["no.json", "/dev/zero", "pipe", "."])
def test_what_is_not_a_file_is_refused(check, path):
    os.mkfifo("pipe")
    for changes in (
        {"workspace": path},
        {"archive": path},
        {"overlays": [{"title": "other", "path": path}]},
        {"compare": {"title": "paper", "path": path}},
        {"cross_section": {"title": "NLO", "path": path, "unit": "pb"}},
    ):
        with pytest.raises(FitscanError, match=r"does not exist|is not a file"):
            check(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"overlays": [{"title": "other", "path": "workspace.json"}]},
        {"compare": {"title": "paper", "path": "workspace.json"}},
        {"cross_section": {"title": "NLO", "path": "workspace.json", "unit": "pb"}},
    ],
)
def test_a_table_of_no_use_is_refused(check, changes):
    with pytest.raises(FitscanError, match=r"workspace\.json has no rows"):
        check(**changes)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": r"$\foo{$"}, "plane.title"),
        ({"axis_titles": {"m1": "$m_{$"}}, "plane.axis_titles.m1"),
        ({"overlays": [{"title": "$_$", "path": "table.csv"}]}, "plane.overlays.title"),
    ],
)
def test_math_that_cannot_be_read_is_refused_while_there_are_no_results(check, changes, where):
    """Was found after the fits, when figures were drawn."""
    Path("table.csv").write_text("m1,m2\n1,2\n")
    with pytest.raises(FitscanError, match=rf"{where}: matplotlib cannot read the math"):
        check(**changes)
    Path(PLANE).parent.mkdir(parents=True)
    Path(PLANE).touch()
    check(**changes)


def test_a_colour_that_does_not_exist_is_refused(check):
    with pytest.raises(FitscanError, match=r"figures\.band is not a colour .*: 'nocolour'"):
        check(figures={"band": "nocolour"})
