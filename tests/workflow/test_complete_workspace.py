"""A workspace with its signal in it, through the real workflow: no patches, no labels, no grid."""

import csv

from project import make_project

from fitscan.likelihood import apply_patch

CONFIG = """\
analyses:
  alone: {workspace: complete.json}
"""


def test_complete_workspace_is_a_scan_of_one_point(tmp_path, project_folder, tiny):
    project = make_project(tmp_path, project_folder, tiny)
    (project.folder / "config.yaml").write_text(CONFIG)
    complete = apply_patch(tiny.workspace(), tiny.patch(10.0), where="patch")
    tiny.write(project.folder / "complete.json", complete)
    project.run(notes=True)  # one point has no plane
    [row] = csv.DictReader(project.results("alone").splitlines())
    assert (row["name"], row["status"]) == ("nominal", "ok")
    report = (project.folder / "results/report.html").read_text()
    assert "the points have no labels, so figures have no axes" in report
    assert project.jobs() == {}
