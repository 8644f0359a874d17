"""A part of the points of a likelihood, by the real Snakefile."""

import json

RESULTS = "results/plane/hypotest/results.csv"
CONFIG = """\
audit: {points: 0}
figures: {draw: []}
shards: {size: 2}
analyses:
  plane: {workspace: plane/workspace.json, patches: plane/patchset.json, points: POINTS}
"""


def choose(project, points):
    (project.folder / "config.yaml").write_text(CONFIG.replace("POINTS", points))


def names(project):
    return [line.split(",")[0] for line in project.results().splitlines()[1:]]


def test_only_the_points_of_the_configuration_are_fitted_and_later_those_that_are_new(fresh):
    choose(fresh, "[m_300_50, m_100_0]")
    fresh.run(RESULTS)
    assert names(fresh) == ["m_100_0", "m_300_50"]
    assert len(fresh.journal()) == 2
    choose(fresh, "{m1: [100, 300], m2: 50}")
    said = fresh.run(RESULTS)
    leaves = "plane, hypotest: results.csv has 1 point that this configuration leaves out (m_100_0)"
    assert said.count(leaves) == 1
    assert names(fresh) == ["m_100_50", "m_200_50", "m_300_50"]
    assert len(fresh.journal()) == 2 + 2

    for points, words in (
        ("[m_100_51]", "`points` does not name a point of the analysis: 'm_100_51'"),
        ("{mass: 100}", "`points` names a label that the grid does not have: 'mass'"),
        ("{m2: 51}", "no point has this m2 of `points`: 51"),
    ):
        choose(fresh, points)
        assert words in fresh.run(RESULTS, fails=True)
    assert len(fresh.journal()) == 2 + 2

    choose(fresh, "[m_100_0, m_100_50]")
    fresh.run("results/report.html", notes=True)
    assert len(fresh.journal()) == 2 + 2
    page = (fresh.folder / "results/report.html").read_text()
    assert "of 8 points of the likelihood" in page
    assert '<h2 id="regions-title">Signal by region</h2>' in page
    (scan,) = json.loads((fresh.folder / "results/provenance.json").read_text())["scans"]
    assert (scan["points"], scan["points_of_likelihood"]) == (2, 8)
    log = (fresh.folder / "logs/fetch_likelihood/plane.log").read_text()
    assert "SR: background" in log
