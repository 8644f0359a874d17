"""Inputs with odd parts, through the real workflow: one bad row or figure stops nothing else."""

import gzip
import io
import json

import pandas as pd
import pytest
from project import Project, make_project

from fitscan.tables.notes import note_of

CONFIG = """\
analyses:
  odd: {workspace: odd/workspace.json.gz, patches: odd/patchset.json, verify_digest: false}
"""
# Labels of three kinds, of which none is dropped; the third point is an empty patch.
POINTS = {
    "a": ("wino", 100, 0),
    "b": ("wino", 200, 50),
    "empty": ("bino", 100, 0),
    "d": ("bino", 200, 50),
}


def write_likelihood(folder, write_case):
    """Write the case of an empty patch, with other labels and the digest of another workspace."""
    case = write_case("one_empty_patch", folder)
    good, empty, _ = (patch["patch"] for patch in case["patchset"]["patches"])
    patchset = case["patchset"]
    patchset["metadata"] |= {"labels": ["model", "m1", "m2"], "digests": {"sha256": "0" * 64}}
    patchset["patches"] = [
        {
            "metadata": {"name": name, "values": list(values)},
            "patch": empty if name == "empty" else good,
        }
        for name, values in POINTS.items()
    ]
    (folder / "patchset.json").write_text(json.dumps(patchset))
    workspace = folder / "workspace.json"
    (folder / "workspace.json.gz").write_bytes(gzip.compress(workspace.read_bytes()))
    workspace.unlink()


@pytest.fixture(scope="module")
def done(tmp_path_factory, project_folder, tiny, write_case):
    project = make_project(tmp_path_factory.mktemp("odd"), project_folder, tiny)
    write_likelihood(project.folder / "odd", write_case)
    (project.folder / "config.yaml").write_text(CONFIG)
    return project, project.run(notes=True)


def read(project: Project, path: str) -> bytes:
    return (project.folder / "results" / path).read_bytes()


def test_a_patch_that_cannot_be_fitted_is_a_row_and_all_others_are_fitted(done):
    """Was a bug: "no sample carries the parameter of interest", and nothing was fitted."""
    project, output = done
    table = pd.read_csv(io.BytesIO(read(project, "odd/hypotest/results.csv")))
    assert table["name"].tolist() == list(POINTS)
    assert table["model"].tolist() == ["wino", "wino", "bino", "bino"]
    assert table["status"].tolist() == ["ok", "ok", "failed", "ok"]
    assert table["CLs_obs"].dropna().round(5).tolist() == [0.10165] * 3
    assert "no sample carries the parameter of interest" in table["message"][2]
    assert "not fitted: empty: patch 'empty': no sample carries" in output
    log = (project.folder / "logs/fetch_likelihood/odd.log").read_text()
    assert "empty is not fitted: patch 'empty'" in log
    assert len(pd.read_parquet(io.BytesIO(read(project, "odd/hypotest/results.parquet")))) == 4


def test_figures_that_cannot_be_drawn_are_notes_that_say_what_to_set(done):
    """Was a bug: text could not be drawn, nor three labels, and nothing was fitted."""
    project, output = done
    assert "odd has notes instead of figures: points have equal values of m1, m2" in output
    for name in ("exclusion", "CLs_map", "status_map", "minima"):
        note = note_of(read(project, f"odd/hypotest/figures/{name}.csv"))
        assert "such as {model: wino}" in note
        for suffix in ("pdf", "png"):
            assert read(project, f"odd/hypotest/figures/{name}.{suffix}")
    assert b"mu_up_obs" not in read(project, "odd/hypotest/results.csv")
    assert read(project, "odd/hypotest/figures/mu_scan.csv").startswith(b"name,curve")


def test_the_report_and_the_submission_are_made_all_the_same(done):
    project, _ = done
    page = read(project, "report.html").decode()
    for words in (
        "1 point of 4 failed or did not converge",
        "no sample carries the parameter of interest",
        "Not drawn (exclusion, CLs_map, status_map, minima): points have equal values",
        "the digest of the patchset was not verified",
        "1 rejected",
    ):
        assert words in page
    submission = read(project, "odd/hypotest/hepdata/submission.yaml").decode()
    assert "name: CLs" in submission
    assert "contour" not in submission
    record = json.loads(read(project, "provenance.json"))["inputs"]["odd"]
    assert (record["points"], record["refused"], record["verify_digest"]) == (4, 1, False)


def test_what_was_made_of_odd_inputs_is_not_made_again(done):
    assert done[0].jobs() == {}
