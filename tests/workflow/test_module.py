"""The workflow as a module of a parent, whose rules make the likelihood and use the results."""

import json

import pytest
from project import Project, job_stats

from fitscan.provenance import read_record

PARENT = """\
configfile: "config.yaml"

rule all:
    input: "excluded.txt"

module fitscan:
    snakefile: "{snakefile}"
    config: config["fitscan"]
    prefix: "fits"

use rule * from fitscan as fitscan_*

rule make_patchset:
    input: "drawn.json"
    output: "plane/patchset.json"
    shell: "cp {{input}} {{output}}"

rule excluded:
    input: "fits/results/plane/hypotest/status.csv", rules.fitscan_all.input
    output: "excluded.txt"
    shell: "cp {{input[0]}} {{output}}"

onsuccess:
    print("the parent has ended")
"""
CONFIG = """\
fitscan:
  analyses:
    plane: {workspace: plane/workspace.json, patches: plane/patchset.json}
"""


@pytest.fixture(scope="module")
def parent(tmp_path_factory, project_folder, tiny):
    """A finished run of a parent, and what it printed."""
    folder = tmp_path_factory.mktemp("parent")
    (folder / "Snakefile").write_text(PARENT.format(snakefile=project_folder / "Snakefile"))
    (folder / "config.yaml").write_text(CONFIG)
    points = [(100, 0), (100, 50), (200, 0), (200, 50)]
    tiny.write(folder / "plane/workspace.json", tiny.workspace())
    tiny.write(folder / "drawn.json", tiny.patchset(points, tiny.workspace()))
    project = Project(folder, {"PYTHONPATH": str(project_folder / "src")})
    return project, project.run()


def test_a_parent_has_its_own_target_handlers_and_screen(parent):
    project, said = parent
    assert "the parent has ended" in said
    assert "Open " not in said
    assert "rule excluded:" in said  # as Snakemake shows it, not shortened
    assert (project.folder / "excluded.txt").read_text().startswith("status")


def test_all_files_of_a_module_are_behind_its_prefix(parent):
    made = {path.name for path in parent[0].folder.iterdir()}
    given = {"Snakefile", "config.yaml", "drawn.json", "plane"}
    assert made - {".snakemake"} == given | {"fits", "excluded.txt"}
    assert (parent[0].folder / "fits/results/report.html").is_file()


def test_a_module_has_nothing_to_do_again(parent):
    assert parent[0].jobs() == {}


def test_a_module_knows_its_finished_points(parent):
    """Was a bug: plans and shards were looked for without the prefix."""
    project, _ = parent
    folder = project.folder / "fits/results/plane/hypotest"
    [shard] = (folder / "shards").glob("*.json")
    rows = shard.read_bytes()
    shard.unlink()
    assert "fitscan_fit_shard" in job_stats(said := project.run("--dry-run", "fitscan_all"))
    assert "0 of 4 points are new" in said
    shard.write_bytes(rows)


def test_the_record_of_a_module_is_that_of_a_run(parent):
    folder = parent[0].folder / "fits/results"
    record = read_record(folder / "provenance.json")
    assert record["run"]["prefix"] == "fits"
    assert "results/plane/hypotest/results.csv" in record["outputs"]
    crate = json.loads((folder / "ro-crate-metadata.json").read_text())
    assert "plane/hypotest/results.csv" in {each["@id"] for each in crate["@graph"]}
