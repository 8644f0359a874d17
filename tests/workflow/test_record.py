"""A finished run is recorded, described and handed over to HEPData, and can be made again."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import yaml
from hepdata_validator.full_submission_validator import FullSubmissionValidator
from project import Project
from rocrate.rocrate import ROCrate

from fitscan.likelihood.download import file_sha256

RESULTS = "results/plane/hypotest/results.csv"


def reproduce(project: Project, into: Path) -> tuple[int, str]:
    """Make a run again; return the exit status and what was printed."""
    command = project.command()
    program = [sys.executable, "-m", "fitscan.cli", "reproduce", "results/provenance.json"]
    done = subprocess.run(
        [*program, "--into", str(into), "--cores", "2"],
        cwd=command["cwd"],
        env=command["env"],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_submission_of_each_scan_is_valid_and_its_archive_holds_the_same(finished_once):
    project, _ = finished_once
    for analysis in ("plane", "line"):
        folder = project.folder / "results" / analysis / "hypotest"
        validator = FullSubmissionValidator()
        assert validator.validate(directory=str(folder / "hepdata")), validator.get_messages()
        with tarfile.open(folder / "hepdata.tar.gz") as archive:
            packed = {
                Path(m.name).name: archive.extractfile(m).read() for m in archive if m.isfile()
            }
        assert packed == {path.name: path.read_bytes() for path in (folder / "hepdata").iterdir()}
    table = yaml.safe_load((folder / "hepdata/cls.yaml").read_text())
    assert [v["header"] for v in table["independent_variables"]] == [{"name": "mass"}]


def test_the_record_names_what_went_in_and_what_came_out(finished_once):
    project, _ = finished_once
    record = json.loads((project.folder / "results/provenance.json").read_text())
    assert RESULTS in record["outputs"]
    assert "results/line/hypotest/figures/exclusion.csv" in record["outputs"]
    assert "results/plane/hypotest/timings.csv" in record["run"]["outputs"]
    for path, described in record["outputs"].items():
        assert described["sha256"] == file_sha256(project.folder / path), path
    points = json.loads((project.folder / "resources/likelihoods/plane/points.json").read_text())
    assert record["inputs"]["plane"]["workspace_digest"] == points["workspace"]
    assert record["inputs"]["plane"]["points"] == 8
    assert record["configuration"]["shards"] == {"size": 2}
    assert record["software"]["fitscan"].keys() == {"version"}  # the copy is no checkout
    assert record["software"]["lock"]["sha256"] == file_sha256(
        project.folder / "envs/requirements.txt"
    )


def test_the_crate_can_be_read_and_all_its_files_are_there(finished_once):
    project, _ = finished_once
    crate = ROCrate(project.folder / "results")
    files = [entity.id for entity in crate.data_entities]
    assert {"report.html", "provenance.json", "plane/hypotest/results.csv"} <= set(files)
    assert [file for file in files if not (project.folder / "results" / file).is_file()] == []
    action = crate.root_dataset["mentions"]
    assert action["instrument"]["name"] == "fitscan"
    assert {entity["name"] for entity in action["object"]} == {"plane", "line"}
    assert {entity.id for entity in action["result"]} == set(files)


def test_what_a_variable_of_the_environment_holds_is_in_no_record(finished):
    config = finished.folder / "config.yaml"
    lines = [line for line in config.read_text().splitlines() if "  plane" not in line]
    config.write_text("\n".join(lines).replace("workspace: line/", "workspace: $SECRET_PLACE/"))
    finished.environment["SECRET_PLACE"] = "plane/../line"
    finished.run()
    record = json.loads((finished.folder / "results/provenance.json").read_text())
    assert record["inputs"]["line"]["workspace"] == "$SECRET_PLACE/workspace.json"
    for name in ("provenance.json", "ro-crate-metadata.json", "report.html"):
        assert "plane/../line" not in (finished.folder / "results" / name).read_text()


def test_a_run_is_reproduced_and_a_change_of_it_is_noticed(finished, tmp_path):
    again = tmp_path / "again"
    status, output = reproduce(finished, again)
    assert status == 0, output
    assert "Numbers: results.csv of all scans is the same, byte for byte" in output
    assert "Software: the same" in output
    assert "Inputs: the same workspaces and patches" in output
    assert (again / RESULTS).read_text() == finished.results()

    # What is found again in the folder of the first reproduction is not made again.
    fits = sorted((again / "results/plane/hypotest/shards").iterdir())
    times = [path.stat().st_mtime_ns for path in fits]
    results = finished.folder / RESULTS
    header, first, *others = results.read_text().splitlines(keepends=True)
    cells = first.split(",")
    place = header.split(",").index("CLs_obs")
    cells[place] = str(float(cells[place]) + 0.001)
    results.write_text("".join([header, ",".join(cells), *others]))
    status, output = reproduce(finished, again)
    assert status == 1, output
    assert [path.stat().st_mtime_ns for path in fits] == times
    assert f"{RESULTS} does not have the digest of its record" in output
    assert "CLs_obs differs at 1 of 8 points, most at m_100_0" in output
    assert "outside tolerance" in output
    assert "NOT reproduced" in output


def test_another_patch_is_another_input_and_gives_other_numbers(finished, tmp_path, tiny):
    tiny.write(finished.folder / "line/m200.json", tiny.patch(29.0))
    status, output = reproduce(finished, tmp_path / "again")
    assert status == 1, output
    assert "Inputs: line: other patches" in output
    assert "results/line/hypotest/results.csv: CLs_obs differs at 1 of 3 points, most at m200" in (
        output
    )


def test_a_folder_that_holds_something_else_is_left_alone(finished, tmp_path):
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "thesis.tex").write_text("years of work")
    status, output = reproduce(finished, tmp_path / "again")
    assert status == 1
    assert "the folder is not empty" in output
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["thesis.tex"]
